import type { Context } from '#platform/context';

import { unlimited } from './find-product.ts';
import type { SkuOfProduct } from './find-product.ts';
import { isStocked } from './product.ts';
import type { StockLevel } from './stock.ts';

/** A SKU with what it costs a buyer now and where it (or what it is made of) lies. */
export interface Offer extends SkuOfProduct {
  /** The lowest price for a limited time that runs now. */
  readonly limitedPriceFen: number | null;
  /** The price of the buyer's tier. */
  readonly memberPriceFen: number | null;
  /** Preferred locations first. */
  readonly levels: readonly Pick<StockLevel, 'skuId' | 'locationId' | 'available'>[];
  /** How many can be sold over all locations. */
  readonly available: number;
}

/** SKUs by id with everything a cart or a checkout asks about them, in one statement; unknown ids are absent. */
export async function findOffers(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'now'>,
  skuIds: readonly string[],
  { tierCode }: { readonly tierCode: string | null },
): Promise<Map<string, Offer>> {
  if (skuIds.length === 0) return new Map();
  const rows = await ctx.tx.query<Omit<Offer, 'available'>>(offers, [ctx.tenantId, skuIds, ctx.now, tierCode]);
  return new Map(rows.map((row) => [row.skuId, { ...row, available: availableOf(row) }]));
}

// The ids hide behind a subselect: seeing how many they are, the planner would plan anew for every cart, which costs more than the rows.
// `offset 0` keeps each SKU a look-up by its key, whatever the planner knows of the tables.
const offers = `
  select s.sku_id as "skuId", s.product_id as "productId", s.code, s.barcode, s.spec, s.list_price_fen as "listPriceFen",
         s.sale_price_fen as "salePriceFen", s.cost_fen as "costFen", s.weight_g as "weightG", s.image_file_id as "imageFileId",
         s.is_enabled as "isEnabled", p.title, p.kind, p.category_id as "categoryId",
         coalesce(s.image_file_id, p.media->0->>'fileId') as "mediaFileId", p.status = 'on_sale' and s.is_enabled as "isSellable",
         special.limited as "limitedPriceFen", special.member as "memberPriceFen", coalesce(parts.components, '[]') as components,
         coalesce(lying.levels, '[]') as levels
    from unnest((select $2::uuid[])) w(id)
    cross join lateral (select * from catalog.skus where tenant_id = $1 and sku_id = w.id offset 0) s
    cross join lateral (select * from catalog.products where tenant_id = $1 and product_id = s.product_id offset 0) p
    left join lateral (
      select min(amount_fen) filter (where kind = 'sale' and amount_fen < s.sale_price_fen) as limited,
             min(amount_fen) filter (where kind = 'member' and tier_code = $4) as member
        from catalog.prices x
       where x.tenant_id = $1 and x.sku_id = s.sku_id
         and coalesce(x.starts_at, '-infinity') <= $3 and coalesce(x.ends_at, 'infinity') > $3) special on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('skuId', b.component_sku_id, 'quantity', b.quantity)) as components
        from catalog.bundle_items b where b.tenant_id = $1 and b.bundle_sku_id = s.sku_id) parts on p.kind = 'bundle'
    left join lateral (
      select jsonb_agg(jsonb_build_object('skuId', t.sku_id, 'locationId', t.location_id, 'available', t.available)
                       order by t.priority, t.location_id) as levels
        from (select k.sku_id, k.location_id, l.priority, sum(k.on_hand - k.reserved) as available
                from catalog.stock k join catalog.locations l using (tenant_id, location_id)
               where k.tenant_id = $1 and l.is_enabled and k.sku_id = any (
                       case p.kind when 'bundle' then array(
                         select component_sku_id from catalog.bundle_items where tenant_id = $1 and bundle_sku_id = s.sku_id)
                       else array[s.sku_id] end)
               group by k.sku_id, k.location_id, l.priority) t) lying on true`;

function availableOf({ skuId, kind, components, levels }: Omit<Offer, 'available'>): number {
  if (!isStocked(kind)) return unlimited;
  const free = (piece: string) =>
    levels.reduce((sum, level) => (level.skuId === piece ? sum + level.available : sum), 0);
  const parts = components.length > 0 ? components : [{ skuId, quantity: 1 }];
  return Math.min(...parts.map((part) => Math.floor(free(part.skuId) / part.quantity)));
}
