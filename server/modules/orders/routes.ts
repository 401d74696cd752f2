import { once } from 'node:events';

import type { FastifyInstance } from 'fastify';

import { normalisePhone } from '#platform/personal-data';
import { serve } from '#platform/route';
import type { Exchange } from '#platform/route';

import { previewCleaning } from './apply-cleaning.ts';
import { publishCleaning, readCleaning, rollBackCleaning, saveCleaning } from './change-cleaning.ts';
import * as contract from './contract.ts';
import { targets } from './file-format.ts';
import { fileFormats } from './file-formats.ts';
import { encodings } from './file-text.ts';
import { findImport, listImports } from './import-store.ts';
import { rejectsCsv } from './list-rejects.ts';
import { findOrder, listOrders, orderFigures } from './order-views.ts';
import type { OrderFilter } from './order-views.ts';
import { previewImport } from './preview-import.ts';
import { revealOrder } from './reveal-order.ts';
import { reviewOrder } from './review-order.ts';
import { configureImport, pauseImport, startImport } from './start-import.ts';
import { undoImport } from './undo-import.ts';
import { uploadRoute } from './upload-route.ts';

const may = (permission: string) => ({ audience: 'staff', permission }) as const;

/** The order pool, its cleaning rules, and the import of order files. */
export function routes(app: FastifyInstance): void {
  orderPool(app);
  cleaning(app);
  imports(app);
  void app.register(uploadRoute);
}

function orderPool(app: FastifyInstance): void {
  serve(app, contract.listOrders, may('orders.read'), async (ctx, { query: { cursor, limit, ...filter } }) =>
    listOrders(ctx, withPhone(filter), { cursor, limit }),
  );
  serve(app, contract.orderFigures, may('orders.read'), async (ctx, { query }) => ({
    items: await orderFigures(ctx, withPhone(query)),
  }));
  serve(app, contract.findOrder, may('orders.read'), async (ctx, { params }) => findOrder(ctx, params.orderId));
  serve(app, contract.reviewOrder, may('orders.write'), async (ctx, { params, body }) => {
    await reviewOrder(ctx, params.orderId, body);
    return findOrder(ctx, params.orderId);
  });
  serve(app, contract.revealOrder, may('customers.reveal'), async (ctx, { params, body }) => ({
    value: await revealOrder(ctx, params.orderId, body),
  }));
}

/** A search for a mainland mobile number is a search for its receiver. */
function withPhone(filter: OrderFilter): OrderFilter {
  const phone = /^(?:\+?86)?1[3-9]\d{9}$/.test(filter.search ?? '') ? normalisePhone(filter.search ?? '') : null;
  return phone === null ? filter : { ...filter, search: undefined, phone };
}

function cleaning(app: FastifyInstance): void {
  serve(app, contract.readCleaning, may('orders.read'), async (ctx) => readCleaning(ctx));
  serve(app, contract.saveCleaning, may('orders.write'), async (ctx, { body }) => {
    await saveCleaning(ctx, body);
    return readCleaning(ctx);
  });
  serve(app, contract.previewCleaning, may('orders.write'), async (ctx, { body }) => previewCleaning(ctx, body.rules));
  serve(app, contract.publishCleaning, may('orders.write'), async (ctx, { body }) => {
    await publishCleaning(ctx, body.note);
    return readCleaning(ctx);
  });
  serve(app, contract.rollBackCleaning, may('orders.write'), async (ctx, { body }) => {
    await rollBackCleaning(ctx, body.toVersion);
    return readCleaning(ctx);
  });
}

function imports(app: FastifyInstance): void {
  const mayImport = may('collect.import');
  serve(app, contract.listImportFormats, mayImport, async () => ({ items: [...fileFormats], targets, encodings }));
  serve(app, contract.listImports, mayImport, async (ctx, { query }) => listImports(ctx, query));
  serve(app, contract.findImport, mayImport, async (ctx, { params }) => findImport(ctx, params.importId));
  serve(app, contract.previewImport, mayImport, async (ctx, { params }) => previewImport(ctx, params.importId));
  serve(app, contract.configureImport, mayImport, async (ctx, { params, body }) => {
    await configureImport(ctx, params.importId, body);
    return previewImport(ctx, params.importId);
  });
  serve(app, contract.startImport, mayImport, async (ctx, { params }) => startImport(ctx, params.importId));
  serve(app, contract.pauseImport, mayImport, async (ctx, { params }) => pauseImport(ctx, params.importId));
  serve(app, contract.undoImport, mayImport, async (ctx, { params, body }) =>
    undoImport(ctx, params.importId, body.isUndone),
  );
  serve(app, contract.downloadRejects, mayImport, async (ctx, { params }, exchange) => {
    await sendCsv(exchange, `rejects-${params.importId}.csv`, rejectsCsv(ctx, params.importId));
    return null;
  });
}

/** Sends CSV text piece by piece while it is being read. */
async function sendCsv({ reply }: Exchange, fileName: string, pieces: AsyncGenerator<string>): Promise<void> {
  const first = await pieces.next();
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${fileName}"`,
    'cache-control': 'no-store',
  });
  try {
    for (let piece = first; !piece.done; piece = await pieces.next()) {
      if (!raw.write(piece.value)) await once(raw, 'drain');
      if (raw.destroyed) return;
    }
    raw.end();
  } catch (error) {
    // The head is sent: only cutting the connection tells the receiver that the file is not whole.
    raw.destroy(error instanceof Error ? error : undefined);
    throw error;
  }
}
