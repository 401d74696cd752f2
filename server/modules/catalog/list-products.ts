import type { Context } from '#platform/context';

import { availableQuantities } from './find-product.ts';
import type { Sku } from './find-product.ts';
import type { ProductKind, ProductStatus } from './product.ts';
import { searchQuery } from './search-words.ts';

type ReadContext = Pick<Context, 'tx' | 'tenantId'>;

export interface ProductSummary {
  readonly productId: string;
  readonly code: string;
  readonly title: string;
  readonly subtitle: string;
  readonly kind: ProductKind;
  readonly status: ProductStatus;
  readonly categoryId: string | null;
  readonly mediaFileId: string | null;
  readonly minPriceFen: number | null;
  readonly maxPriceFen: number | null;
  readonly listPriceFen: number | null;
  readonly soldQuantity: number;
  readonly available: number;
  readonly updatedAt: Date;
}

export interface ProductFilter {
  readonly search?: string | undefined;
  /** With all categories below it. */
  readonly categoryId?: string | undefined;
  readonly status?: ProductStatus | undefined;
  readonly productIds?: readonly string[] | undefined;
}

export type ProductSort = 'newest' | 'price' | 'price_desc' | 'sold';

const orders: Readonly<Record<ProductSort, string>> = {
  newest: 'coalesce(p.on_sale_since, p.created_at) desc, p.product_id',
  price: 'p.min_price_fen asc nulls last, p.product_id',
  price_desc: 'p.min_price_fen desc nulls last, p.product_id',
  sold: 'p.sold_quantity desc, p.product_id',
};
const offsetMax = 10_000;

/** Products by filter and order; a search orders by how well they fit. The cursor counts products, as lists of goods stay short. */
export async function listProducts(
  ctx: ReadContext,
  filter: ProductFilter,
  { cursor, limit, sort = 'newest' }: { cursor?: string | undefined; limit: number; sort?: ProductSort | undefined },
): Promise<{ items: ProductSummary[]; nextCursor: string | null }> {
  const offset = Math.min(Math.max(0, Number(cursor ?? 0) || 0), offsetMax);
  const isSearch = (filter.search ?? '').trim() !== '';
  const ids = isSearch ? await searchIds(ctx, filter, offset, limit + 1) : null;
  const values: unknown[] = [ctx.tenantId];
  const where = ['p.tenant_id = $1'];
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === undefined || value === null) return;
    values.push(value);
    where.push(condition(`$${values.length}`));
  };
  add(ids, (place) => `p.product_id = any(${place}::uuid[])`);
  add(filter.productIds, (place) => `p.product_id = any(${place}::uuid[])`);
  add(filter.status, (place) => `p.status = ${place}`);
  add(
    filter.categoryId,
    (place) => `p.category_id in (
      with recursive below as (
        select category_id from catalog.categories where tenant_id = $1 and category_id = ${place}
        union select c.category_id from catalog.categories c join below b on c.tenant_id = $1 and c.parent_id = b.category_id)
      select category_id from below)`,
  );
  const order = sort === 'newest' && filter.status === 'on_sale' ? 'p.on_sale_since desc, p.product_id' : orders[sort];
  // The page is cut before anything is looked up for it: skipped products cost next to nothing.
  const paging = ids ? '' : `limit $${values.push(limit + 1)} offset $${values.push(offset)}`;
  const rows = await ctx.tx.query<Omit<ProductSummary, 'available'> & { skus: Pick<Sku, 'skuId' | 'components'>[] }>(
    `select ${summaryColumns}
       from (select * from catalog.products p where ${where.join(' and ')} order by ${order} ${paging}) p order by ${order}`,
    values,
  );
  if (ids) rows.sort((a, b) => ids.indexOf(a.productId) - ids.indexOf(b.productId));
  const found = rows.slice(0, limit);
  const available = await availableQuantities(
    ctx,
    found.flatMap(({ skus, kind }) => skus.map((sku) => ({ ...sku, kind }))),
  );
  const items = found.map(({ skus, ...product }) => ({
    ...product,
    available: skus.reduce((sum, { skuId }) => sum + (available.get(skuId) ?? 0), 0),
  }));
  const isMore = ids ? ids.length > limit : rows.length > limit;
  return { items, nextCursor: isMore && offset + limit <= offsetMax ? String(offset + limit) : null };
}

const summaryColumns = `p.product_id as "productId", p.code, p.title, p.subtitle, p.kind, p.status, p.category_id as "categoryId",
  p.media->0->>'fileId' as "mediaFileId", p.min_price_fen as "minPriceFen", p.max_price_fen as "maxPriceFen", p.updated_at as "updatedAt",
  p.sold_quantity as "soldQuantity",
  (select max(s.list_price_fen) from catalog.skus s
    where s.tenant_id = p.tenant_id and s.product_id = p.product_id and s.is_enabled and s.sale_price_fen = p.min_price_fen) as "listPriceFen",
  coalesce((select jsonb_agg(jsonb_build_object('skuId', s.sku_id, 'components', coalesce(
      (select jsonb_agg(jsonb_build_object('skuId', b.component_sku_id, 'quantity', b.quantity))
         from catalog.bundle_items b where b.tenant_id = s.tenant_id and b.bundle_sku_id = s.sku_id), '[]')))
    from catalog.skus s where s.tenant_id = p.tenant_id and s.product_id = p.product_id and s.is_enabled), '[]') as skus`;

async function searchIds(ctx: ReadContext, filter: ProductFilter, offset: number, limit: number): Promise<string[]> {
  const synonyms = await ctx.tx.query<{ words: string[] }>(`select words from catalog.synonyms where tenant_id = $1`, [
    ctx.tenantId,
  ]);
  const { tokens, minHits } = searchQuery(
    filter.search ?? '',
    synonyms.map((row) => row.words),
  );
  if (tokens.length === 0) return [];
  const rows = await ctx.tx.query<{ product_id: string }>(
    `select product_id from catalog.search_products($1, $2, $3, $4, $5, $6)`,
    [ctx.tenantId, tokens, minHits, filter.status === 'on_sale', offset, limit],
  );
  return rows.map((row) => row.product_id);
}
