/** A refusal a person can act on; anything else that is thrown is a bug and becomes a 500. */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  /** Values for the translated sentence on screen (`errors.<code>` in the language files). */
  readonly details: Readonly<Record<string, unknown>> = {};
  /** The refusal leaves a trace that counts (a failed attempt, an audit row): its transaction commits what was written so far. */
  readonly keepsTrace: boolean = false;
}

/** Declares a business refusal: a stable code for machines, an HTTP status, a sentence for people. */
export function defineError<Args extends unknown[]>(
  code: string,
  status: number,
  sentence: (...args: Args) => string,
  details: (...args: Args) => Record<string, unknown> = () => ({}),
  { keepsTrace = false }: { keepsTrace?: boolean } = {},
) {
  return class extends DomainError {
    override readonly name = code;
    override readonly code = code;
    override readonly status = status;
    override readonly details: Readonly<Record<string, unknown>>;
    override readonly keepsTrace = keepsTrace;
    constructor(...args: Args) {
      super(sentence(...args));
      this.details = details(...args);
    }
  };
}

export const NotFound = defineError(
  'not_found',
  404,
  (what: string) => `${what} does not exist.`,
  (what) => ({ what }),
);
export const NotSignedIn = defineError('not_signed_in', 401, () => 'Sign in first.');
export const NotPermitted = defineError(
  'not_permitted',
  403,
  (permission: string) => `Your role does not include ${permission}.`,
  (permission) => ({ permission }),
);
export const InvalidInput = defineError(
  'invalid_input',
  400,
  (problems: readonly { path: string; message: string }[]) =>
    `The request is not valid: ${problems.map((problem) => `${problem.path || 'request'}: ${problem.message}`).join('; ')}`,
  (problems) => ({ problems }),
);
export const TooManyRequests = defineError(
  'too_many_requests',
  429,
  (retryAfterS: number) => `Too many requests. Try again in ${retryAfterS} seconds.`,
  (retryAfterS) => ({ retryAfterS }),
);
export const Unavailable = defineError(
  'unavailable',
  503,
  (what: string) => `${what} is not available at the moment. Try again shortly.`,
  (what) => ({ what }),
);
