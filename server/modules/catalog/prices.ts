import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { newId } from '#platform/ids';

/** A price other than the everyday one. */
export interface SpecialPrice {
  readonly kind: 'sale' | 'member' | 'region';
  readonly tierCode?: string | undefined;
  readonly regionId?: number | undefined;
  readonly amountFen: number;
  readonly startsAt?: Date | undefined;
  readonly endsAt?: Date | undefined;
}

/** What a SKU costs at a moment, before promotions and coupons. */
export interface SkuPrice {
  readonly listPriceFen: number;
  /** The lowest of the everyday, the scheduled and the region's price. */
  readonly salePriceFen: number;
  /** The price of the buyer's tier, when there is one. */
  readonly memberPriceFen: number | null;
}

/** Prices of SKUs at a moment for a buyer's tier and region; unknown SKUs are absent. */
export async function pricesAt(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  skuIds: readonly string[],
  {
    at,
    tierCode,
    regionId,
  }: { readonly at: Date; readonly tierCode?: string | undefined; readonly regionId?: number | undefined },
): Promise<Map<string, SkuPrice>> {
  const rows = await ctx.tx.query<SkuPrice & { skuId: string }>(
    `select s.sku_id as "skuId", s.list_price_fen as "listPriceFen",
            least(s.sale_price_fen, min(p.amount_fen) filter (where p.kind in ('sale', 'region'))) as "salePriceFen",
            min(p.amount_fen) filter (where p.kind = 'member') as "memberPriceFen"
       from catalog.skus s
       left join catalog.prices p
         on p.tenant_id = s.tenant_id and p.sku_id = s.sku_id
        and coalesce(p.starts_at, '-infinity') <= $3 and coalesce(p.ends_at, 'infinity') > $3
        and (p.kind = 'sale' or p.tier_code = $4 or p.region_id = $5)
      where s.tenant_id = $1 and s.sku_id = any($2)
      group by s.tenant_id, s.sku_id`,
    [ctx.tenantId, skuIds, at, tierCode ?? null, regionId ?? null],
  );
  return new Map(rows.map(({ skuId, ...price }) => [skuId, price]));
}

/** Special prices of a SKU, as they were set. */
export async function listPrices(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  skuId: string,
): Promise<(SpecialPrice & { priceId: string })[]> {
  const rows = await ctx.tx.query<Record<string, unknown>>(
    `select price_id as "priceId", kind, tier_code as "tierCode", region_id as "regionId", amount_fen as "amountFen",
            starts_at as "startsAt", ends_at as "endsAt"
       from catalog.prices where tenant_id = $1 and sku_id = $2 order by kind, starts_at nulls first, price_id`,
    [ctx.tenantId, skuId],
  );
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
  ) as unknown as (SpecialPrice & {
    priceId: string;
  })[];
}

/** Replaces the special prices of a SKU; audited. */
export async function setPrices(ctx: Context, skuId: string, prices: readonly SpecialPrice[]): Promise<void> {
  const [sku] = await ctx.tx.query(`select 1 from catalog.skus where tenant_id = $1 and sku_id = $2 for update`, [
    ctx.tenantId,
    skuId,
  ]);
  if (!sku) throw new NotFound('SKU');
  await ctx.tx.execute(`delete from catalog.prices where tenant_id = $1 and sku_id = $2`, [ctx.tenantId, skuId]);
  await ctx.tx.execute(
    `insert into catalog.prices (tenant_id, price_id, sku_id, kind, tier_code, region_id, amount_fen, starts_at, ends_at)
     select $1, p.id, $2, p.kind, p.tier, p.region, p.amount, p.starts, p.ends
       from unnest($3::uuid[], $4::text[], $5::text[], $6::int[], $7::bigint[], $8::timestamptz[], $9::timestamptz[])
         as p(id, kind, tier, region, amount, starts, ends)`,
    [
      ctx.tenantId,
      skuId,
      prices.map(() => newId()),
      prices.map((price) => price.kind),
      prices.map((price) => price.tierCode ?? null),
      prices.map((price) => price.regionId ?? null),
      prices.map((price) => price.amountFen),
      prices.map((price) => price.startsAt ?? null),
      prices.map((price) => price.endsAt ?? null),
    ],
  );
  await audit(ctx, {
    action: 'catalog.set_prices',
    objectType: 'sku',
    objectId: skuId,
    details: { prices: [...prices] },
  });
}
