import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { InvalidInput, NotFound } from '#platform/errors';
import { newId } from '#platform/ids';

import { CodeTaken } from './errors.ts';
import { findProduct } from './find-product.ts';
import { refuseForeignImages } from './media.ts';
import { refuseUnsellable, sameSpec } from './product.ts';
import type { ProductContent, ProductStatus, SkuContent } from './product.ts';
import { searchTokens } from './search-words.ts';

/** Creates a product as a draft; returns its id. */
export async function createProduct(ctx: Context, content: ProductContent): Promise<string> {
  const productId = newId();
  await refuseInvalid(ctx, content);
  await refuseTakenCode(ctx, productId, content);
  await ctx.tx.execute(
    `insert into catalog.products (tenant_id, product_id, code, title, kind, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)`,
    [ctx.tenantId, productId, content.code, content.title, content.kind, ctx.now],
  );
  await writeProduct(ctx, productId, content);
  await audit(ctx, {
    action: 'catalog.create_product',
    objectType: 'product',
    objectId: productId,
    details: { code: content.code },
  });
  return productId;
}

/** Replaces everything about a product; SKUs left out are disabled, never removed: orders and stock still name them. */
export async function changeProduct(ctx: Context, productId: string, content: ProductContent): Promise<void> {
  const [stored] = await ctx.tx.query<{ status: ProductStatus }>(
    `select status from catalog.products where tenant_id = $1 and product_id = $2 for update`,
    [ctx.tenantId, productId],
  );
  if (!stored) throw new NotFound('Product');
  await refuseInvalid(ctx, content);
  if (stored.status === 'on_sale') refuseUnsellable(content);
  await refuseTakenCode(ctx, productId, content);
  const before = await findProduct(ctx, productId);
  await writeProduct(ctx, productId, content);
  const prices = content.skus.map(({ code, salePriceFen }) => ({ code, salePriceFen }));
  const pricesBefore = before.skus.map(({ code, salePriceFen }) => ({ code, salePriceFen }));
  await audit(ctx, {
    action: 'catalog.change_product',
    objectType: 'product',
    objectId: productId,
    details: { prices, pricesBefore },
  });
}

/** Puts a product on sale or takes it off. Throws `NotSellable` while something is missing. */
export async function setProductStatus(ctx: Context, productId: string, status: ProductStatus): Promise<void> {
  const product = await findProduct(ctx, productId);
  if (status === 'on_sale') refuseUnsellable(product);
  await ctx.tx.execute(
    `update catalog.products
        set status = $3, updated_at = $4, on_sale_since = case when $3 = 'on_sale' then coalesce(on_sale_since, $4) else on_sale_since end
      where tenant_id = $1 and product_id = $2`,
    [ctx.tenantId, productId, status, ctx.now],
  );
  await audit(ctx, { action: `catalog.${status}`, objectType: 'product', objectId: productId });
}

async function refuseInvalid(ctx: Context, content: ProductContent): Promise<void> {
  const { skus, specNames, categoryId, kind } = content;
  await refuseForeignImages(ctx, imagesOf(content));
  const problems: { path: string; message: string }[] = [];
  skus.forEach((sku, index) => {
    const path = `body.skus.${index}`;
    if (specNames.some((name) => (sku.spec[name] ?? '') === ''))
      problems.push({ path: `${path}.spec`, message: 'every specification needs a value' });
    if (skus.slice(0, index).some((other) => sameSpec(specNames, sku, other)))
      problems.push({ path: `${path}.spec`, message: 'another SKU has the same specification' });
    if (skus.slice(0, index).some((other) => other.code === sku.code))
      problems.push({ path: `${path}.code`, message: 'another SKU has the same code' });
    if (kind !== 'bundle' && (sku.components?.length ?? 0) > 0)
      problems.push({ path: `${path}.components`, message: 'only bundles have components' });
  });
  const components = [...new Set(skus.flatMap((sku) => sku.components?.map((component) => component.skuId) ?? []))];
  const [found] = await ctx.tx.query<{ components: number; bundles: number }>(
    `select count(*)::int as components, count(*) filter (where p.kind = 'bundle')::int as bundles
       from catalog.skus s join catalog.products p using (tenant_id, product_id) where s.tenant_id = $1 and s.sku_id = any($2)`,
    [ctx.tenantId, components],
  );
  if (found && found.components < components.length)
    problems.push({ path: 'body.skus', message: 'a component does not exist' });
  if (found && found.bundles > 0) problems.push({ path: 'body.skus', message: 'a bundle cannot contain a bundle' });
  if (categoryId !== null) {
    const [category] = await ctx.tx.query(
      `select 1 from catalog.categories where tenant_id = $1 and category_id = $2`,
      [ctx.tenantId, categoryId],
    );
    if (!category) problems.push({ path: 'body.categoryId', message: 'the category does not exist' });
  }
  if (problems.length > 0) throw new InvalidInput(problems);
}

function imagesOf({ media, details, skus }: ProductContent): string[] {
  return [
    ...media.filter(({ kind }) => kind === 'image').map(({ fileId }) => fileId),
    ...details.flatMap((block) => (block.type === 'image' ? [block.fileId] : [])),
    ...skus.flatMap((sku) => sku.imageFileId ?? []),
  ];
}

