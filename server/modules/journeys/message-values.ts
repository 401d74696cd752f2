import { couponsGiven } from '#coupons';
import type { GivenCoupon } from '#coupons';
import { greetingNames } from '#customers';
import { spendablePoints, tierNamesOf } from '#loyalty';
import { lastPurchases } from '#orders';
import { brandClock, storesById } from '#org';
import type { Context } from '#platform/context';
import { moneyText } from '#platform/money';

import type { MessageVariable } from '../messaging/contract.ts';

/** Someone on their way through a journey, as far as a message speaks of them. */
export interface Reader {
  readonly customer_id: number;
  readonly journey_id: string;
  /** Coupons given before this time are none of this way's. */
  readonly started_at: Date;
}

type Values = Partial<Record<MessageVariable, string>>;
/** How texts of one language tell amounts and days. */
export interface Telling {
  readonly language: 'zh-CN' | 'en';
  readonly zone: string;
  readonly currency: string;
}

/** A text speaks the language it is written in. */
export function languageOf(text: string): Telling['language'] {
  return /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en';
}

function tellDay(at: Date, { language, zone }: Telling): string {
  return new Intl.DateTimeFormat(language, {
    timeZone: zone,
    year: 'numeric',
    month: 'long',
    day: 'numeric',
  }).format(at);
}

/** What a coupon takes off in few words: `¥20`, `9折`, `10% off`; of several steps the highest. */
function tellAmount(coupon: GivenCoupon, telling: Telling): string {
  const number = (value: number) => new Intl.NumberFormat(telling.language, { maximumFractionDigits: 2 }).format(value);
  if (coupon.kind === 'percent_off') {
    const { offBps } = coupon.rule;
    return telling.language === 'en' ? `${number(offBps / 100)}% off` : `${number((10_000 - offBps) / 1_000)}折`;
  }
  return moneyText(coupon.rule.steps.at(-1)?.offFen ?? 0, telling);
}

export function couponValues(coupon: GivenCoupon, telling: Telling): Values {
  return {
    coupon_name: coupon.name,
    coupon_amount: tellAmount(coupon, telling),
    coupon_code: coupon.code,
    coupon_expires_on: tellDay(coupon.validUntil, telling),
  };
}

/**
 * The values of the variables a text uses, for all its readers at once: only what is used is read, each kind by one statement, however
 * many readers there are. A value nobody knows is left out.
 */
export async function messageValues(
  ctx: Context,
  used: ReadonlySet<string>,
  readers: readonly Reader[],
  language: Telling['language'],
): Promise<(customerId: number) => Values> {
  const ids = [...new Set(readers.map(({ customer_id }) => customer_id))];
  const values = new Map<number, Values>(ids.map((id) => [id, {}]));
  const put = (customerId: number, more: Values) => void Object.assign(values.get(customerId) ?? {}, more);
  const { name: brand, ...clock } = await brandClock(ctx);
  const telling = { language, ...clock };
  if (used.has('brand')) for (const id of ids) put(id, { brand });
  if (used.has('name')) for (const [id, name] of await greetingNames(ctx, ids)) put(id, { name });
  if (used.has('tier')) for (const [id, tier] of await tierNamesOf(ctx, ids)) put(id, { tier });
  if (used.has('points')) {
    const format = new Intl.NumberFormat(language);
    for (const [id, points] of await spendablePoints(ctx, ids)) put(id, { points: format.format(points) });
  }
  if (used.has('store') || used.has('customer_no')) await putPlaces(ctx, ids, put);
  if (used.has('last_product') || used.has('last_order_on')) {
    for (const [id, { title, boughtAt }] of await lastPurchases(ctx, ids))
      put(id, { last_product: title, last_order_on: tellDay(boughtAt, telling) });
  }
  if ([...used].some((name) => name.startsWith('coupon_'))) await putCoupons(ctx, readers, telling, put);
  return (customerId) => values.get(customerId) ?? {};
}

async function putPlaces(
  ctx: Context,
  ids: readonly number[],
  put: (customerId: number, more: Values) => void,
): Promise<void> {
  const rows = await ctx.tx.query<{ id: number; no: number; store_id: number | null }>(
    `select customer_id as id, customer_no as no, store_id from customers.people where tenant_id = $1 and customer_id = any($2::bigint[])`,
    [ctx.tenantId, ids],
  );
  const stores = await storesById(ctx, [
    ...new Set(rows.flatMap(({ store_id: storeId }) => (storeId === null ? [] : [storeId]))),
  ]);
  for (const { id, no, store_id: storeId } of rows) {
    const store = storeId === null ? undefined : stores.get(storeId)?.name;
    put(id, { customer_no: `#${no}`, ...(store === undefined ? {} : { store }) });
  }
}

/** All readers stand at one node of one journey, so their coupons came from acts of that journey. */
async function putCoupons(
  ctx: Context,
  readers: readonly Reader[],
  telling: Telling,
  put: (customerId: number, more: Values) => void,
): Promise<void> {
  const [first] = readers;
  if (!first) return;
  const given = await couponsGiven(ctx, {
    actPrefix: `journey:${first.journey_id}:`,
    customers: readers.map((reader) => ({ customerId: reader.customer_id, since: reader.started_at })),
  });
  for (const [id, coupon] of given) put(id, couponValues(coupon, telling));
}
