/** Counts of a run from vitest's JSON report; a file that fails before its first test counts as one failed test. */
export function countTests(report) {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + brokenFiles;
  return { passed, failed, skipped: report.numPendingTests + report.numTodoTests };
}

/** The last line of a run: `12 passed, 0 failed`, with `, 3 skipped` when there were any. */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
