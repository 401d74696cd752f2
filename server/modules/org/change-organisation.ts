import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import { RegionInsideItself } from './errors.ts';
import {
  brandColumns,
  regionColumns,
  requirePosition,
  requireTimezone,
  storeColumns,
  withUniqueCode,
} from './organisation.ts';
import type { Brand, Region, Store } from './organisation.ts';

type Unset<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Adds a brand: a mall of its own, found by its code. */
export async function addBrand(ctx: Context, brand: Omit<Brand, 'brandId' | 'status'>): Promise<Brand> {
  requireTimezone(brand.timezone);
  const [added] = await withUniqueCode(ctx, brand.code, () =>
    ctx.tx.query<Brand>(
      `insert into org.brands (tenant_id, code, name, timezone, currency, theme) values ($1, $2, $3, $4, $5, $6)
       returning ${brandColumns}`,
      [ctx.tenantId, brand.code, brand.name, brand.timezone, brand.currency, JSON.stringify(brand.theme)],
    ),
  );
  return recorded(ctx, 'org.add-brand', 'brand', added?.brandId, added, { code: brand.code });
}

/** Changes what is given of a brand; the currency and code stay, since money and links are recorded under them. */
export async function changeBrand(
  ctx: Context,
  brandId: number,
  change: Unset<Pick<Brand, 'name' | 'timezone' | 'theme' | 'status'>>,
): Promise<Brand> {
  if (change.timezone !== undefined) requireTimezone(change.timezone);
  const [changed] = await ctx.tx.query<Brand>(
    `update org.brands set name = coalesce($3, name), timezone = coalesce($4, timezone), theme = coalesce($5, theme), status = coalesce($6, status)
      where tenant_id = $1 and brand_id = $2 returning ${brandColumns}`,
    [
      ctx.tenantId,
      brandId,
      change.name ?? null,
      change.timezone ?? null,
      change.theme === undefined ? null : JSON.stringify(change.theme),
      change.status ?? null,
    ],
  );
  return recorded(ctx, 'org.change-brand', 'brand', brandId, changed, change);
}

/** Adds a region under a brand or another region of it. */
export async function addRegion(ctx: Context, region: Omit<Region, 'regionId'>): Promise<Region> {
  const above = region.parentRegionId === null ? [] : await pathOf(ctx, region.parentRegionId, region.brandId);
  if (above.length >= 6) throw new RegionInsideItself();
  await requireBrand(ctx, region.brandId);
  const [added] = await withUniqueCode(ctx, region.name, () =>
    ctx.tx.query<Region>(
      `with next as (select nextval(pg_get_serial_sequence('org.regions', 'region_id'))::int as id)
       insert into org.regions (tenant_id, region_id, brand_id, parent_region_id, name, ancestors)
       select $1, id, $2, $3, $4, $5::int[] || id from next returning ${regionColumns}`,
      [ctx.tenantId, region.brandId, region.parentRegionId, region.name, above],
    ),
  );
  return recorded(ctx, 'org.add-region', 'region', added?.regionId, added, { name: region.name });
}

/** Renames a region or moves it, with everything below it, under another region of its brand (`null`: to the top). */
export async function changeRegion(
  ctx: Context,
  regionId: number,
  change: Unset<Pick<Region, 'name' | 'parentRegionId'>>,
): Promise<Region> {
  const [region] = await ctx.tx.query<{ brand_id: number; ancestors: number[] }>(
    `select brand_id, ancestors from org.regions where tenant_id = $1 and region_id = $2 for update`,
    [ctx.tenantId, regionId],
  );
  if (!region) throw new NotFound('The region');
  if (change.parentRegionId !== undefined) {
    const above = change.parentRegionId === null ? [] : await pathOf(ctx, change.parentRegionId, region.brand_id);
    await moveRegion(ctx, { regionId, parentRegionId: change.parentRegionId, above, depth: region.ancestors.length });
  }
  const [changed] = await withUniqueCode(ctx, change.name ?? '', () =>
    ctx.tx.query<Region>(
      `update org.regions set name = coalesce($3, name) where tenant_id = $1 and region_id = $2 returning ${regionColumns}`,
      [ctx.tenantId, regionId, change.name ?? null],
    ),
  );
  return recorded(ctx, 'org.change-region', 'region', regionId, changed, change);
}

