import { everyStore } from '#platform/context';
import type { Database } from '#platform/database';

import type { LedgerContext } from './context.ts';
import { postTransfers } from './post-transfers.ts';
import type { HoldTransfer, LotTerms, PostedTransfer } from './transfer.ts';

async function postOne(
  ctx: LedgerContext,
  transfer: Parameters<typeof postTransfers>[1][number],
): Promise<PostedTransfer> {
  const [posted] = await postTransfers(ctx, [transfer]);
  if (!posted) throw new Error(`transfer ${transfer.key} has no result`);
  return posted;
}

/** Reserves value until it is posted, voided or timed out; what is held cannot be spent otherwise. */
export function hold(ctx: LedgerContext, transfer: Omit<HoldTransfer, 'kind'>): Promise<PostedTransfer> {
  return postOne(ctx, { ...transfer, kind: 'hold' });
}

/** Moves what a hold reserved; with a smaller amount the remainder is free again. Refused once the hold has timed out. */
export function postHold(
  ctx: LedgerContext,
  post: { readonly key: string; readonly holdKey: string; readonly amount?: number; readonly lot?: LotTerms },
): Promise<PostedTransfer> {
  return postOne(ctx, { ...post, kind: 'post' });
}

/** Gives back what a hold reserved. */
export function voidHold(
  ctx: LedgerContext,
  release: { readonly key: string; readonly holdKey: string },
): Promise<PostedTransfer> {
  return postOne(ctx, { ...release, kind: 'void' });
}

/** What became of holds, by key; keys that name no hold are left out. */
export async function holdStates(
  ctx: Pick<LedgerContext, 'tx' | 'tenantId'>,
  keys: readonly string[],
): Promise<Map<string, 'pending' | 'posted' | 'voided' | 'expired'>> {
  const rows = await ctx.tx.query<{ key: string; status: 'pending' | 'posted' | 'voided' | 'expired' }>(
    `select t.key, h.status from ledger.transfers t join ledger.holds h using (tenant_id, transfer_id)
      where t.tenant_id = $1 and t.key = any($2)`,
    [ctx.tenantId, keys],
  );
  return new Map(rows.map(({ key, status }) => [key, status]));
}

/** Gives back the holds whose time is over, of one tenant, at most `limit`; answers how many. */
export async function expireHolds(ctx: LedgerContext, limit = 1000): Promise<number> {
  const overdue = await ctx.tx.query<{ transfer_id: number; key: string }>(
    `select h.transfer_id, t.key from ledger.holds h join ledger.transfers t using (tenant_id, transfer_id)
      where h.tenant_id = $1 and h.status = 'pending' and h.expires_at < $2 order by h.expires_at, h.transfer_id limit $3`,
    [ctx.tenantId, ctx.now, limit],
  );
  await postTransfers(
    ctx,
    overdue.map(({ transfer_id, key }) => ({ kind: 'expire', key: `hold-expiry:${transfer_id}`, holdKey: key })),
  );
  return overdue.length;
}

/** Gives back overdue holds of every tenant, in small transactions. */
export async function expireAllHolds(database: Database, signal: AbortSignal): Promise<void> {
  for (;;) {
    if (signal.aborted) return;
    const expired = await database.work({ tenantId: null, scope: everyStore }, async (tx) => {
      const [due] = await tx.query<{ tenant_id: number; now: Date }>(
        `select tenant_id, now() as now from ledger.holds where status = 'pending' and expires_at < now() limit 1`,
      );
      if (!due) return 0;
      return expireHolds({ tx, tenantId: due.tenant_id, now: due.now, actor: { kind: 'system', name: 'ledger' } });
    });
    if (expired === 0) return;
  }
}
