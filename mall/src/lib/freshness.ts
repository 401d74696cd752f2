const freshMs = 3000;
let changedAt = 0;

/** Something was sent that may change what the shop answers: no kept answer counts as fresh any more. */
export function noteChange(now = Date.now()): void {
  changedAt = now;
}

/** Whether an answer (milliseconds since 1970) is so young that the same question need not be asked again. */
export function isFresh(at: number | undefined, now = Date.now()): boolean {
  return at !== undefined && at > changedAt && now - at < freshMs;
}
