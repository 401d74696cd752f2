import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import { isStocked } from './product.ts';
import type { DetailBlock, Media, ProductKind, ProductStatus } from './product.ts';
import { stockLevels } from './stock.ts';

type ReadContext = Pick<Context, 'tx' | 'tenantId'>;

export interface Sku {
  readonly skuId: string;
  readonly productId: string;
  readonly code: string;
  readonly barcode: string | null;
  readonly spec: Readonly<Record<string, string>>;
  readonly listPriceFen: number;
  readonly salePriceFen: number;
  readonly costFen: number | null;
  readonly weightG: number | null;
  readonly imageFileId: string | null;
  readonly isEnabled: boolean;
  readonly components: readonly { readonly skuId: string; readonly quantity: number }[];
}

export interface Product {
  readonly productId: string;
  readonly code: string;
  readonly title: string;
  readonly subtitle: string;
  readonly kind: ProductKind;
  readonly status: ProductStatus;
  readonly categoryId: string | null;
  readonly brandName: string;
  readonly media: readonly Media[];
  readonly details: readonly DetailBlock[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly specNames: readonly string[];
  readonly minPriceFen: number | null;
  readonly maxPriceFen: number | null;
  readonly soldQuantity: number;
  readonly updatedAt: Date;
  readonly skus: readonly Sku[];
}

const skuColumns = `s.sku_id as "skuId", s.product_id as "productId", s.code, s.barcode, s.spec, s.list_price_fen as "listPriceFen",
  s.sale_price_fen as "salePriceFen", s.cost_fen as "costFen", s.weight_g as "weightG", s.image_file_id as "imageFileId",
  s.is_enabled as "isEnabled",
  coalesce((select jsonb_agg(jsonb_build_object('skuId', b.component_sku_id, 'quantity', b.quantity) order by b.component_sku_id)
     from catalog.bundle_items b where b.tenant_id = s.tenant_id and b.bundle_sku_id = s.sku_id), '[]') as components`;

/** One product with all its SKUs, also disabled ones. */
export async function findProduct(ctx: ReadContext, productId: string): Promise<Product> {
  const [row] = await ctx.tx.query<Omit<Product, 'skus'>>(
    `select product_id as "productId", code, title, subtitle, kind, status, category_id as "categoryId", brand_name as "brandName", media,
            details, attributes, spec_names as "specNames", min_price_fen as "minPriceFen", max_price_fen as "maxPriceFen",
            sold_quantity as "soldQuantity", updated_at as "updatedAt"
       from catalog.products where tenant_id = $1 and product_id = $2`,
    [ctx.tenantId, productId],
  );
  if (!row) throw new NotFound('Product');
  const skus = await ctx.tx.query<Sku>(
    `select ${skuColumns} from catalog.skus s where s.tenant_id = $1 and s.product_id = $2 order by s.position, s.sku_id`,
    [ctx.tenantId, productId],
  );
  return { ...row, skus };
}

/** A SKU with what a cart or an order line shows of its product. */
export interface SkuOfProduct extends Sku {
  readonly title: string;
  readonly kind: ProductKind;
  readonly categoryId: string | null;
  readonly mediaFileId: string | null;
  /** On sale and enabled. */
  readonly isSellable: boolean;
}

/** SKUs by id, for carts and checkouts; unknown ids are absent. */
export async function findSkus(ctx: ReadContext, skuIds: readonly string[]): Promise<Map<string, SkuOfProduct>> {
  const rows = await ctx.tx.query<SkuOfProduct>(
    `select ${skuColumns}, p.title, p.kind, p.category_id as "categoryId", coalesce(s.image_file_id, p.media->0->>'fileId') as "mediaFileId",
            p.status = 'on_sale' and s.is_enabled as "isSellable"
       from catalog.skus s join catalog.products p using (tenant_id, product_id) where s.tenant_id = $1 and s.sku_id = any($2)`,
    [ctx.tenantId, skuIds],
  );
  return new Map(rows.map((row) => [row.skuId, row]));
}

/** What lists show for kinds that lie in no stock. */
export const unlimited = 999;

/** How many pieces of SKUs can be sold over all locations; a bundle as often as its scarcest component allows. */
export async function availableQuantities(
  ctx: ReadContext,
  skus: readonly (Pick<Sku, 'skuId' | 'components'> & { readonly kind: ProductKind })[],
): Promise<Map<string, number>> {
  const stocked = skus.filter(({ kind }) => isStocked(kind));
  const pieces = stocked.flatMap(({ skuId, components }) =>
    components.length > 0 ? components.map((part) => part.skuId) : [skuId],
  );
  const free = new Map<string, number>();
  for (const { skuId, available } of await stockLevels(ctx, [...new Set(pieces)]))
    free.set(skuId, (free.get(skuId) ?? 0) + available);
  return new Map(
    skus.map(({ skuId, kind, components }) => {
      if (!isStocked(kind)) return [skuId, unlimited];
      const parts = components.length > 0 ? components : [{ skuId, quantity: 1 }];
      return [skuId, Math.min(...parts.map((part) => Math.floor((free.get(part.skuId) ?? 0) / part.quantity)))];
    }),
  );
}
