import { pipeline } from 'node:stream/promises';

import type { FastifyInstance } from 'fastify';

import { identify } from '#customers';
import { requireOrder } from '#orders';
import type { Context } from '#platform/context';
import { NotSignedIn } from '#platform/errors';
import { serve } from '#platform/route';
import type { Exchange } from '#platform/route';

import * as contract from './contract.ts';
import { TraceUnknown } from './errors.ts';
import { explainAttribution, listChildren, listOrigins, spreadStatistics } from './read-traces.ts';
import { sharePoster } from './share-poster.ts';
import type { PosterOf } from './share-poster.ts';
import { createShare, recordVisit } from './share.ts';
import { readTraceCode } from './trace-code.ts';

const read = { audience: 'staff', permission: 'referral.read' } as const;
const customer = { audience: 'customer' } as const;

export function routes(app: FastifyInstance): void {
  serve(app, contract.createShare, customer, async (ctx, { body }) => {
    const trace = await createShare(ctx, { customerId: customerOf(ctx), ...body });
    return { traceId: trace.traceId, code: trace.code, path: `/s/${trace.code}` };
  });
  serve(app, contract.recordVisit, { audience: 'shopper' }, async (ctx, { body }) =>
    recordVisit(ctx, { code: body.code, customerId: await visitorOf(ctx, body.deviceId) }),
  );
  serve(app, contract.myShares, customer, async (ctx, { query }) => {
    const items = await listOrigins(ctx, { sharerCustomerId: customerOf(ctx), limit: query.limit });
    const sum = (pick: (item: (typeof items)[number]) => number) =>
      items.reduce((total, item) => total + pick(item), 0);
    return {
      items,
      visitors: sum((one) => one.visitors),
      orders: sum((one) => one.orders),
      amountMinor: sum((one) => one.amountMinor),
    };
  });
  serve(app, contract.listTraces, read, async (ctx, { query }) => ({ items: await listOrigins(ctx, query) }));
  serve(app, contract.listTraceChildren, read, async (ctx, { params, query }) => ({
    items: await listChildren(ctx, params.traceId, query),
  }));
  serve(app, contract.getSpread, read, (ctx) => spreadStatistics(ctx));
  serve(app, contract.explainAttribution, read, async (ctx, { params }) => {
    await requireOrder(ctx, params.orderId);
    return { attribution: await explainAttribution(ctx, params.orderId) };
  });
  posters(app);
  shortLink(app);
}

function posters(app: FastifyInstance): void {
  serve(app, contract.sharePoster, { audience: 'shopper' }, (ctx, { params, query }, exchange) =>
    sendPoster(ctx, { code: params.code }, query.language, exchange),
  );
  serve(app, contract.tracePoster, read, (ctx, { params, query }, exchange) =>
    sendPoster(ctx, { traceId: params.traceId }, query.language, exchange),
  );
}

async function sendPoster(
  ctx: Context,
  of: PosterOf,
  language: 'zh-CN' | 'en' = ctx.locale,
  { request, reply }: Exchange,
): Promise<null> {
  const origin = ctx.services.config.publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`;
  const { stream, sizeBytes, digest } = await sharePoster(ctx, of, { language, origin });
  reply.hijack();
  const headers = {
    ...(reply.getHeaders() as Record<string, string>),
    etag: `"${digest}"`,
    'cache-control': 'private, no-cache',
  };
  if (request.headers['if-none-match'] === headers.etag) {
    stream.destroy();
    reply.raw.writeHead(304, headers).end();
    return null;
  }
  reply.raw.writeHead(200, {
    ...headers,
    'content-type': 'image/png',
    'content-length': sizeBytes,
    'content-disposition': 'inline; filename="poster.png"',
  });
  await pipeline(stream, reply.raw);
  return null;
}

/** `/s/<code>`: what QR codes and chats carry; the mall notes the visit, because it knows the visitor's device. */
function shortLink(app: FastifyInstance): void {
  app.get<{ Params: { code: string } }>(
    '/s/:code',
    { config: { access: { audience: 'public' } } },
    async (request, reply) => {
      const code = readTraceCode(request.params.code);
      const [trace] = await app.database.read({ tenantId: null, scope: { all: true } }, (tx) =>
        tx.query<{ shared_kind: string; shared_id: string }>(
          `select shared_kind, shared_id from referral.find_trace($1)`,
          [code],
        ),
      );
      if (!trace) throw new TraceUnknown();
      const page =
        trace.shared_kind === 'product'
          ? `pages/product/index?id=${encodeURIComponent(trace.shared_id)}&t=${code}`
          : `pages/home/index?t=${code}`;
      return reply.redirect(`/mall/#/${page}`);
    },
  );
}

function customerOf({ actor }: Context): number {
  if (actor.kind !== 'customer') throw new NotSignedIn();
  return actor.customerId;
}

/** A visitor who is not signed in is known by their device. */
async function visitorOf(ctx: Context, deviceId: string): Promise<number> {
  if (ctx.actor.kind === 'customer') return ctx.actor.customerId;
  const [found] = await identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
    {
      tenantId: ctx.tenantId,
      identifiers: [{ kind: 'device', scope: '', value: deviceId }],
      at: ctx.now,
      sourceId: 0,
      cause: 'event',
    },
  ]);
  if (found?.customerId == null) throw new NotSignedIn();
  return found.customerId;
}
