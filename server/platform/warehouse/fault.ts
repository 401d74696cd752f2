/** An answer in ClickHouse's own terms: its error number and name, as its clients expect them. */
export class Fault extends Error {
  readonly code: number;
  constructor(code: number, name: string, sentence: string) {
    super(`Code: ${code}. DB::Exception: ${sentence} (${name})`);
    this.code = code;
  }
}

export const syntaxError = (sentence: string) => new Fault(62, 'SYNTAX_ERROR', sentence);
export const notImplemented = (sentence: string) => new Fault(48, 'NOT_IMPLEMENTED', sentence);
export const accessDenied = (sentence: string) => new Fault(497, 'ACCESS_DENIED', sentence);
export const authenticationFailed = () =>
  new Fault(516, 'AUTHENTICATION_FAILED', 'Authentication failed: user or password is incorrect.');
export const tooManyStatements = () =>
  new Fault(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many statements are waiting.');
export const stopping = () => new Fault(236, 'ABORTED', 'The warehouse engine is stopping.');
export const tooLarge = (sentence: string) => new Fault(307, 'TOO_MANY_BYTES', sentence);

const unknownThings = [46, 47, 50, 56, 60, 63, 73, 81, 82, 115];
const badRequests = [6, 26, 27, 36, 38, 39, 41, 42, 43, 53, 62, 69, 72, 117, 130, 131, 183, 386, 395, 456, 457];
const statusOfCode = new Map<number, number>([
  ...unknownThings.map((code): [number, number] => [code, 404]),
  ...badRequests.map((code): [number, number] => [code, 400]),
  [48, 501],
  [194, 401],
  [202, 503],
  [236, 503],
  [307, 413],
  [497, 403],
  [516, 403],
]);

interface FaultReply {
  readonly code: number;
  readonly status: number;
  readonly message: string;
}

/** The reply for whatever went wrong: ours, the engine's (its message begins with its code), or a bug. */
export function faultReply(error: unknown): FaultReply {
  const message = error instanceof Error ? error.message : String(error);
  const found = /^Code: (\d+)\./.exec(message);
  if (!found) return { code: 1002, status: 500, message: `Code: 1002. DB::Exception: ${message} (UNKNOWN_EXCEPTION)` };
  const code = Number(found[1]);
  return { code, status: statusOfCode.get(code) ?? 500, message };
}
