/** A refusal or failure of the server as the console sees it. `code` is stable; `message` is the server's own sentence. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;

  constructor(answer: {
    status: number;
    code: string;
    message: string;
    details?: Readonly<Record<string, unknown>>;
    requestId?: string | null;
  }) {
    super(answer.message);
    this.status = answer.status;
    this.code = answer.code;
    this.details = answer.details ?? {};
    this.requestId = answer.requestId ?? null;
  }
}

interface ErrorEnvelope {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
    readonly requestId?: string;
  };
}

function isErrorEnvelope(value: unknown): value is ErrorEnvelope {
  if (typeof value !== 'object' || value === null || !('error' in value)) return false;
  const { error } = value;
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}

/** Reads the server's error answer; a proxy's HTML or an empty body still gives a code a person can be told about. */
export async function readApiError(response: Response): Promise<ApiError> {
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = null; // Not ours: a gateway answered instead of the server.
  }
  if (isErrorEnvelope(parsed)) return new ApiError({ status: response.status, ...parsed.error });
  return new ApiError({
    status: response.status,
    code: response.status >= 500 ? 'unavailable' : 'bad_request',
    message: `The server answered ${response.status}.`,
  });
}
