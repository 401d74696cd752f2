import type * as z from 'zod';

import { audit } from '#platform/audit';
import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import { EditedMeanwhile } from '#platform/definitions';

import { ShopSettings } from './console-contract.ts';
import { RecentReads } from './recent-reads.ts';

export type Settings = z.output<typeof ShopSettings>;

/** The shop as it is before anybody changed it. */
export const defaultSettings: Settings = {
  theme: {
    primary: '#1f6f5c',
    accent: '#e2725b',
    background: '#f7f5f1',
    radius: 12,
    logoFileId: null,
    slogan: '',
  },
  blocks: [
    { kind: 'categories', title: '' },
    { kind: 'new_customer_gift', title: '', body: '', link: 'coupons', templateIds: [] },
    { kind: 'product_grid', title: '', link: '', source: { by: 'sold' }, limit: 6 },
    { kind: 'product_grid', title: '', link: '', source: { by: 'newest' }, limit: 12 },
  ],
  freight: { baseFen: 1_000, freeFromFen: 9_900 },
  unpaidMinutes: 30,
  receiptDays: 10,
  afterSalesDays: 15,
  service: { phone: '', hours: '' },
};

const saved = new RecentReads<{ settings: Settings; revision: number }>();

/** The shop's settings and how often they were saved; a change elsewhere counts within a second. */
export function readSettings(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
): Promise<{ settings: Settings; revision: number }> {
  return saved.read(ctx, () => loadSettings(ctx));
}

async function loadSettings(ctx: Pick<Context, 'tx' | 'tenantId'>): Promise<{ settings: Settings; revision: number }> {
  const [row] = await ctx.tx.query<{ settings: unknown; revision: number }>(
    `select settings, revision from mall.shops where tenant_id = $1`,
    [ctx.tenantId],
  );
  return {
    settings: row?.settings ? ShopSettings.parse(row.settings) : defaultSettings,
    revision: row?.revision ?? 0,
  };
}

/** Saves the settings unless somebody else did since `revision`; audited. */
export async function saveSettings(
  ctx: Context,
  { settings, revision }: { settings: Settings; revision: number },
): Promise<{ settings: Settings; revision: number }> {
  const [changed] = await ctx.tx.query<{ revision: number }>(
    `insert into mall.shops as s (tenant_id, settings, revision, updated_at, updated_by) values ($1, $2, 1, $3, $4)
     on conflict (tenant_id) do update
       set settings = excluded.settings, revision = s.revision + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by
     where s.revision = $5 returning revision`,
    [ctx.tenantId, JSON.stringify(settings), ctx.now, actorRef(ctx.actor), revision],
  );
  saved.forget(ctx);
  if (!changed) throw new EditedMeanwhile((await loadSettings(ctx)).revision);
  await audit(ctx, { action: 'mall.save-settings', objectType: 'shop', objectId: String(ctx.tenantId) });
  return { settings, revision: changed.revision };
}
