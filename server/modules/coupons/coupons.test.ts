import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { openDatabase } from '#platform/database';
import type { Database } from '#platform/database';
import { newId } from '#platform/ids';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { claimCoupon } from './claim-coupon.ts';
import type { CouponsContext } from './coupon.ts';
import { enforceLimits } from './enforce-limits.ts';
import { expireCoupons } from './expire-coupons.ts';
import { couponsOfCustomer, listCoupons, templateFigures } from './find-coupons.ts';
import { continueBatch, readBatch, runBatch, startBatch } from './issue-batch.ts';
import { issueCoupons } from './issue-coupons.ts';
import {
  changeQuantity,
  changeTemplate,
  createTemplate,
  endTemplate,
  publishTemplate,
  readTemplate,
} from './manage-templates.ts';
import { priceChosenCoupons, quoteCoupons } from './quote-coupons.ts';
import { redeemAtStore } from './redeem-at-store.ts';
import { CouponTerms } from './template.ts';
import { lockCoupon, redeemCoupon, releaseCoupons, returnCoupons, voidCoupons } from './use-coupon.ts';

let db: TestDatabase;
let database: Database;
beforeAll(async () => {
  db = await openTestDatabase();
  database = openDatabase(db.urls, { worker: 40 });
});
afterAll(async () => {
  await database.close();
  await db.close();
});

