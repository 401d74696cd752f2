import type { FastifyInstance } from 'fastify';

import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { NotSignedIn } from '#platform/errors';
import { serve } from '#platform/route';

import { claimCoupon } from './claim-coupon.ts';
import * as contract from './contract.ts';
import type { Coupon } from './coupon.ts';
import { CouponLocked, CouponNotFound } from './errors.ts';
import { couponsOfCustomer, listCoupons, templateFigures } from './find-coupons.ts';
import { listBatches, readBatch, startBatch } from './issue-batch.ts';
import { issueCoupons } from './issue-coupons.ts';
import {
  changeQuantity,
  changeTemplate,
  claimableTemplates,
  createTemplate,
  endTemplate,
  listTemplates,
  publishTemplate,
  readTemplate,
  readTemplates,
} from './manage-templates.ts';
import type { Template } from './manage-templates.ts';
import { redeemAtStore } from './redeem-at-store.ts';
import { findCouponByCode, voidCoupons } from './use-coupon.ts';

const read = { audience: 'staff', permission: 'coupons.read' } as const;
const write = { audience: 'staff', permission: 'coupons.write' } as const;
const issue = { audience: 'staff', permission: 'coupons.issue' } as const;
const customer = { audience: 'customer' } as const;
const shopper = { audience: 'shopper' } as const;

/** Templates, issuing, coupons given out, redemption at a store, and the customer's own coupons. */
export function routes(app: FastifyInstance): void {
  templates(app);
  issuing(app);
  givenOut(app);
  mall(app);
}

function templates(app: FastifyInstance): void {
  serve(app, contract.listTemplates, read, async (ctx, { query }) => {
    const found = await listTemplates(ctx, query);
    return {
      items: await viewTemplates(ctx, found),
      nextCursor: nextCursor(found, query.limit, ({ templateId }) => templateId),
    };
  });
  serve(app, contract.readTemplate, read, async (ctx, { params }) =>
    view(ctx, await readTemplate(ctx, params.templateId)),
  );
  serve(app, contract.createTemplate, write, async (ctx, { body }) => view(ctx, await createTemplate(ctx, body)));
  serve(app, contract.changeTemplate, write, async (ctx, { params, body }) =>
    view(ctx, await changeTemplate(ctx, params.templateId, body)),
  );
  serve(app, contract.publishTemplate, write, async (ctx, { params }) =>
    view(ctx, await publishTemplate(ctx, params.templateId)),
  );
  serve(app, contract.endTemplate, write, async (ctx, { params }) =>
    view(ctx, await endTemplate(ctx, params.templateId)),
  );
  serve(app, contract.changeQuantity, write, async (ctx, { params, body }) =>
    view(ctx, await changeQuantity(ctx, params.templateId, body)),
  );
}

function issuing(app: FastifyInstance): void {
  serve(app, contract.issueCoupons, issue, async (ctx, { params, body }) => {
    const items = await issueCoupons(ctx, {
      ...params,
      customerIds: body.customerIds,
      issueKey: `staff:${body.issueKey}`,
      source: 'staff',
    });
    await audit(ctx, {
      action: 'coupons.issue',
      objectType: 'coupon_template',
      objectId: params.templateId,
      details: { customers: items.length, issued: items.filter(({ outcome }) => outcome === 'issued').length },
    });
    return { items };
  });
  serve(app, contract.startBatch, issue, async (ctx, { body }) => {
    const batch = await startBatch(ctx, body);
    await audit(ctx, {
      action: 'coupons.issue',
      objectType: 'coupon_batch',
      objectId: batch.batchId,
      details: { template_id: batch.templateId, planned: batch.planned },
    });
    return batch;
  });
  serve(app, contract.listBatches, read, async (ctx, { query }) => {
    const items = await listBatches(ctx, query);
    return { items, nextCursor: nextCursor(items, query.limit, ({ batchId }) => batchId) };
  });
  serve(app, contract.readBatch, read, (ctx, { params }) => readBatch(ctx, params.batchId));
}

function givenOut(app: FastifyInstance): void {
  serve(app, contract.listCoupons, read, async (ctx, { query }) => {
    const items = await listCoupons(ctx, query);
    return {
      items: await withNames(ctx, items),
      nextCursor: nextCursor(items, query.limit, ({ couponId }) => couponId),
    };
  });
  serve(app, contract.voidCoupon, issue, async (ctx, { params, body }) => {
    const withdrawn = await voidCoupons(ctx, { couponIds: [params.couponId], reason: body.reason });
    if (withdrawn === 0) throw new CouponLocked();
    await audit(ctx, {
      action: 'coupons.withdraw',
      objectType: 'coupon',
      objectId: params.couponId,
      purpose: body.reason,
    });
    return {};
  });
  serve(app, contract.findCoupon, read, async (ctx, { params }) => {
    const coupon = await findCouponByCode(ctx, params.code);
    const { terms } = await readTemplate(ctx, coupon.templateId);
    return { ...coupon, templateName: terms.name, terms };
  });
  serve(app, contract.redeemCoupon, issue, async (ctx, { params, body }) => {
    const coupon = await redeemAtStore(ctx, { code: params.code, ...body });
    await audit(ctx, {
      action: 'coupons.redeem',
      objectType: 'coupon',
      objectId: coupon.couponId,
      details: { store_id: body.storeId, order_id: body.orderId, discount_fen: coupon.discountFen },
    });
    return one(await withNames(ctx, [coupon]));
  });
}

function mall(app: FastifyInstance): void {
  serve(app, contract.claimableCoupons, shopper, async (ctx) => ({
    items: (await claimableTemplates(ctx)).map(({ templateId, terms }) => ({ templateId, ...terms })),
  }));
  serve(app, contract.ownCoupons, customer, async (ctx, { query }) => ({
    items: await withOffers(ctx, await couponsOfCustomer(ctx, { customerId: customerOf(ctx), ...query })),
  }));
  serve(app, contract.claimCoupon, customer, async (ctx, { body }) => {
    const coupon = await claimCoupon(ctx, { ...body, customerId: customerOf(ctx) });
    return one(await withOffers(ctx, [coupon]));
  });
}

function customerOf({ actor }: Context): number {
  if (actor.kind !== 'customer') throw new NotSignedIn();
  return actor.customerId;
}

async function viewTemplates(ctx: Context, found: readonly Template[]) {
  const figures = await templateFigures(
    ctx,
    found.map(({ templateId }) => templateId),
  );
  return found.map((template) => ({ ...template, figures: figures(template.templateId) }));
}

async function view(ctx: Context, template: Template) {
  return one(await viewTemplates(ctx, [template]));
}

async function withNames(ctx: Context, coupons: readonly Coupon[]) {
  const found = await readTemplates(ctx, [...new Set(coupons.map(({ templateId }) => templateId))]);
  return coupons.map((coupon) => ({ ...coupon, templateName: found.get(coupon.templateId)?.terms.name ?? '' }));
}

async function withOffers(ctx: Context, coupons: readonly Coupon[]) {
  const found = await readTemplates(ctx, [...new Set(coupons.map(({ templateId }) => templateId))]);
  return coupons.flatMap((coupon) => {
    const template = found.get(coupon.templateId);
    return template ? [{ ...template.terms, ...coupon }] : [];
  });
}

function one<T>(items: readonly T[]): T {
  const [first] = items;
  if (first === undefined) throw new CouponNotFound();
  return first;
}

function nextCursor<T>(items: readonly T[], limit: number, idOf: (item: T) => string): string | null {
  const last = items.at(-1);
  return last !== undefined && items.length === limit ? idOf(last) : null;
}
