import type { FastifyInstance } from 'fastify';

import type { Context } from '#platform/context';
import {
  createDefinition,
  findDefinition,
  listDefinitions,
  publishDefinition,
  saveDraft,
  setDefinitionStatus,
} from '#platform/definitions';
import type { Definition } from '#platform/definitions';
import { serve } from '#platform/route';

import { listPaymentNotices, listShopRefunds } from './console-views.ts';
import * as contract from './contract.ts';
import { shipOrder } from './deliver-order.ts';
import { forgetPromotions } from './goods.ts';
import { promotionKind } from './promotion.ts';
import type { PromotionTerms } from './promotion.ts';
import { payRefund, refuseRefund } from './refunds.ts';
import { readSettings, saveSettings } from './settings.ts';

const mayRead = { audience: 'staff', permission: 'mall.read' } as const;
const mayWrite = { audience: 'staff', permission: 'mall.write' } as const;

/** What the console asks of the mall. */
export function consoleRoutes(app: FastifyInstance): void {
  serve(app, contract.readShopSettings, mayRead, readSettings);
  serve(app, contract.saveShopSettings, mayWrite, (ctx, { body }) => saveSettings(ctx, body));
  promotions(app);
  serve(app, contract.shipOrder, mayWrite, async (ctx, { params, body }) => {
    await shipOrder(ctx, params.orderId, body);
    return {};
  });
  serve(app, contract.listRefunds, mayRead, (ctx, { query }) => listShopRefunds(ctx, query));
  serve(app, contract.decideRefund, mayWrite, async (ctx, { params, body }) => {
    if (body.decision === 'pay') await payRefund(ctx, params.refundId, body);
    else await refuseRefund(ctx, params.refundId, body.reply);
    return {};
  });
  serve(app, contract.listPaymentNotices, mayRead, (ctx, { query }) => listPaymentNotices(ctx, query));
}

function promotions(app: FastifyInstance): void {
  const one = async (ctx: Context, promotionId: string) =>
    toView(await findDefinition(ctx, promotionKind, promotionId));
  serve(app, contract.listPromotions, mayRead, async (ctx) => ({
    items: (await listDefinitions(ctx, promotionKind)).map(toView),
  }));
  serve(app, contract.addPromotion, mayWrite, async (ctx, { body }) =>
    one(ctx, await createDefinition(ctx, promotionKind, body)),
  );
  serve(app, contract.savePromotion, mayWrite, async (ctx, { params, body }) => {
    await saveDraft(ctx, promotionKind, params.promotionId, body);
    return one(ctx, params.promotionId);
  });
  serve(app, contract.publishPromotion, mayWrite, async (ctx, { params, body }) => {
    await publishDefinition(ctx, promotionKind, params.promotionId, body);
    forgetPromotions(ctx);
    return one(ctx, params.promotionId);
  });
  serve(app, contract.setPromotionStatus, mayWrite, async (ctx, { params, body }) => {
    await setDefinitionStatus(ctx, promotionKind, params.promotionId, body.status);
    forgetPromotions(ctx);
    return one(ctx, params.promotionId);
  });
}

function toView(definition: Definition<PromotionTerms>) {
  const { definitionId, name, status, revision, draft, published, publishedVersion } = definition;
  return { promotionId: definitionId, name, status, revision, draft, published, publishedVersion };
}
