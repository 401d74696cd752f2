import { ApiError } from './api-error.ts';

/** How the console asks for the password again: set by the dialog; resolves true when the person proved who they are. */
export const stepUp: { ask: (() => Promise<boolean>) | null } = { ask: null };

/**
 * Performs a sensitive write; when the server wants the password again, asks for it and repeats the write under a new key
 * (the refusal is the stored answer of the old one).
 */
export async function withStepUp<T>(act: (idempotencyKey: string) => Promise<T>, key: string): Promise<T> {
  try {
    return await act(key);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'sign_in_again' || stepUp.ask === null) throw error;
    if (!(await stepUp.ask())) throw error;
    return act(crypto.randomUUID());
  }
}
