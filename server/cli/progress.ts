let stage = '';

/** One line on a terminal, rewritten; elsewhere a line whenever something new begins. */
export function showProgress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r▸ ${text.padEnd(90)}`);
    return;
  }
  const [next = ''] = text.split(/[: ]/);
  if (next !== stage) process.stderr.write(`▸ demo brand: ${next} …\n`);
  stage = next;
}

/** Leaves the line that was being rewritten. */
export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\n');
  stage = '';
}
