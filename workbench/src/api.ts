/** A refusal of the server, by its stable code. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface ErrorBody {
  readonly error?: { readonly code?: string; readonly message?: string };
}

/** Calls the API with the session's cookie; a write carries a key, so that sending it again is not doing it again. */
export async function api<Reply>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Reply> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'idempotency-key': crypto.randomUUID() }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, 'offline', 'The server cannot be reached.');
  }
  const reply = (await response.json().catch(() => ({}))) as Reply & ErrorBody;
  if (response.ok) return reply;
  throw new ApiError(response.status, reply.error?.code ?? 'unknown', reply.error?.message ?? '');
}

type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

/** What an endpoint answers, as the browser receives it. */
export type Reply<E extends { readonly response: { readonly _zod: { readonly output: unknown } } }> = Json<
  E['response']['_zod']['output']
>;
