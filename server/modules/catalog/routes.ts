import { pipeline } from 'node:stream/promises';

import type { FastifyInstance } from 'fastify';

import { serve } from '#platform/route';

import { addCategory, changeCategory, listCategories, removeCategory } from './categories.ts';
import * as contract from './contract.ts';
import { findProduct } from './find-product.ts';
import { mapChannelSku } from './find-skus.ts';
import { imageRoute } from './image-route.ts';
import { listProducts } from './list-products.ts';
import {
  addLocation,
  changeLocation,
  listLocations,
  listStock,
  listStockMoves,
  refuseForeignLocation,
} from './locations.ts';
import { openImage } from './media.ts';
import { listPrices, setPrices } from './prices.ts';
import { requireSku } from './require-sku.ts';
import { changeProduct, createProduct, setProductStatus } from './save-product.ts';
import { changeStock, countStock } from './stock.ts';

const mayRead = { audience: 'staff', permission: 'catalog.read' } as const;
const mayWrite = { audience: 'staff', permission: 'catalog.write' } as const;

/** Products, categories, prices and stock for staff; pictures for everybody. */
export function routes(app: FastifyInstance): void {
  products(app);
  categories(app);
  stock(app);
  pictures(app);
  void app.register(imageRoute);
}

function products(app: FastifyInstance): void {
  serve(app, contract.listProducts, mayRead, async (ctx, { query: { cursor, limit, sort, ...filter } }) =>
    listProducts(ctx, filter, { cursor, limit, sort }),
  );
  serve(app, contract.findProduct, mayRead, async (ctx, { params }) => findProduct(ctx, params.productId));
  serve(app, contract.createProduct, mayWrite, async (ctx, { body }) =>
    findProduct(ctx, await createProduct(ctx, body)),
  );
  serve(app, contract.changeProduct, mayWrite, async (ctx, { params, body }) => {
    await changeProduct(ctx, params.productId, body);
    return findProduct(ctx, params.productId);
  });
  serve(app, contract.setProductStatus, mayWrite, async (ctx, { params, body }) => {
    await setProductStatus(ctx, params.productId, body.status);
    return findProduct(ctx, params.productId);
  });
  serve(app, contract.listPrices, mayRead, async (ctx, { params }) => {
    await requireSku(ctx, params.skuId);
    return { items: await listPrices(ctx, params.skuId) };
  });
  serve(app, contract.setPrices, mayWrite, async (ctx, { params, body }) => {
    await setPrices(ctx, params.skuId, body.prices);
    return { items: await listPrices(ctx, params.skuId) };
  });
  serve(app, contract.mapChannelSku, mayWrite, async (ctx, { params, body }) => {
    await mapChannelSku(ctx, params.skuId, body.codes);
    return {};
  });
}

function categories(app: FastifyInstance): void {
  serve(app, contract.listCategories, mayRead, async (ctx) => ({ items: await listCategories(ctx) }));
  serve(app, contract.addCategory, mayWrite, async (ctx, { body }) => ({ categoryId: await addCategory(ctx, body) }));
  serve(app, contract.changeCategory, mayWrite, async (ctx, { params, body }) => {
    await changeCategory(ctx, params.categoryId, body);
    return {};
  });
  serve(app, contract.removeCategory, mayWrite, async (ctx, { params }) => {
    await removeCategory(ctx, params.categoryId);
    return {};
  });
}

function stock(app: FastifyInstance): void {
  serve(app, contract.listLocations, mayRead, async (ctx) => ({ items: await listLocations(ctx) }));
  serve(app, contract.addLocation, mayWrite, async (ctx, { body }) => ({ locationId: await addLocation(ctx, body) }));
  serve(app, contract.changeLocation, mayWrite, async (ctx, { params, body }) => {
    await refuseForeignLocation(ctx, [params.locationId]);
    await changeLocation(ctx, params.locationId, body);
    return {};
  });
  serve(app, contract.listStock, mayRead, async (ctx, { query: { cursor, limit, ...filter } }) =>
    listStock(ctx, filter, { cursor, limit }),
  );
  serve(app, contract.listStockMoves, mayRead, async (ctx, { params, query }) => {
    await requireSku(ctx, params.skuId);
    return listStockMoves(ctx, params.skuId, query);
  });
  serve(app, contract.changeStock, mayWrite, async (ctx, { body }) => {
    await refuseForeignLocation(
      ctx,
      body.changes.map((change) => change.locationId),
    );
    await changeStock(ctx, body.changes);
    return {};
  });
  serve(app, contract.countStock, mayWrite, async (ctx, { body }) => {
    await refuseForeignLocation(ctx, [body.locationId]);
    await countStock(ctx, body);
    return {};
  });
}

function pictures(app: FastifyInstance): void {
  serve(app, contract.mallMedia, { audience: 'shopper' }, async (ctx, { params, query }, { reply }) => {
    const { stream, sizeBytes } = await openImage(ctx, params.fileId, query.w);
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'image/webp',
      'content-length': sizeBytes,
      'cache-control': 'public, max-age=31536000, immutable',
    });
    await pipeline(stream, reply.raw);
    return null;
  });
}
