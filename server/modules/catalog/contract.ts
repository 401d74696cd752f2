import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

const uuid = z.uuid();
const fen = z.int().min(0).max(10_000_000_000);
const fileId = z.string().regex(/^[0-9a-z][0-9a-z._-]{2,120}$/i);
const text = (max: number) => z.string().trim().max(max);
const page = { cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(100).default(20) };
const Kind = z.enum(['goods', 'bundle', 'virtual', 'service', 'card']);
const Status = z.enum(['draft', 'on_sale', 'off_sale']);
const Sort = z.enum(['newest', 'price', 'price_desc', 'sold']);
const pairs = z.record(text(40), text(200));
const done = z.object({});

const Media = z.object({ fileId, kind: z.enum(['image', 'video']) });
const DetailBlock = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: text(20_000) }),
  z.object({ type: z.literal('image'), fileId }),
]);
const Component = z.object({ skuId: uuid, quantity: z.int().min(1).max(1_000) });
const SkuContent = z.object({
  skuId: uuid.optional(),
  code: text(64).min(1),
  barcode: text(64).min(1).nullable().default(null),
  spec: pairs.default({}),
  listPriceFen: fen,
  salePriceFen: fen,
  costFen: fen.nullable().default(null),
  weightG: z.int().min(0).max(10_000_000).nullable().default(null),
  imageFileId: fileId.nullable().default(null),
  isEnabled: z.boolean().default(true),
  components: z.array(Component).max(50).default([]),
});
const ProductContent = z.object({
  code: text(64).min(1),
  title: text(120).min(1),
  subtitle: text(200).default(''),
  kind: Kind.default('goods'),
  categoryId: uuid.nullable().default(null),
  brandName: text(60).default(''),
  media: z.array(Media).max(20).default([]),
  details: z.array(DetailBlock).max(100).default([]),
  attributes: pairs.default({}),
  specNames: z.array(text(20).min(1)).max(5).default([]),
  skus: z.array(SkuContent).min(1).max(500),
});

export const SkuView = SkuContent.extend({ skuId: uuid, productId: uuid, components: z.array(Component).readonly() });
export const ProductView = ProductContent.extend({
  productId: uuid,
  status: Status,
  media: z.array(Media).readonly(),
  details: z.array(DetailBlock).readonly(),
  specNames: z.array(z.string()).readonly(),
  minPriceFen: z.number().nullable(),
  maxPriceFen: z.number().nullable(),
  soldQuantity: z.number(),
  updatedAt: z.date(),
  skus: z.array(SkuView).readonly(),
});
export const ProductSummaryView = z.object({
  productId: uuid,
  code: z.string(),
  title: z.string(),
  subtitle: z.string(),
  kind: Kind,
  status: Status,
  categoryId: uuid.nullable(),
  mediaFileId: z.string().nullable(),
  minPriceFen: z.number().nullable(),
  maxPriceFen: z.number().nullable(),
  listPriceFen: z.number().nullable(),
  soldQuantity: z.number(),
  available: z.number(),
  updatedAt: z.date(),
});
export const CategoryView = z.object({
  categoryId: uuid,
  parentId: uuid.nullable(),
  name: z.string(),
  position: z.number(),
  isHidden: z.boolean(),
});
const CategoryContent = z.object({
  parentId: uuid.nullable().default(null),
  name: text(60).min(1),
  position: z.int().min(0).max(100_000).default(0),
  isHidden: z.boolean().default(false),
});

const byProduct = z.object({ productId: uuid });
const bySku = z.object({ skuId: uuid });
const byCategory = z.object({ categoryId: uuid });

