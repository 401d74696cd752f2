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
  // A project of its own, with the TypeScript its Taro wants.
  { name: 'types mall', project: 'mall', tool: 'tsc', args: ['--noEmit', '-p', 'mall'] },
  { name: 'dead code', tool: 'knip', args: [] },
];

function runCheck({ tool, args, project = '' }) {
  const program = inRepo(project, 'node_modules', '.bin', tool);
  if (!existsSync(program))
    return {
      code: 1,
      output: `The packages of ${project || 'Shuke'} are not installed; run \`npm install\` in ${project || '.'}/.`,
    };
  return runQuietly(pinnedNode(), [program, ...args], { cwd: root, env: toolEnvironment() });
}

/** Its exit code is the number of checks that failed. */
await main(async () => {
  await ensureInstalled({ dev: true });
  const failures = [];
  for (const check of checks) {
    const { name, tool } = check;
    const started = performance.now();
    const { code, output } = await runCheck(check);
    say(`${code === 0 ? '✓' : '✗'} ${name.padEnd(18)} ${tool} ${since(started)}`);
    if (code !== 0) failures.push({ name, output });
  }
  for (const { name, output } of failures) say(`\n── ${name} ──\n${output.trim()}`);
  say(failures.length === 0 ? '\nEverything verified.' : `\nFailed: ${failures.map(({ name }) => name).join(', ')}`);
  return failures.length;
});
