#!/usr/bin/env node
import { ensureInstalled } from './lib/install.mjs';
import { pinnedNode } from './lib/node24.mjs';
import { inRepo, main, serverEnvironment } from './lib/repo.mjs';
import { become } from './lib/run.mjs';

// `npm run shuke` works from the repository's root; paths in the arguments are meant from where the person stands.
const cwd = process.env.npm_lifecycle_event === 'shuke' ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();

await main(async () => {
  await ensureInstalled();
  return become(pinnedNode(), [inRepo('server', 'main.ts'), ...process.argv.slice(2)], {
    cwd,
    env: serverEnvironment(),
  });
});