export const listProducts = endpoint({
  method: 'GET',
  path: '/api/catalog/products',
  summary: 'Products, newest first or by how well they fit the search.',
  query: z.object({
    search: text(80).optional(),
    categoryId: uuid.optional(),
    status: Status.optional(),
    sort: Sort.optional(),
    ...page,
  }),
  response: z.object({ items: z.array(ProductSummaryView), nextCursor: z.string().nullable() }),
});
export const findProduct = endpoint({
  method: 'GET',
  path: '/api/catalog/products/:productId',
  summary: 'One product with all its SKUs.',
  params: byProduct,
  response: ProductView,
});
export const createProduct = endpoint({
  method: 'POST',
  path: '/api/catalog/products',
  summary: 'Creates a product as a draft.',
  body: ProductContent,
  response: ProductView,
});
export const changeProduct = endpoint({
  method: 'PUT',
  path: '/api/catalog/products/:productId',
  summary: 'Replaces everything about a product; SKUs left out are disabled.',
  params: byProduct,
  body: ProductContent,
  response: ProductView,
});
export const setProductStatus = endpoint({
  method: 'PUT',
  path: '/api/catalog/products/:productId/status',
  summary: 'Puts a product on sale or takes it off.',
  params: byProduct,
  body: z.object({ status: Status }),
  response: ProductView,
});
export const uploadImage = endpoint({
  method: 'POST',
  path: '/api/catalog/images',
  summary:
    'Uploads a picture (multipart, field `file`, up to 20 MB); it is stored as WebP of at most 1,600 pixels a side.',
  response: z.object({ fileId, width: z.number(), height: z.number() }),
});

export const listCategories = endpoint({
  method: 'GET',
  path: '/api/catalog/categories',
  summary: 'All categories, parents before children.',
  response: z.object({ items: z.array(CategoryView) }),
});
export const addCategory = endpoint({
  method: 'POST',
  path: '/api/catalog/categories',
  summary: 'Adds a category.',
  body: CategoryContent,
  response: z.object({ categoryId: uuid }),
});
export const changeCategory = endpoint({
  method: 'PUT',
  path: '/api/catalog/categories/:categoryId',
  summary: 'Renames, moves or hides a category.',
  params: byCategory,
  body: CategoryContent,
  response: done,
});
export const removeCategory = endpoint({
  method: 'DELETE',
  path: '/api/catalog/categories/:categoryId',
  summary: 'Removes an empty category.',
  params: byCategory,
  response: done,
});

const SpecialPrice = z.object({
  kind: z.enum(['sale', 'member', 'region']),
  tierCode: text(40).min(1).optional(),
  regionId: z.int().positive().optional(),
  amountFen: fen,
  startsAt: z.coerce.date().optional(),
  endsAt: z.coerce.date().optional(),
});
const SetPrice = SpecialPrice.refine(
  (price) => (price.kind === 'member') === (price.tierCode !== undefined),
  'a member price, and only it, names a tier',
)
  .refine(
    (price) => (price.kind === 'region') === (price.regionId !== undefined),
    'a region price, and only it, names a region',
  )
  .refine(
    (price) => !price.startsAt || !price.endsAt || price.startsAt < price.endsAt,
    'the price ends before it starts',
  );
export const listPrices = endpoint({
  method: 'GET',
  path: '/api/catalog/skus/:skuId/prices',
  summary: 'Special prices of a SKU: for a time, a member tier, a region.',
  params: bySku,
  response: z.object({ items: z.array(SpecialPrice.extend({ priceId: uuid })) }),
});
export const setPrices = endpoint({
  method: 'PUT',
  path: '/api/catalog/skus/:skuId/prices',
  summary: 'Replaces the special prices of a SKU.',
  params: bySku,
  body: z.object({ prices: z.array(SetPrice).max(100) }),
  response: z.object({ items: z.array(SpecialPrice.extend({ priceId: uuid })) }),
});

