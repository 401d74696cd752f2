import { randomInt } from 'node:crypto';

import { identify } from '#customers';
import type { Context } from '#platform/context';
import { countAttempt } from '#platform/throttle';
import type { ThrottlePolicy } from '#platform/throttle';

import { takeOverAddresses } from './addresses.ts';
import { readPhone } from './buyer.ts';
import type { Buyer } from './buyer.ts';
import { takeOverCart } from './cart.ts';
import { SignInCodeWrong } from './errors.ts';
import { deliverSignInCode } from './sign-in-codes.ts';

const digits = 6;
const lifetimeS = 300;
const attemptsMax = 5;
const perPhoneMinute: ThrottlePolicy = { kind: 'window', limit: 1, windowS: 60 };
const perPhoneHour: ThrottlePolicy = { kind: 'window', limit: 6, windowS: 3_600 };
const perAddressHour: ThrottlePolicy = { kind: 'window', limit: 60, windowS: 3_600 };
const guessesPerAddress: ThrottlePolicy = { kind: 'window', limit: 60, windowS: 600 };

/** Sends a code to a phone; a new one makes the one before worthless. Throws `TooManyRequests` with the seconds to wait. */
export async function requestSignInCode(
  ctx: Context,
  rawPhone: string,
): Promise<{ code: string; retryAfterS: number; expiresInS: number }> {
  const phone = readPhone(rawPhone);
  const key = `${ctx.tenantId}:${phone}`;
  await countAttempt(ctx, { bucket: 'mall-code-address', key: ctx.client.ip }, perAddressHour);
  await countAttempt(ctx, { bucket: 'mall-code-hour', key }, perPhoneHour);
  await countAttempt(ctx, { bucket: 'mall-code-minute', key }, perPhoneMinute);
  const code = String(randomInt(10 ** digits)).padStart(digits, '0');
  const { phoneIndex, codeHash } = await hashesOf(ctx, phone, code);
  await ctx.tx.execute(
    `insert into mall.sign_in_codes (tenant_id, phone_index, code_hash, expires_at)
     values ($1, $2, $3, $4::timestamptz + make_interval(secs => $5))
     on conflict (tenant_id, phone_index) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at, attempts = 0`,
    [ctx.tenantId, phoneIndex, codeHash, ctx.now, lifetimeS],
  );
  await deliverSignInCode(ctx, { phone, code, lifetimeS });
  return { code, retryAfterS: 60, expiresInS: lifetimeS };
}

/**
 * Signs in with a code: tells who the phone belongs to and hands over what the visitor had collected. A code works once and for five
 * guesses. Throws `SignInCodeWrong`, whatever is wrong with it.
 */
export async function signInWithCode(
  ctx: Context,
  buyer: Buyer,
  { phone: rawPhone, code, device }: { phone: string; code: string; device: string | null },
): Promise<number> {
  const phone = readPhone(rawPhone);
  await countAttempt(ctx, { bucket: 'mall-sign-in-address', key: ctx.client.ip }, guessesPerAddress);
  const { phoneIndex, codeHash } = await hashesOf(ctx, phone, code);
  // Counting and judging in one statement: guesses made at the same time are still five.
  const [judged] = await ctx.tx.query<{ is_right: boolean }>(
    `update mall.sign_in_codes set attempts = attempts + 1
      where tenant_id = $1 and phone_index = $2 and expires_at > $3 and attempts < $4 returning code_hash = $5 as is_right`,
    [ctx.tenantId, phoneIndex, ctx.now, attemptsMax, codeHash],
  );
  if (!judged?.is_right) throw new SignInCodeWrong();
  await ctx.tx.execute(`delete from mall.sign_in_codes where tenant_id = $1 and phone_index = $2`, [
    ctx.tenantId,
    phoneIndex,
  ]);
  const [resolution] = await identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
    {
      tenantId: ctx.tenantId,
      identifiers: [
        { kind: 'phone', scope: '', value: phone },
        ...(device === null ? [] : [{ kind: 'device', scope: '', value: device }]),
      ],
      at: ctx.now,
      sourceId: 0,
      cause: 'sign_in',
    },
  ]);
  const customerId = resolution?.customerId ?? null;
  // A phone that staff blocked or that many people share names nobody.
  if (customerId === null) throw new SignInCodeWrong();
  if (buyer.visitorId !== null) {
    await takeOverCart(ctx, buyer.visitorId, customerId);
    await takeOverAddresses(ctx, buyer.visitorId, customerId);
  }
  return customerId;
}

async function hashesOf(ctx: Context, phone: string, code: string): Promise<{ phoneIndex: Buffer; codeHash: Buffer }> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  return {
    phoneIndex: vault.blindIndex('sign-in-phone', phone),
    codeHash: vault.blindIndex('sign-in-code', `${phone}:${code}`),
  };
}