async function refuseTakenCode(ctx: Context, productId: string, { code, skus }: ProductContent): Promise<void> {
  const [taken] = await ctx.tx.query<{ code: string }>(
    `select code from catalog.products where tenant_id = $1 and code = $3 and product_id <> $2
     union all
     select code from catalog.skus where tenant_id = $1 and code = any($4) and product_id <> $2 limit 1`,
    [ctx.tenantId, productId, code, skus.map((sku) => sku.code)],
  );
  if (taken) throw new CodeTaken(taken.code);
}

async function writeProduct(ctx: Context, productId: string, content: ProductContent): Promise<void> {
  const skuIds = await writeSkus(ctx, productId, content.skus);
  await writeComponents(ctx, skuIds, content.skus);
  const tokens = searchTokens(
    content.title,
    content.subtitle,
    content.brandName,
    content.code,
    ...content.skus.flatMap((sku) => [sku.code, ...Object.values(sku.spec)]),
    ...Object.values(content.attributes),
  );
  await ctx.tx.execute(
    `update catalog.products p
        set code = $3, title = $4, subtitle = $5, kind = $6, category_id = $7, brand_name = $8, media = $9, details = $10, attributes = $11,
            spec_names = $12, search_tokens = $13, updated_at = $14, min_price_fen = s.lowest, max_price_fen = s.highest
       from (select min(sale_price_fen) as lowest, max(sale_price_fen) as highest from catalog.skus
              where tenant_id = $1 and product_id = $2 and is_enabled) s
      where p.tenant_id = $1 and p.product_id = $2`,
    [
      ctx.tenantId,
      productId,
      content.code,
      content.title,
      content.subtitle,
      content.kind,
      content.categoryId,
      content.brandName,
      JSON.stringify(content.media),
      JSON.stringify(content.details),
      JSON.stringify(content.attributes),
      content.specNames,
      tokens,
      ctx.now,
    ],
  );
}

async function writeSkus(ctx: Context, productId: string, skus: readonly SkuContent[]): Promise<string[]> {
  const stored = await ctx.tx.query<{ sku_id: string; code: string }>(
    `select sku_id, code from catalog.skus where tenant_id = $1 and product_id = $2`,
    [ctx.tenantId, productId],
  );
  const known = new Set(stored.map((row) => row.sku_id));
  const skuIds = skus.map((sku) => {
    if (sku.skuId !== undefined && !known.has(sku.skuId)) throw new NotFound('SKU');
    // A code that was disabled and comes back is the same SKU: its stock is still there.
    return sku.skuId ?? stored.find((row) => row.code === sku.code)?.sku_id ?? newId();
  });
  await ctx.tx.execute(
    `update catalog.skus set is_enabled = false where tenant_id = $1 and product_id = $2 and sku_id <> all($3)`,
    [ctx.tenantId, productId, skuIds],
  );
  // Codes may be swapped between SKUs of the product: make them free first.
  await ctx.tx.execute(
    `update catalog.skus set code = sku_id::text where tenant_id = $1 and product_id = $2 and sku_id = any($3)`,
    [ctx.tenantId, productId, skuIds],
  );
  await ctx.tx.execute(
    `insert into catalog.skus (tenant_id, sku_id, product_id, code, barcode, spec, list_price_fen, sale_price_fen, cost_fen, weight_g,
                               image_file_id, position, is_enabled)
     select $1, s.id, $2, s.code, s.barcode, s.spec, s.list, s.sale, s.cost, s.weight, s.image, s.position, s.enabled
       from unnest($3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::bigint[], $8::bigint[], $9::bigint[], $10::int[], $11::text[],
                   $12::int[], $13::boolean[]) as s(id, code, barcode, spec, list, sale, cost, weight, image, position, enabled)
     on conflict (tenant_id, sku_id) do update
        set code = excluded.code, barcode = excluded.barcode, spec = excluded.spec, list_price_fen = excluded.list_price_fen,
            sale_price_fen = excluded.sale_price_fen, cost_fen = excluded.cost_fen, weight_g = excluded.weight_g,
            image_file_id = excluded.image_file_id, position = excluded.position, is_enabled = excluded.is_enabled`,
    [
      ctx.tenantId,
      productId,
      skuIds,
      skus.map((sku) => sku.code),
      skus.map((sku) => sku.barcode ?? null),
      skus.map((sku) => JSON.stringify(sku.spec)),
      skus.map((sku) => sku.listPriceFen),
      skus.map((sku) => sku.salePriceFen),
      skus.map((sku) => sku.costFen ?? null),
      skus.map((sku) => sku.weightG ?? null),
      skus.map((sku) => sku.imageFileId ?? null),
      skus.map((_, index) => index),
      skus.map((sku) => sku.isEnabled ?? true),
    ],
  );
  return skuIds;
}

async function writeComponents(ctx: Context, skuIds: readonly string[], skus: readonly SkuContent[]): Promise<void> {
  const rows = skus.flatMap((sku, index) =>
    (sku.components ?? []).map((component) => ({ bundle: skuIds[index], ...component })),
  );
  await ctx.tx.execute(`delete from catalog.bundle_items where tenant_id = $1 and bundle_sku_id = any($2)`, [
    ctx.tenantId,
    skuIds,
  ]);
  await ctx.tx.execute(
    `insert into catalog.bundle_items (tenant_id, bundle_sku_id, component_sku_id, quantity)
     select $1, bundle, component, sum(quantity) from unnest($2::uuid[], $3::uuid[], $4::int[]) as r(bundle, component, quantity)
      group by bundle, component`,
    [ctx.tenantId, rows.map((row) => row.bundle), rows.map((row) => row.skuId), rows.map((row) => row.quantity)],
  );
}
