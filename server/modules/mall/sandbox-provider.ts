import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import * as z from 'zod';

import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import { newId } from '#platform/ids';

import { NoticeMalformed, SignatureWrong } from './errors.ts';
import { RecentReads } from './recent-reads.ts';
import type { Notice } from './take-notice.ts';

type SandboxContext = Pick<Context, 'tx' | 'tenantId' | 'now' | 'actor' | 'services'>;

const clockSkewS = 300;
const secrets = new RecentReads<Buffer | null | undefined>();
const secretPlace = (tenantId: number) =>
  ({ table: 'mall.shops', column: 'sandbox_secret', rowId: String(tenantId), class: 'P4' }) as const;

const Body = z.object({
  notice_no: z.string().min(1).max(100),
  merchant: z.int().positive(),
  payment_id: z.uuid(),
  provider_no: z.string().min(1).max(100),
  state: z.enum(['paid', 'declined']),
  amount_fen: z.int().min(0),
  paid_at: z.coerce.date().nullable(),
});

/** What the sandbox cashier reports, as it travels: a body and the header that signs it. */
export interface SignedNotice {
  readonly body: string;
  readonly signature: string;
}

/** The shop a notification says it is for, before anything is checked: only to find the key. */
export function merchantOf(body: string): number {
  try {
    const { merchant } = JSON.parse(body) as { merchant?: unknown };
    if (Number.isSafeInteger(merchant) && Number(merchant) > 0) return Number(merchant);
  } catch {
    // Falls through: what is no JSON is as malformed as what names nobody.
  }
  throw new NoticeMalformed();
}

/** Checks the signature (HMAC-SHA-256 of `<t>.<body>`, at most five minutes old) and reads the notification. */
export async function openNotice(ctx: SandboxContext, { body, signature }: SignedNotice): Promise<Notice> {
  const parts = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature);
  const [, signedAtS = '', given = ''] = parts ?? [];
  const expected = macOf(await secretOf(ctx), Number(signedAtS), body);
  const isRight = parts !== null && timingSafeEqual(expected, Buffer.from(given, 'hex'));
  const ageS = Math.abs(ctx.now.getTime() / 1_000 - Number(signedAtS));
  if (!isRight || ageS > clockSkewS) throw new SignatureWrong();
  const parsed = Body.safeParse(JSON.parse(body));
  if (!parsed.success || parsed.data.merchant !== ctx.tenantId) throw new NoticeMalformed();
  const { data } = parsed;
  return {
    provider: 'sandbox',
    noticeNo: data.notice_no,
    paymentId: data.payment_id,
    providerNo: data.provider_no,
    state: data.state,
    amountFen: data.amount_fen,
    paidAt: data.paid_at ?? ctx.now,
    body,
  };
}

/** The sandbox cashier takes or declines the money and writes the notification a provider would send. */
export async function writeNotice(
  ctx: SandboxContext,
  payment: { readonly paymentId: string; readonly amountFen: number },
  state: 'paid' | 'declined',
): Promise<SignedNotice> {
  const body = JSON.stringify({
    notice_no: newId(),
    merchant: ctx.tenantId,
    payment_id: payment.paymentId,
    provider_no: `SB${newId().replaceAll('-', '')}`,
    state,
    amount_fen: payment.amountFen,
    paid_at: state === 'paid' ? ctx.now.toISOString() : null,
  });
  const signedAtS = Math.floor(ctx.now.getTime() / 1_000);
  return { body, signature: signatureOf(await secretOf(ctx), signedAtS, body) };
}

/** The header `x-sandbox-signature` of a body. */
export function signatureOf(secret: Buffer, signedAtS: number, body: string): string {
  return `t=${signedAtS},v1=${macOf(secret, signedAtS, body).toString('hex')}`;
}

/** The secret the shop and the sandbox cashier share, made on first use. */
export async function secretOf(ctx: SandboxContext): Promise<Buffer> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const place = secretPlace(ctx.tenantId);
  const read = async () => {
    const [row] = await ctx.tx.query<{ secret: Buffer | null }>(
      `select sandbox_secret as secret from mall.shops where tenant_id = $1`,
      [ctx.tenantId],
    );
    return row?.secret && Buffer.from(vault.decrypt(place, row.secret), 'base64');
  };
  const known = await secrets.read(ctx, read);
  if (known) return known;
  secrets.forget(ctx);
  // Two first uses at once: the one that comes second keeps the other's.
  await ctx.tx.execute(
    `insert into mall.shops as s (tenant_id, sandbox_secret, updated_by) values ($1, $2, $3)
     on conflict (tenant_id) do update set sandbox_secret = coalesce(s.sandbox_secret, excluded.sandbox_secret)`,
    [ctx.tenantId, vault.encrypt(place, randomBytes(32).toString('base64')), actorRef(ctx.actor)],
  );
  const made = await read();
  if (!made) throw new Error('the sandbox secret was not stored');
  return made;
}

function macOf(secret: Buffer, signedAtS: number, body: string): Buffer {
  return createHmac('sha256', secret).update(`${signedAtS}.${body}`).digest();
}
