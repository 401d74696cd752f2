import { allocateDebit, customerAccount, findTransfers, postTransfers } from '#ledger';
import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { emit } from '#platform/outbox';

import { points, pointsIssued } from './accounts.ts';
import { endOfDayAfter } from './purchases.ts';
import { readRunning } from './running.ts';
import type { LoyaltyContext, Running } from './running.ts';

/** Points given for something other than an order. */
export interface PointsGrant {
  /** Idempotency key, ≤ 150 characters, from what they are given for. */
  readonly key: string;
  readonly customerId: number;
  /** Whose account: the customer the fact was first about; the customer of today when absent. */
  readonly originCustomerId?: number | undefined;
  readonly points: number;
  /** e.g. `points.mission`. */
  readonly reason: string;
  readonly reference?: string | undefined;
}

/** Gives points that can be spent at once and expire with the programme's rule. All or none; a key given before changes nothing. */
export async function grantPoints(
  ctx: LoyaltyContext,
  grants: readonly PointsGrant[],
  running?: Running,
): Promise<void> {
  if (grants.length === 0) return;
  const { zone, points: inForce } = running ?? (await readRunning(ctx));
  const [row] = await ctx.tx.query<{ until: Date }>(`select ${endOfDayAfter('$1::timestamptz', '$2', '$3')} as until`, [
    ctx.now,
    zone,
    inForce?.rules.expiryMonths ?? 12,
  ]);
  const lot = { availableAt: ctx.now, expiresAt: row?.until ?? null };
  const posted = await postTransfers(
    ctx,
    grants.map(({ key, customerId, originCustomerId, points: amount, reason, reference }) => ({
      key: `points-grant:${key}`,
      debit: pointsIssued,
      credit: customerAccount(points, originCustomerId ?? customerId, customerId),
      amount,
      reason,
      reference: reference ?? '',
      lot,
    })),
  );
  await emit(
    ctx,
    grants.flatMap(({ key, customerId, points: amount, reason, reference }, index) =>
      posted[index]?.repeated === false
        ? [
            {
              tenantId: ctx.tenantId,
              name: 'Points Earned',
              messageId: `points-grant:${key}`,
              occurredAt: ctx.now,
              customerId,
              properties: { points: amount, reason, ...(reference === undefined ? {} : { reference }) },
            },
          ]
        : [],
    ),
  );
}

/** Corrects a customer's points by hand: positive gives, negative takes what is available. Audited with the reason in words. */
export async function adjustPoints(
  ctx: Context,
  { customerId, points: change, note, key }: { customerId: number; points: number; note: string; key: string },
): Promise<void> {
  if (change > 0) {
    await grantPoints(ctx, [
      { key: `adjust:${key}`, customerId, points: change, reason: 'points.adjust', reference: `adjust:${key}` },
    ]);
  } else {
    await takePoints(ctx, { key, customerId, amount: -change });
  }
  await audit(ctx, {
    action: 'loyalty.adjust_points',
    objectType: 'customer',
    objectId: String(customerId),
    purpose: note,
    details: { points: change },
  });
}

/** Takes what is available, oldest first over the merged person; a key used before changes nothing. */
async function takePoints(
  ctx: LoyaltyContext,
  { key, customerId, amount }: { key: string; customerId: number; amount: number },
): Promise<void> {
  const done = await findTransfers(ctx, { reference: `adjust:${key}`, limit: 1 });
  if (done.length > 0) return;
  const parts = await allocateDebit(ctx, { kind: points, customerId, amount });
  await postTransfers(
    ctx,
    parts.map(({ account, amount: part }, index) => ({
      key: `points-take:${key}:${index}`,
      debit: account,
      credit: pointsIssued,
      amount: part,
      reason: 'points.adjust',
      reference: `adjust:${key}`,
    })),
  );
}
