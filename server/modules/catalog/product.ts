import { NotSellable } from './errors.ts';

export type ProductKind = 'goods' | 'bundle' | 'virtual' | 'service' | 'card';
export type ProductStatus = 'draft' | 'on_sale' | 'off_sale';

export interface Media {
  readonly fileId: string;
  readonly kind: 'image' | 'video';
}

/** A piece of a product's description. */
export type DetailBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly fileId: string };

export interface SkuContent {
  /** Absent for a new one. */
  readonly skuId?: string | undefined;
  readonly code: string;
  readonly barcode?: string | null | undefined;
  /** Value by specification name: `{ 颜色: '红', 尺码: 'L' }`. */
  readonly spec: Readonly<Record<string, string>>;
  readonly listPriceFen: number;
  readonly salePriceFen: number;
  readonly costFen?: number | null | undefined;
  readonly weightG?: number | null | undefined;
  readonly imageFileId?: string | null | undefined;
  readonly isEnabled?: boolean | undefined;
  /** For bundles: what one of them is made of. */
  readonly components?: readonly { readonly skuId: string; readonly quantity: number }[] | undefined;
}

/** Everything a person edits of a product. */
export interface ProductContent {
  readonly code: string;
  readonly title: string;
  readonly subtitle: string;
  readonly kind: ProductKind;
  readonly categoryId: string | null;
  readonly brandName: string;
  readonly media: readonly Media[];
  readonly details: readonly DetailBlock[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly specNames: readonly string[];
  readonly skus: readonly SkuContent[];
}

/** Throws `NotSellable` while something is missing that a customer needs. */
export function refuseUnsellable(product: Pick<ProductContent, 'kind' | 'media' | 'skus'>): void {
  const enabled = product.skus.filter((sku) => sku.isEnabled !== false);
  if (enabled.length === 0) throw new NotSellable('it has no enabled SKU');
  if (product.media.length === 0) throw new NotSellable('it has no picture');
  if (product.kind === 'bundle' && enabled.some((sku) => (sku.components?.length ?? 0) === 0)) {
    throw new NotSellable('a bundle has no components');
  }
}

/** Whether two SKUs of a product have the same specification. */
export function sameSpec(specNames: readonly string[], a: SkuContent, b: SkuContent): boolean {
  return specNames.every((name) => a.spec[name] === b.spec[name]);
}

/** Whether goods of this kind lie in a stock; the others can be sold without end. */
export function isStocked(kind: ProductKind): boolean {
  return kind === 'goods' || kind === 'bundle';
}
