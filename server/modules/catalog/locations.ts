import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import { StoreHasLocation } from './errors.ts';
import type { StockLevel } from './stock.ts';

export interface Location {
  readonly locationId: number;
  readonly kind: 'warehouse' | 'store';
  readonly storeId: number | null;
  readonly name: string;
  readonly priority: number;
  readonly isEnabled: boolean;
}

const columns = `location_id as "locationId", kind, store_id as "storeId", name, priority, is_enabled as "isEnabled"`;

/** Locations the caller may see: staff limited to stores see these stores' only. */
export async function listLocations(ctx: Pick<Context, 'tx' | 'tenantId' | 'scope'>): Promise<Location[]> {
  return ctx.tx.query<Location>(
    `select ${columns} from catalog.locations where tenant_id = $1 and ($2 or store_id = any($3)) order by priority, location_id`,
    [ctx.tenantId, ctx.scope.all, ctx.scope.all ? [] : ctx.scope.storeIds],
  );
}

/** Adds a warehouse, or a store that keeps stock; returns its number. */
export async function addLocation(ctx: Context, content: Omit<Location, 'locationId'>): Promise<number> {
  await ctx.tx.query(`select pg_advisory_xact_lock(hashtextextended('catalog.locations', $1))`, [ctx.tenantId]);
  if (content.storeId !== null) {
    // Under the lock nobody else adds one meanwhile.
    const taken = await ctx.tx.query(`select from catalog.locations where tenant_id = $1 and store_id = $2`, [
      ctx.tenantId,
      content.storeId,
    ]);
    if (taken.length > 0) throw new StoreHasLocation(content.storeId);
  }
  const [row] = await ctx.tx.query<{ id: number }>(
    `insert into catalog.locations (tenant_id, location_id, kind, store_id, name, priority, is_enabled)
     select $1, coalesce(max(location_id), 0) + 1, $2, $3, $4, $5, $6 from catalog.locations where tenant_id = $1
     returning location_id as id`,
    [ctx.tenantId, content.kind, content.storeId, content.name, content.priority, content.isEnabled],
  );
  if (!row) throw new NotFound('Location');
  return row.id;
}

/** Renames, ranks, opens or closes a location; what it is stays. */
export async function changeLocation(
  ctx: Context,
  locationId: number,
  content: Pick<Location, 'name' | 'priority' | 'isEnabled'>,
): Promise<void> {
  const changed = await ctx.tx.execute(
    `update catalog.locations set name = $3, priority = $4, is_enabled = $5 where tenant_id = $1 and location_id = $2`,
    [ctx.tenantId, locationId, content.name, content.priority, content.isEnabled],
  );
  if (changed === 0) throw new NotFound('Location');
}

/** Throws `NotFound` for a location that does not exist or lies outside the caller's stores. */
export async function refuseForeignLocation(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'scope'>,
  locationIds: readonly number[],
): Promise<void> {
  const visible = new Set((await listLocations(ctx)).map((location) => location.locationId));
  if (locationIds.some((id) => !visible.has(id))) throw new NotFound('Location');
}

/** A line of the stock list. */
export interface StockRow extends StockLevel {
  readonly locationName: string;
  readonly productId: string;
  readonly title: string;
  readonly code: string;
  readonly spec: Readonly<Record<string, string>>;
}

/** Stock by SKU and location, scarcest first, at the locations the caller may see. */
export async function listStock(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'scope'>,
  filter: {
    readonly productId?: string | undefined;
    readonly locationId?: number | undefined;
    readonly availableMax?: number | undefined;
  },
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ items: StockRow[]; nextCursor: string | null }> {
  const offset = Math.min(Math.max(0, Number(cursor ?? 0) || 0), 10_000);
  const rows = await ctx.tx.query<StockRow>(
    `select s.sku_id as "skuId", s.location_id as "locationId", sum(s.on_hand)::int as "onHand", sum(s.reserved)::int as reserved,
            sum(s.on_hand - s.reserved)::int as available, l.name as "locationName", p.product_id as "productId", p.title, k.code, k.spec
       from catalog.stock s
       join catalog.locations l using (tenant_id, location_id)
       join catalog.skus k using (tenant_id, sku_id)
       join catalog.products p using (tenant_id, product_id)
      where s.tenant_id = $1 and ($2 or l.store_id = any($3)) and ($4::uuid is null or p.product_id = $4) and ($5::int is null or s.location_id = $5)
      group by s.sku_id, s.location_id, l.name, p.product_id, p.title, k.code, k.spec
      having $6::int is null or sum(s.on_hand - s.reserved) <= $6
      order by available, k.code, s.location_id offset $7 limit $8`,
    [
      ctx.tenantId,
      ctx.scope.all,
      ctx.scope.all ? [] : ctx.scope.storeIds,
      filter.productId ?? null,
      filter.locationId ?? null,
      filter.availableMax ?? null,
      offset,
      limit + 1,
    ],
  );
  return { items: rows.slice(0, limit), nextCursor: rows.length > limit ? String(offset + limit) : null };
}

/** One booked change of a quantity on hand. */
export interface StockMove {
  readonly moveId: string;
  readonly skuId: string;
  readonly locationId: number;
  readonly movedAt: Date;
  readonly reason: string;
  readonly quantity: number;
  readonly reference: string;
  readonly actor: string;
}

/** The moves of a SKU, newest first, at the locations the caller may see. */
export async function listStockMoves(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'scope'>,
  skuId: string,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ items: StockMove[]; nextCursor: string | null }> {
  const rows = await ctx.tx.query<StockMove>(
    `select m.move_id as "moveId", m.sku_id as "skuId", m.location_id as "locationId", m.moved_at as "movedAt", m.reason, m.quantity,
            m.reference, m.actor
       from catalog.stock_moves m join catalog.locations l using (tenant_id, location_id)
      where m.tenant_id = $1 and m.sku_id = $2 and ($3 or l.store_id = any($4)) and ($5::uuid is null or m.move_id < $5)
      order by m.move_id desc limit $6`,
    [ctx.tenantId, skuId, ctx.scope.all, ctx.scope.all ? [] : ctx.scope.storeIds, cursor ?? null, limit + 1],
  );
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.moveId ?? null) : null };
}