const now = new Date('2025-06-01T00:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
let nextCustomer = 1000;
const someone = () => (nextCustomer += 1);

/** Each call is its own transaction on its own connection. */
function within<T>(work: (ctx: CouponsContext) => Promise<T>, at = now): Promise<T> {
  return database.work({ tenantId: db.tenantId, scope: everyStore }, (tx) =>
    work({ tx, tenantId: db.tenantId, now: at, actor: { kind: 'system', name: 'test' } }),
  );
}

async function published(terms: Record<string, unknown> = {}): Promise<string> {
  const complete = CouponTerms.parse({
    name: '满100减20',
    kind: 'amount_off',
    rule: { steps: [{ thresholdFen: 10_000, offFen: 2_000 }] },
    validity: { days: 30 },
    claim: {},
    ...terms,
  });
  return db.asStaff(
    async (ctx) => {
      const { templateId } = await createTemplate(ctx, complete);
      await publishTemplate(ctx, templateId);
      return templateId;
    },
    { now },
  );
}

async function oneCoupon(terms: Record<string, unknown> = {}) {
  const [templateId, customerId] = [await published(terms), someone()];
  const [outcome] = await within((ctx) =>
    issueCoupons(ctx, { templateId, customerIds: [customerId], issueKey: 'test' }),
  );
  return { templateId, customerId, couponId: outcome?.couponId ?? '' };
}

const outcomesOf = (results: readonly { outcome: string }[]) =>
  Object.fromEntries(
    [...Map.groupBy(results, ({ outcome }) => outcome)].map(([outcome, all]) => [outcome, all.length]),
  );

const claim = (templateId: string) => within((ctx) => claimCoupon(ctx, { templateId, customerId: someone() }));

const receipt = (amountFen: number) => ({
  storeId: 3,
  orderId: newId(),
  lines: [{ lineNo: 1, productId: 'p', amountFen }],
});

const run = (batchId: string, signal = new AbortController().signal) =>
  runBatch({ database, signal, services: db.services, logger: undefined as never }, db.tenantId, batchId);

describe('issuing', () => {
  test('stops exactly at the cap under 200 concurrent claimers, each customer at most once', async () => {
    const templateId = await published({ cap: 50 });
    const people = Array.from({ length: 100 }, someone);
    const results = await Promise.allSettled(
      [...people, ...people].map((customerId) => within((ctx) => claimCoupon(ctx, { templateId, customerId }))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    const refusals = results
      .filter((result) => result.status === 'rejected')
      .map(({ reason }) => (reason as { code: string }).code);
    expect(refusals.every((code) => code === 'coupon_sold_out' || code === 'coupon_limit_reached')).toBe(true);
    const issued = await within((ctx) => listCoupons(ctx, { templateId, limit: 200 }));
    expect(issued).toHaveLength(50);
    expect(new Set(issued.map(({ customerId }) => customerId)).size).toBe(50);
    expect((await within((ctx) => readTemplate(ctx, templateId))).issued).toBe(50);
  });

  test('stops exactly at the budget: ¥100 for coupons of ¥20 are five', async () => {
    const templateId = await published({ budgetFen: 10_000 });
    const customerIds = Array.from({ length: 8 }, someone);
    const results = await within((ctx) => issueCoupons(ctx, { templateId, customerIds, issueKey: 'all' }));
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...Array<string>(5).fill('issued'),
      ...Array<string>(3).fill('sold_out'),
    ]);
  });

  test('the same act again gives nobody a second coupon and names the first', async () => {
    const templateId = await published({ perCustomerLimit: 5 });
    const customerIds = [someone(), someone()];
    const first = await within((ctx) => issueCoupons(ctx, { templateId, customerIds, issueKey: 'act' }));
    const again = await within((ctx) =>
      issueCoupons(ctx, { templateId, customerIds: [...customerIds, someone()], issueKey: 'act' }),
    );
    expect(again.slice(0, 2)).toEqual(
      first.map(({ customerId, couponId }) => ({ customerId, couponId, outcome: 'repeated' })),
    );
    expect(again[2]?.outcome).toBe('issued');
  });

  test('counts the limit over merged customers', async () => {
    const templateId = await published();
    const [kept, absorbed] = [someone(), someone()];
    await within((ctx) => issueCoupons(ctx, { templateId, customerIds: [absorbed], issueKey: 'a' }));
    await within((ctx) =>
      ctx.tx.execute(`update coupons.coupons set customer_id = $1 where origin_customer_id = $2`, [kept, absorbed]),
    );
    const results = await within((ctx) => issueCoupons(ctx, { templateId, customerIds: [kept], issueKey: 'b' }));
    expect(results).toEqual([{ customerId: kept, couponId: null, outcome: 'limit_reached' }]);
  });

  test('gives thousands with one insert and announces each once', async () => {
    const templateId = await published();
    const customerIds = Array.from({ length: 3000 }, someone);
    const results = await within((ctx) => issueCoupons(ctx, { templateId, customerIds, issueKey: 'batch:1' }));
    expect(outcomesOf(results)).toEqual({ issued: 3000 });
    const admin = await db.admin();
    const { rows } = await admin.query<{ n: number }>(
      `select count(*)::int as n from log.outbox where convert_from(body, 'UTF8') like '%${templateId}%'`,
    );
    expect(rows[0]?.n).toBe(3000);
    await admin.end();
  });

  test('is refused for a draft, an ended template and one that is over', async () => {
    const draft = await db.asStaff((ctx) =>
      createTemplate(
        ctx,
        CouponTerms.parse({ name: '券', kind: 'percent_off', rule: { offBps: 500 }, validity: { days: 1 } }),
      ),
    );
    const issue = (templateId: string) =>
      within((ctx) => issueCoupons(ctx, { templateId, customerIds: [someone()], issueKey: 'x' }));
    await expect(issue(draft.templateId)).rejects.toMatchObject({ code: 'coupon_template_not_published' });
    const ended = await published();
    await db.asStaff((ctx) => endTemplate(ctx, ended));
    await expect(issue(ended)).rejects.toMatchObject({ code: 'coupon_template_not_published' });
    await expect(issue(await published({ validity: { until: later(-1) } }))).rejects.toMatchObject({
      code: 'coupon_template_not_published',
    });
    await expect(issue(newId())).rejects.toMatchObject({ code: 'coupon_template_not_found' });
  });

  test('by claim is refused outside the claim window and where claiming is off', async () => {
    await expect(claim(await published({ claim: null }))).rejects.toMatchObject({ code: 'coupon_not_claimable' });
    await expect(claim(await published({ claim: { from: later(1) } }))).rejects.toMatchObject({
      code: 'coupon_not_claimable',
    });
    await expect(claim(await published({ claim: { until: later(-1) } }))).rejects.toMatchObject({
      code: 'coupon_not_claimable',
    });
  });
});

describe('a coupon', () => {
  test('is never used twice under 200 concurrent attempts', async () => {
    const { couponId } = await oneCoupon();
    const attempts = await Promise.allSettled(
      Array.from({ length: 200 }, () =>
        within((ctx) => redeemCoupon(ctx, { couponId, orderId: newId(), discountFen: 2_000, channel: 'pos' })),
      ),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const codes = attempts
      .filter((attempt) => attempt.status === 'rejected')
      .map(({ reason }) => (reason as { code: string }).code);
    expect(new Set(codes)).toEqual(new Set(['coupon_already_used']));
  });

  test('goes into one unpaid order only, again into the same one, and out of it free', async () => {
    const { couponId, customerId } = await oneCoupon();
    const [first, second] = [newId(), newId()];
    await within((ctx) => lockCoupon(ctx, { couponId, orderId: first, customerId }));
    await expect(within((ctx) => lockCoupon(ctx, { couponId, orderId: second, customerId }))).rejects.toMatchObject({
      code: 'coupon_locked',
    });
    expect(await within((ctx) => lockCoupon(ctx, { couponId, orderId: first, customerId }))).toMatchObject({
      status: 'locked',
    });
    expect(await within((ctx) => releaseCoupons(ctx, { orderId: first }))).toHaveLength(1);
    expect(await within((ctx) => releaseCoupons(ctx, { orderId: first }))).toHaveLength(0);
    expect(await within((ctx) => lockCoupon(ctx, { couponId, orderId: second, customerId }))).toMatchObject({
      orderId: second,
    });
  });

  test('locked for one order is not used by another', async () => {
    const { couponId, customerId } = await oneCoupon();
    const orderId = newId();
    await within((ctx) => lockCoupon(ctx, { couponId, orderId, customerId }));
    await expect(
      within((ctx) => redeemCoupon(ctx, { couponId, orderId: newId(), discountFen: 1, channel: 'pos' })),
    ).rejects.toMatchObject({ code: 'coupon_locked' });
    await within((ctx) => redeemCoupon(ctx, { couponId, orderId, discountFen: 2_000, channel: 'mall' }));
    expect(
      await within((ctx) => redeemCoupon(ctx, { couponId, orderId, discountFen: 2_000, channel: 'mall' })),
    ).toMatchObject({ status: 'used' });
  });

  test('of somebody else does not exist', async () => {
    const { couponId } = await oneCoupon();
    await expect(
      within((ctx) => lockCoupon(ctx, { couponId, orderId: newId(), customerId: someone() })),
    ).rejects.toMatchObject({ code: 'coupon_not_found' });
  });

  test('comes back after a whole refund while it is valid, and not afterwards', async () => {
    const { couponId } = await oneCoupon();
    const use = (orderId: string) =>
      within((ctx) => redeemCoupon(ctx, { couponId, orderId, discountFen: 2_000, channel: 'mall' }));
    const [first, second] = [newId(), newId()];
    await use(first);
    expect(await within((ctx) => returnCoupons(ctx, { orderId: first }))).toMatchObject([
      { couponId, status: 'issued' },
    ]);
    await use(second);
    expect(await within((ctx) => returnCoupons(ctx, { orderId: second }), later(31))).toEqual([]);
  });

  test('expires once, at its time, unless it is in an unpaid order', async () => {
    const [free, locked] = [await oneCoupon(), await oneCoupon()];
    await within((ctx) => lockCoupon(ctx, { ...locked, orderId: newId() }));
    await expect(within((ctx) => lockCoupon(ctx, { ...free, orderId: newId() }), later(31))).rejects.toMatchObject({
      code: 'coupon_expired',
    });
    expect(await within((ctx) => expireCoupons(ctx), later(29))).toBe(0);
    await within((ctx) => expireCoupons(ctx, 10_000), later(31));
    const states = await within(async (ctx) =>
      (await Promise.all([free, locked].map(({ templateId }) => listCoupons(ctx, { templateId, limit: 1 })))).flat(),
    );
    expect(states.map(({ status }) => status)).toEqual(['expired', 'locked']);
  });

  test('that was withdrawn cannot be used', async () => {
    const { couponId, customerId } = await oneCoupon();
    expect(await within((ctx) => voidCoupons(ctx, { couponIds: [couponId], reason: '误发' }))).toBe(1);
    await expect(within((ctx) => lockCoupon(ctx, { couponId, orderId: newId(), customerId }))).rejects.toMatchObject({
      code: 'coupon_voided',
    });
  });

  test('not valid yet is refused by name', async () => {
    const { couponId, customerId } = await oneCoupon({ validity: { from: later(3), until: later(9) } });
    await expect(within((ctx) => lockCoupon(ctx, { couponId, orderId: newId(), customerId }))).rejects.toMatchObject({
      code: 'coupon_not_yet_valid',
    });
  });
});

describe('at a store', () => {
  test('a code is read with spaces and look-alikes, and redeems what the rule gives', async () => {
    const { templateId } = await oneCoupon();
    const [coupon] = await within((ctx) => listCoupons(ctx, { templateId, limit: 1 }));
    const typed =
      coupon?.code
        .toLowerCase()
        .replaceAll('0', 'o')
        .replaceAll('1', 'l')
        .replace(/^(.{4})(.{4})/, '$1-$2 ') ?? '';
    expect(await within((ctx) => redeemAtStore(ctx, { code: typed, ...receipt(15_000) }))).toMatchObject({
      status: 'used',
      discountFen: 2_000,
    });
  });

  test('a receipt below the threshold, or a wrong store, moves nothing', async () => {
    const { templateId } = await oneCoupon({ scope: { storeIds: [3] } });
    const [coupon] = await within((ctx) => listCoupons(ctx, { templateId, limit: 1 }));
    const code = coupon?.code ?? '';
    await expect(within((ctx) => redeemAtStore(ctx, { code, ...receipt(9_999) }))).rejects.toMatchObject({
      code: 'coupon_not_for_order',
      details: { reason: 'below_threshold' },
    });
    await expect(within((ctx) => redeemAtStore(ctx, { code, ...receipt(15_000), storeId: 4 }))).rejects.toMatchObject({
      details: { reason: 'wrong_store' },
    });
  });
});

describe('quoting', () => {
  test('reads the customer’s own free coupons and prices a choice of them', async () => {
    const { couponId, customerId } = await oneCoupon();
    const cart = { customerId, channel: 'mall', lines: [{ lineNo: 1, productId: 'p', amountFen: 12_000 }] };
    expect(await within((ctx) => quoteCoupons(ctx, cart))).toMatchObject({
      discountFen: 2_000,
      applied: [{ couponId }],
    });
    expect(await within((ctx) => priceChosenCoupons(ctx, { ...cart, couponIds: [couponId] }))).toMatchObject({
      discountFen: 2_000,
    });
    const orderId = newId();
    await within((ctx) => lockCoupon(ctx, { couponId, orderId, customerId }));
    expect(await within((ctx) => quoteCoupons(ctx, cart))).toMatchObject({ discountFen: 0 });
    expect(await within((ctx) => quoteCoupons(ctx, { ...cart, orderId }))).toMatchObject({ discountFen: 2_000 });
    await expect(within((ctx) => priceChosenCoupons(ctx, { ...cart, couponIds: [newId()] }))).rejects.toMatchObject({
      code: 'coupon_not_found',
    });
  });
});

describe('a merge', () => {
  test('withdraws the surplus that is unused, newest first, and a split gives it back', async () => {
    const templateId = await published();
    const [a, b] = [someone(), someone()];
    await within((ctx) => issueCoupons(ctx, { templateId, customerIds: [a], issueKey: '1' }));
    await within((ctx) => issueCoupons(ctx, { templateId, customerIds: [b], issueKey: '1' }), later(1));
    const point = (origin: number, to: number) =>
      within((ctx) =>
        ctx.tx.execute(`update coupons.coupons set customer_id = $1 where origin_customer_id = $2`, [to, origin]),
      );
    await point(b, a);
    expect(await within((ctx) => enforceLimits(ctx, [a, b]), later(2))).toEqual({ withdrawn: 1, restored: 0 });
    expect(await within((ctx) => enforceLimits(ctx, [a, b]), later(2))).toEqual({ withdrawn: 0, restored: 0 });
    expect(await within((ctx) => couponsOfCustomer(ctx, { customerId: a, state: 'usable', limit: 9 }))).toHaveLength(1);
    await point(b, b);
    expect(await within((ctx) => enforceLimits(ctx, [a, b]), later(3))).toEqual({ withdrawn: 0, restored: 1 });
    expect(await within((ctx) => couponsOfCustomer(ctx, { customerId: b, state: 'usable', limit: 9 }))).toHaveLength(1);
  });

  test('leaves a used one used and withdraws the other', async () => {
    const templateId = await published();
    const [a, b] = [someone(), someone()];
    const results = await within((ctx) => issueCoupons(ctx, { templateId, customerIds: [a, b], issueKey: '1' }));
    await within((ctx) =>
      redeemCoupon(ctx, { couponId: results[1]?.couponId ?? '', orderId: newId(), discountFen: 1, channel: 'mall' }),
    );
    await within((ctx) =>
      ctx.tx.execute(`update coupons.coupons set customer_id = $1 where origin_customer_id = $2`, [a, b]),
    );
    await within((ctx) => enforceLimits(ctx, [a]));
    const figures = await within((ctx) => templateFigures(ctx, [templateId]));
    expect(figures(templateId)).toMatchObject({ used: 1, voided: 1, inHand: 0 });
  });
});

describe('a batch', () => {
  test('gives each customer of a list one coupon, in steps, with its progress', async () => {
    const templateId = await published();
    const customerIds = Array.from({ length: 5_200 }, someone);
    const { batchId } = await db.asStaff(
      (ctx) => startBatch(ctx, { templateId, customerIds: [...customerIds, ...customerIds] }),
      { now },
    );
    expect(await within((ctx) => continueBatch(ctx, batchId))).toBe(true);
    expect(await within((ctx) => readBatch(ctx, batchId))).toMatchObject({
      planned: 5_200,
      seen: 5_000,
      issued: 5_000,
      status: 'running',
    });
    const stopped = new AbortController();
    stopped.abort();
    await expect(run(batchId, stopped.signal)).rejects.toThrow(/will go on/);
    await run(batchId);
    await run(batchId);
    expect(await within((ctx) => readBatch(ctx, batchId))).toMatchObject({
      seen: 5_200,
      issued: 5_200,
      status: 'done',
    });
  });

  test('stops at the cap and says so', async () => {
    const templateId = await published({ cap: 3 });
    const { batchId } = await db.asStaff(
      (ctx) => startBatch(ctx, { templateId, customerIds: Array.from({ length: 5 }, someone) }),
      { now },
    );
    await run(batchId);
    expect(await within((ctx) => readBatch(ctx, batchId))).toMatchObject({
      issued: 3,
      status: 'stopped',
      stopReason: 'coupon_sold_out',
    });
  });

  test('whose template ends meanwhile stops instead of failing for ever', async () => {
    const templateId = await published();
    const { batchId } = await db.asStaff((ctx) => startBatch(ctx, { templateId, customerIds: [someone()] }), { now });
    await db.asStaff((ctx) => endTemplate(ctx, templateId));
    await run(batchId);
    expect(await within((ctx) => readBatch(ctx, batchId))).toMatchObject({
      status: 'stopped',
      stopReason: 'coupon_template_not_published',
    });
  });
});

describe('a template', () => {
  test('changes as a draft; once published its terms are fixed, also against the database', async () => {
    const terms = CouponTerms.parse({
      name: '券',
      kind: 'percent_off',
      rule: { offBps: 500, capFen: 900 },
      validity: { days: 1 },
    });
    const templateId = await db.asStaff(async (ctx) => {
      const created = await createTemplate(ctx, terms);
      await changeTemplate(ctx, created.templateId, { ...terms, name: '改名' });
      return (await publishTemplate(ctx, created.templateId)).templateId;
    });
    await expect(db.asStaff((ctx) => changeTemplate(ctx, templateId, terms))).rejects.toMatchObject({
      code: 'coupon_template_not_draft',
    });
    await expect(
      within((ctx) =>
        ctx.tx.execute(`update coupons.templates set rule = '{"offBps": 9000}' where template_id = $1`, [templateId]),
      ),
    ).rejects.toThrow(/do not change/);
  });

  test('can be raised, and not lowered below what is out', async () => {
    const templateId = await published({ cap: 3 });
    await within((ctx) => issueCoupons(ctx, { templateId, customerIds: [someone(), someone()], issueKey: 'x' }));
    await expect(
      db.asStaff((ctx) => changeQuantity(ctx, templateId, { cap: 1, budgetFen: null })),
    ).rejects.toMatchObject({ code: 'coupon_cap_below_issued', details: { issued: 2 } });
    expect(await db.asStaff((ctx) => changeQuantity(ctx, templateId, { cap: 9, budgetFen: null }))).toMatchObject({
      ceiling: 9,
    });
  });
});

test('one tenant’s coupons are nobody else’s', async () => {
  const { couponId, customerId, templateId } = await oneCoupon();
  await expect(
    db.asStaff((ctx) => lockCoupon(ctx, { couponId, orderId: newId(), customerId }), { tenantId: db.otherTenantId }),
  ).rejects.toMatchObject({ code: 'coupon_not_found' });
  await expect(
    db.asStaff((ctx) => readTemplate(ctx, templateId), { tenantId: db.otherTenantId }),
  ).rejects.toMatchObject({ code: 'coupon_template_not_found' });
});
