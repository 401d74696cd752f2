import { existsSync } from 'node:fs';

import { ensureInstalled } from './lib/install.mjs';
import { pinnedNode, toolEnvironment } from './lib/node24.mjs';
import { inRepo, main, root, say, since } from './lib/repo.mjs';
import { runQuietly } from './lib/run.mjs';

const typedProjects = ['.', 'e2e', 'console', 'workbench'].filter((project) =>
  existsSync(inRepo(project, 'tsconfig.json')),
);

const checks = [
  { name: 'format', tool: 'oxfmt', args: ['--check', '.'] },
  { name: 'lint', tool: 'oxlint', args: ['--deny-warnings'] },
  ...typedProjects.map((project) => ({
    name: `types ${project === '.' ? 'server' : project}`,
    tool: 'tsc',
    args: ['--noEmit', '-p', project],
  })),
  { name: 'dead code', tool: 'knip', args: [] },
];

await main(async () => {
  await ensureInstalled({ dev: true });
  const failures = [];
  for (const { name, tool, args } of checks) {
    const started = performance.now();
    const { code, output } = await runQuietly(pinnedNode(), [inRepo('node_modules', '.bin', tool), ...args], {
      cwd: root,
      env: toolEnvironment(),
    });
    say(`${code === 0 ? '✓' : '✗'} ${name.padEnd(18)} ${tool} ${since(started)}`);
    if (code !== 0) failures.push({ name, output });
  }
  for (const { name, output } of failures) say(`\n── ${name} ──\n${output.trim()}`);
  say(failures.length === 0 ? '\nEverything verified.' : `\nFailed: ${failures.map(({ name }) => name).join(', ')}`);
  return failures.length === 0 ? 0 : 1;
});