export const LocationView = z.object({
  locationId: z.number(),
  kind: z.enum(['warehouse', 'store']),
  storeId: z.number().nullable(),
  name: z.string(),
  priority: z.number(),
  isEnabled: z.boolean(),
});
const locationContent = {
  name: text(60).min(1),
  priority: z.int().min(0).max(100_000).default(100),
  isEnabled: z.boolean().default(true),
};
export const listLocations = endpoint({
  method: 'GET',
  path: '/api/catalog/locations',
  summary: 'Warehouses and stores that keep stock.',
  response: z.object({ items: z.array(LocationView) }),
});
export const addLocation = endpoint({
  method: 'POST',
  path: '/api/catalog/locations',
  summary: 'Adds a warehouse, or a store that keeps stock.',
  body: z
    .object({
      kind: z.enum(['warehouse', 'store']),
      storeId: z.int().positive().nullable().default(null),
      ...locationContent,
    })
    .refine(
      ({ kind, storeId }) => (kind === 'store') === (storeId !== null),
      'a store, and only it, has a store number',
    ),
  response: z.object({ locationId: z.number() }),
});
export const changeLocation = endpoint({
  method: 'PUT',
  path: '/api/catalog/locations/:locationId',
  summary: 'Renames, ranks, opens or closes a location.',
  params: z.object({ locationId: z.coerce.number().int().positive() }),
  body: z.object(locationContent),
  response: done,
});
export const StockRowView = z.object({
  skuId: uuid,
  locationId: z.number(),
  locationName: z.string(),
  productId: uuid,
  title: z.string(),
  code: z.string(),
  spec: z.record(z.string(), z.string()),
  onHand: z.number(),
  reserved: z.number(),
  available: z.number(),
});
export const listStock = endpoint({
  method: 'GET',
  path: '/api/catalog/stock',
  summary: 'Stock by SKU and location, scarcest first.',
  query: z.object({
    productId: uuid.optional(),
    locationId: z.coerce.number().int().positive().optional(),
    availableMax: z.coerce.number().int().min(0).optional(),
    ...page,
  }),
  response: z.object({ items: z.array(StockRowView), nextCursor: z.string().nullable() }),
});
export const listStockMoves = endpoint({
  method: 'GET',
  path: '/api/catalog/skus/:skuId/stock-moves',
  summary: 'Every change of a SKU’s quantity on hand, newest first.',
  params: bySku,
  query: z.object(page),
  response: z.object({
    items: z.array(
      z.object({
        moveId: uuid,
        skuId: uuid,
        locationId: z.number(),
        movedAt: z.date(),
        reason: z.string(),
        quantity: z.number(),
        reference: z.string(),
        actor: z.string(),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});
const place = { skuId: uuid, locationId: z.int().positive(), reference: text(100).default('') };
export const changeStock = endpoint({
  method: 'POST',
  path: '/api/catalog/stock-moves',
  summary: 'Books goods in or out; all changes or none.',
  body: z.object({
    changes: z
      .array(
        z.object({
          ...place,
          quantity: z
            .int()
            .min(-1_000_000)
            .max(1_000_000)
            .refine((quantity) => quantity !== 0, 'must not be 0'),
          reason: z.enum(['received', 'returned', 'damaged', 'transferred_out', 'transferred_in']),
        }),
      )
      .min(1)
      .max(500),
  }),
  response: done,
});
export const countStock = endpoint({
  method: 'POST',
  path: '/api/catalog/stock-counts',
  summary: 'Sets a quantity on hand to what was counted.',
  body: z.object({ ...place, quantity: z.int().min(0).max(10_000_000) }),
  response: done,
});
export const mapChannelSku = endpoint({
  method: 'PUT',
  path: '/api/catalog/skus/:skuId/channel-codes',
  summary: 'Replaces the codes by which sources mean a SKU.',
  params: bySku,
  body: z.object({ codes: z.array(z.object({ sourceId: z.int(), code: text(100).min(1) })).max(100) }),
  response: done,
});

export const mallMedia = endpoint({
  method: 'GET',
  path: '/api/mall/media/:fileId',
  summary: 'A picture of a product, scaled down to a width when one is asked for.',
  params: z.object({ fileId }),
  query: z.object({ w: z.coerce.number().int().min(16).max(1_600).optional() }),
  response: z.unknown(),
});
