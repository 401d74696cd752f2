import type { Context } from '#platform/context';

import { TextMessagesNotSet } from './errors.ts';

/** A code on its way to a phone. */
export interface SignInCode {
  readonly phone: string;
  readonly code: string;
  readonly lifetimeS: number;
}

/** Hands a code over to whoever sends text messages; throws when it could not. */
export type SendSignInCode = (ctx: Context, code: SignInCode) => Promise<void>;

let sender: SendSignInCode | null = null;

/** Sets how codes are sent; a connector to a text-message provider calls it when it is loaded. */
export function sendSignInCodesBy(send: SendSignInCode): void {
  sender = send;
}

/** Sends a code; in sandbox mode without a provider it only appears on the buyer's own screen. */
export async function deliverSignInCode(ctx: Context, code: SignInCode): Promise<void> {
  if (sender) await sender(ctx, code);
  else if (!ctx.services.config.isSandbox) throw new TextMessagesNotSet();
}
