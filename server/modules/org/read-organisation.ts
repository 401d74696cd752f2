import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import { brandColumns, regionColumns, storeColumns } from './organisation.ts';
import type { Brand, Region, Store } from './organisation.ts';

export interface Tenant {
  readonly tenantId: number;
  readonly code: string;
  readonly name: string;
}

export interface OrganisationTree {
  readonly tenant: Tenant;
  readonly brands: readonly Brand[];
  readonly regions: readonly Region[];
  readonly stores: readonly Store[];
}

/** The tree as far as the actor's scope reaches: their stores and the regions above them; everything for the whole tenant. */
export async function readOrganisation(ctx: Context): Promise<OrganisationTree> {
  const stores = await ctx.tx.query<Store>(
    `select ${storeColumns} from org.stores where tenant_id = $1 order by brand_id, code`,
    [ctx.tenantId],
  );
  const regions = await ctx.tx.query<Region & { ancestors: number[] }>(
    `select ${regionColumns}, ancestors from org.regions where tenant_id = $1 order by cardinality(ancestors), name, region_id`,
    [ctx.tenantId],
  );
  const inScope = new Set(stores.map(({ regionId }) => regionId));
  const reached = new Set(
    regions.filter(({ regionId }) => inScope.has(regionId)).flatMap(({ ancestors }) => ancestors),
  );
  return {
    tenant: await readTenant(ctx),
    brands: await listBrands(ctx),
    regions: ctx.scope.all ? regions : regions.filter(({ regionId }) => reached.has(regionId)),
    stores,
  };
}

export async function readTenant(ctx: Pick<Context, 'tx' | 'tenantId'>): Promise<Tenant> {
  const [tenant] = await ctx.tx.query<Tenant>(
    `select tenant_id as "tenantId", code, name from org.tenants where tenant_id = $1`,
    [ctx.tenantId],
  );
  if (!tenant) throw new NotFound('The company');
  return tenant;
}

/** The tenant's brands, oldest first. */
export async function listBrands(ctx: Pick<Context, 'tx' | 'tenantId'>): Promise<Brand[]> {
  return ctx.tx.query<Brand>(`select ${brandColumns} from org.brands where tenant_id = $1 order by brand_id`, [
    ctx.tenantId,
  ]);
}

/** The time zone and currency by which a tenant's days and prices are told: those of its first brand. */
export async function brandClock(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
): Promise<{ readonly zone: string; readonly currency: string; readonly name: string }> {
  const [brand] = await listBrands(ctx);
  return { zone: brand?.timezone ?? 'Asia/Shanghai', currency: brand?.currency ?? 'CNY', name: brand?.name ?? '' };
}

/** One brand of the tenant, for its clock and currency; refuses an unknown one. */
export async function readBrand(ctx: Pick<Context, 'tx' | 'tenantId'>, brandId: number): Promise<Brand> {
  const [brand] = await ctx.tx.query<Brand>(
    `select ${brandColumns} from org.brands where tenant_id = $1 and brand_id = $2`,
    [ctx.tenantId, brandId],
  );
  if (!brand) throw new NotFound('The brand');
  return brand;
}

export interface StoreFilter {
  readonly search?: string | undefined;
  readonly brandId?: number | undefined;
  readonly status?: Store['status'] | undefined;
  /** The last store id of the page before. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/** Stores in the actor's scope by id, with how many there are in all. */
export async function listStores(ctx: Context, filter: StoreFilter): Promise<{ items: Store[]; total: number }> {
  const where = `tenant_id = $1 and ($2::text is null or position(lower($2) in lower(name || ' ' || code || ' ' || city)) > 0)
    and ($3::int is null or brand_id = $3) and ($4::text is null or status = $4)`;
  const values = [ctx.tenantId, filter.search ?? null, filter.brandId ?? null, filter.status ?? null];
  const items = await ctx.tx.query<Store>(
    `select ${storeColumns} from org.stores where ${where} and store_id > $5 order by store_id limit $6`,
    [...values, filter.after ?? 0, filter.limit],
  );
  const [count] = await ctx.tx.query<{ total: number }>(
    `select count(*) as total from org.stores where ${where}`,
    values,
  );
  return { items, total: count?.total ?? 0 };
}

/** Stores of the given ids that the actor may see, for names beside orders and customers. */
export async function storesById(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  storeIds: readonly number[],
): Promise<Map<number, Store>> {
  const stores = await ctx.tx.query<Store>(
    `select ${storeColumns} from org.stores where tenant_id = $1 and store_id = any($2::int[])`,
    [ctx.tenantId, storeIds],
  );
  return new Map(stores.map((store) => [store.storeId, store] as const));
}