async function moveRegion(
  ctx: Context,
  move: { regionId: number; parentRegionId: number | null; above: readonly number[]; depth: number },
): Promise<void> {
  if (move.above.includes(move.regionId)) throw new RegionInsideItself();
  const [deepest] = await ctx.tx.query<{ levels: number }>(
    `select max(cardinality(ancestors)) - $3::int + 1 as levels from org.regions where tenant_id = $1 and ancestors @> array[$2::int]`,
    [ctx.tenantId, move.regionId, move.depth],
  );
  if (move.above.length + (deepest?.levels ?? 1) > 6) throw new RegionInsideItself();
  await ctx.tx.execute(
    `update org.regions set ancestors = $3::int[] || ancestors[$4:],
            parent_region_id = case when region_id = $2 then $5 else parent_region_id end
      where tenant_id = $1 and ancestors @> array[$2::int]`,
    [ctx.tenantId, move.regionId, move.above, move.depth, move.parentRegionId],
  );
}

/** Adds a store or service outlet. */
export async function addStore(ctx: Context, store: Omit<Store, 'storeId' | 'status'>): Promise<Store> {
  await requireBrand(ctx, store.brandId);
  requirePosition(store);
  if (store.regionId !== null) await pathOf(ctx, store.regionId, store.brandId);
  const [added] = await withUniqueCode(ctx, store.code, () =>
    ctx.tx.query<Store>(
      `insert into org.stores (tenant_id, brand_id, region_id, kind, code, name, province, city, district, street, latitude, longitude, hours, capabilities)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning ${storeColumns}`,
      [
        ctx.tenantId,
        store.brandId,
        store.regionId,
        store.kind,
        store.code,
        store.name,
        store.province,
        store.city,
        store.district,
        store.street,
        store.latitude,
        store.longitude,
        JSON.stringify(store.hours),
        store.capabilities,
      ],
    ),
  );
  return recorded(ctx, 'org.add-store', 'store', added?.storeId, added, { code: store.code });
}

/** Changes what is given of a store in the actor's scope. */
export async function changeStore(
  ctx: Context,
  storeId: number,
  change: Unset<Omit<Store, 'storeId' | 'brandId' | 'kind'>>,
): Promise<Store> {
  const [present] = await ctx.tx.query<Store>(
    `select ${storeColumns} from org.stores where tenant_id = $1 and store_id = $2 for update`,
    [ctx.tenantId, storeId],
  );
  if (!present) throw new NotFound('The store');
  if (typeof change.regionId === 'number') await pathOf(ctx, change.regionId, present.brandId);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const next: Store = { ...present, ...given };
  requirePosition(next);
  const [changed] = await withUniqueCode(ctx, next.code, () =>
    ctx.tx.query<Store>(
      `update org.stores set region_id = $3, code = $4, name = $5, province = $6, city = $7, district = $8, street = $9, latitude = $10,
              longitude = $11, hours = $12, capabilities = $13, status = $14
        where tenant_id = $1 and store_id = $2 returning ${storeColumns}`,
      [
        ctx.tenantId,
        storeId,
        next.regionId,
        next.code,
        next.name,
        next.province,
        next.city,
        next.district,
        next.street,
        next.latitude,
        next.longitude,
        JSON.stringify(next.hours),
        next.capabilities,
        next.status,
      ],
    ),
  );
  return recorded(ctx, 'org.change-store', 'store', storeId, changed, given);
}

async function requireBrand(ctx: Context, brandId: number): Promise<void> {
  const rows = await ctx.tx.query(`select from org.brands where tenant_id = $1 and brand_id = $2`, [
    ctx.tenantId,
    brandId,
  ]);
  if (rows.length === 0) throw new NotFound('The brand');
}

/** The path of a region of the brand, itself last; locked, so that it cannot move meanwhile. */
async function pathOf(ctx: Context, regionId: number, brandId: number): Promise<number[]> {
  const [row] = await ctx.tx.query<{ ancestors: number[] }>(
    `select ancestors from org.regions where tenant_id = $1 and region_id = $2 and brand_id = $3 for share`,
    [ctx.tenantId, regionId, brandId],
  );
  if (!row) throw new NotFound('The region');
  return row.ancestors;
}

async function recorded<T>(
  ctx: Context,
  action: string,
  objectType: string,
  objectId: number | undefined,
  changed: T | undefined,
  details: Readonly<Record<string, unknown>>,
): Promise<T> {
  if (changed === undefined) throw new NotFound(`The ${objectType}`);
  await audit(ctx, { action, objectType, objectId: String(objectId), details });
  return changed;
}
