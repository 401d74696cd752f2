import { chmodSync, existsSync, statSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';

import { inRepo, Refusal } from './repo.mjs';

/** The Node 24 this repository pins. The machine's own Node may be older: it only runs these scripts. */
export function pinnedNode() {
  const pinned = inRepo('node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(pinned)) {
    const { mode } = statSync(pinned);
    if ((mode & 0o111) === 0) chmodSync(pinned, mode | 0o755);
    return pinned;
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Refusal(
    `Node 24 is not installed for ${process.platform}-${process.arch} (this is Node ${process.versions.node}). ` +
      'Run `npm ci` without --omit=optional, or start with a Node 24 of your own.',
  );
}

/** An environment in which `node` and the repository's tools are found first. */
export function toolEnvironment(environment = process.env) {
  const path = [dirname(pinnedNode()), inRepo('node_modules', '.bin'), environment.PATH ?? ''];
  return { ...environment, PATH: path.join(delimiter) };
}
