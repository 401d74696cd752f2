import { Readable } from 'node:stream';

import {
  addCategory,
  addLocation,
  changeStock,
  createProduct,
  findSkusByCode,
  listCategories,
  listLocations,
  registerImage,
  setProductStatus,
  storeImage,
} from '#catalog';
import type { Context } from '#platform/context';
import type { FileStore } from '#platform/files';

import { productPicture } from './artwork.ts';
import { brandName, categories } from './brand.ts';
import type { DemoCategory } from './brand.ts';
import type { Goods } from './stage.ts';
import type { Within } from './within.ts';

interface DemoProduct {
  readonly category: DemoCategory;
  readonly code: string;
  readonly title: string;
  readonly subtitle: string;
  readonly pictureSeed: number;
  readonly skus: readonly { readonly code: string; readonly spec: string; readonly priceFen: number }[];
}

const products: readonly DemoProduct[] = categories.flatMap((category, c) =>
  category.goods.map(([title, subtitle, yuan, specs], p): DemoProduct => {
    const code = `${category.code}-${p + 1}`;
    return {
      category,
      code,
      title,
      subtitle,
      pictureSeed: c * 100 + p + 1,
      skus: specs.map((spec, s) => ({
        code: `${code}-${s + 1}`,
        spec,
        priceFen: Math.round(yuan * 100 * (1 + s * 0.75)),
      })),
    };
  }),
);

type StoredImage = Awaited<ReturnType<typeof storeImage>>;
type FoundSkus = ReadonlyMap<string, { readonly skuId: string; readonly productId: string }>;

/** Our SKUs by code. */
async function skusOf(ctx: Context, codes: readonly string[]): Promise<FoundSkus> {
  const found = await findSkusByCode(
    ctx,
    codes.map((code) => ({ sourceId: 0, code })),
  );
  return new Map([...found].map(([key, sku]) => [key.slice(2), sku]));
}

const drawnAhead = 2;

/** Categories, products with pictures, prices and stock; products that exist stay. */
export async function fillCatalogue(
  inTenant: Within,
  storeIds: readonly number[],
  progress: (text: string) => void,
): Promise<Goods[]> {
  const locations = await inTenant((ctx) => addLocations(ctx, storeIds));
  const categoryIds = await inTenant(addCategories);
  const { tenantId, files, known } = await inTenant(async (ctx) => ({
    tenantId: ctx.tenantId,
    files: ctx.services.files,
    known: await skusOf(
      ctx,
      products.flatMap(({ skus }) => skus.map(({ code }) => code)),
    ),
  }));
  const missing = products.filter(({ skus }) => skus.some(({ code }) => !known.has(code)));
  const found = new Map(known);
  // Drawing takes most of the time and needs no database: it runs ahead of it.
  const drawn: Promise<StoredImage>[] = [];
  for (const [index, product] of missing.entries()) {
    progress(`catalogue: ${product.category.name}`);
    while (drawn.length < missing.length && drawn.length <= index + drawnAhead) {
      const next = missing[drawn.length];
      if (!next) break;
      const picture = draw(files, tenantId, next);
      // One that fails while another is awaited is met when its turn comes.
      picture.catch(() => undefined);
      drawn.push(picture);
    }
    const image = await drawn[index];
    if (!image) break;
    const made = await inTenant((ctx) =>
      addProduct(ctx, product, { image, locations, categoryId: categoryIds.get(product.category.code) ?? null }),
    );
    for (const [code, sku] of made) found.set(code, sku);
  }
  return products.flatMap(({ category, title, skus }) =>
    skus.flatMap(({ code, spec, priceFen }): Goods[] => {
      const sku = found.get(code);
      return sku ? [{ ...sku, code, title, spec, category, priceFen }] : [];
    }),
  );
}

async function draw(files: FileStore, tenantId: number, { category, pictureSeed }: DemoProduct): Promise<StoredImage> {
  return storeImage(files, tenantId, Readable.from([await productPicture(category, pictureSeed)]));
}

interface Place {
  readonly locationId: number;
  readonly kind: 'warehouse' | 'store';
}

async function addLocations(ctx: Context, storeIds: readonly number[]): Promise<Place[]> {
  const present = await listLocations(ctx);
  if (present.length > 0) return present.map(({ locationId, kind }) => ({ locationId, kind }));
  const add = async (kind: Place['kind'], name: string, priority: number, storeId: number | null): Promise<Place> => ({
    kind,
    locationId: await addLocation(ctx, { kind, storeId, name, priority, isEnabled: true }),
  });
  const made = [await add('warehouse', '嘉兴总仓', 1, null)];
  for (const [index, storeId] of storeIds.entries())
    made.push(await add('store', `门店 ${index + 1}`, 10 + index, storeId));
  return made;
}

async function addCategories(ctx: Context): Promise<ReadonlyMap<string, string>> {
  const present = new Map((await listCategories(ctx)).map((one) => [one.name, one.categoryId]));
  const ids = new Map<string, string>();
  for (const [position, { code, name }] of categories.entries()) {
    ids.set(code, present.get(name) ?? (await addCategory(ctx, { parentId: null, name, position, isHidden: false })));
  }
  return ids;
}

async function addProduct(
  ctx: Context,
  { code, title, subtitle, pictureSeed, skus }: DemoProduct,
  {
    image,
    locations,
    categoryId,
  }: { readonly image: StoredImage; readonly locations: readonly Place[]; readonly categoryId: string | null },
): Promise<FoundSkus> {
  await registerImage(ctx, image);
  const productId = await createProduct(ctx, {
    code,
    title,
    subtitle,
    kind: 'goods',
    categoryId,
    brandName,
    media: [{ fileId: image.fileId, kind: 'image' }],
    details: [
      {
        type: 'text',
        text: `${title}，${subtitle}。${brandName}为宝宝和妈妈温和配方，通过敏感肌测试，支持 7 天无理由退货。`,
      },
    ],
    attributes: { 品牌: brandName, 产地: '中国' },
    specNames: ['规格'],
    skus: skus.map((sku) => ({
      code: sku.code,
      spec: { 规格: sku.spec },
      listPriceFen: Math.round(sku.priceFen * 1.2),
      salePriceFen: sku.priceFen,
      costFen: Math.round(sku.priceFen * 0.45),
      weightG: 300,
    })),
  });
  await setProductStatus(ctx, productId, 'on_sale');
  const made = await skusOf(
    ctx,
    skus.map((sku) => sku.code),
  );
  await changeStock(
    ctx,
    [...made.values()].flatMap(({ skuId }, s) =>
      placesOf(locations, pictureSeed + s).map(({ locationId, kind }) => ({
        skuId,
        locationId,
        quantity: kind === 'warehouse' ? 2_000 : 40,
        reason: 'received' as const,
        reference: 'demo',
      })),
    ),
  );
  return made;
}

/** The warehouse has everything, a store a quarter of it. */
function placesOf(locations: readonly Place[], turn: number): Place[] {
  return locations.filter(({ kind }, index) => kind === 'warehouse' || (index + turn) % 4 === 0);
}
