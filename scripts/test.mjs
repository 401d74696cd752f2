import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ensureChromium } from './lib/chromium.mjs';
import { buildFrontEnds } from './lib/front-ends.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { pinnedNode, toolEnvironment } from './lib/node24.mjs';
import { inRepo, main, Refusal, root, say } from './lib/repo.mjs';
import { run } from './lib/run.mjs';
import { countTests, summaryLine } from './lib/vitest-report.mjs';

function readReport(file) {
  try {
    return countTests(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // The runner died before it could report: that is a failure, whatever its cause.
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** Builds what the tests look at and runs them; resolves with how many passed, failed and were skipped. */
async function runTests() {
  await ensureInstalled({ dev: true });
  const chromium = await ensureChromium();
  const failedBuilds = await buildFrontEnds({ withMiniProgram: true });
  const folder = mkdtempSync(join(tmpdir(), 'shuke-test-'));
  const report = join(folder, 'report.json');
  try {
    const code = await run(
      pinnedNode(),
      [
        inRepo('node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...process.argv.slice(2),
      ],
      { cwd: root, env: toolEnvironment({ ...process.env, ...(chromium && { CHROMIUM: chromium }) }) },
    );
    const counts = readReport(report);
    // An error outside any test (an unhandled rejection, a failed build) must not read as a clean run.
    return { ...counts, failed: Math.max(counts.failed, code === 0 ? 0 : 1) + failedBuilds.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main(async () => {
  const counts = await runTests().catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    say(`shuke: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  // Checks that failed before the tests (see .ci/run) belong in the one line that is read.
  const failed = counts.failed + Number(process.env.SHUKE_FAILED_CHECKS ?? 0);
  process.stdout.write(`${summaryLine({ ...counts, failed })}\n`);
  return failed > 0 ? 1 : 0;
});
