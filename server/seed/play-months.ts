import { issueCoupons, lockCoupon, redeemCoupon } from '#coupons';
import { listInbox, openMessage, sendMessages } from '#messaging';
import { recordOrders } from '#orders';
import type { NewOrder } from '#orders';
import type { Context } from '#platform/context';
import { closeStatements, confirmCommission } from '#settlement';

import type { BrushingRing } from './brushing.ts';
import type { Marketing } from './marketing.ts';
import { asOf, newCustomerOffer, purchaseAt, purchaseTimes, settledAt } from './purchases.ts';
import type { Purchase, PurchaseTime } from './purchases.ts';
import type { Random } from './random.ts';
import { reactAtOnce } from './react-at-once.ts';
import { openSharing } from './share-around.ts';
import type { MallOrder, Sharing } from './share-around.ts';
import { dayMs, seasonFactor } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Within } from './within.ts';

export interface Played {
  readonly orders: number;
  readonly shares: number;
  readonly statements: number;
}

interface Playing {
  readonly inTenant: Within;
  readonly stage: Stage;
  readonly stories: Random;
  readonly rings: readonly BrushingRing[];
  readonly marketing: Marketing;
  readonly progress: (text: string) => void;
}

const ordersPerTransaction = 400;
/** The demo brand's clock runs in Shanghai, which keeps no summer time. */
const zoneMs = 8 * 3_600_000;

interface Moment {
  readonly at: Date;
  /** The month (its first day) whose statements are closed at this moment. */
  readonly closes: string | null;
}

/**
 * Moments at which the story stops to settle: the middle and the end of every month, and the second of the next, when its statements
 * are closed. The last one is the end of the story.
 */
export function moments(startMs: number, endMs: number): Moment[] {
  const found: Moment[] = [];
  const start = new Date(startMs + zoneMs);
  for (let month = 0; ; month += 1) {
    const [year, monthIndex] = [start.getUTCFullYear(), start.getUTCMonth() + month];
    const at = (day: number, hour: number) => Date.UTC(year, monthIndex, day, hour) - zoneMs;
    if (at(1, 0) >= endMs) break;
    const before = new Date(Date.UTC(year, monthIndex - 1, 1)).toISOString().slice(0, 10);
    found.push(
      { at: new Date(at(2, 1)), closes: before },
      { at: new Date(at(16, 0)), closes: null },
      { at: new Date(Date.UTC(year, monthIndex + 1, 1) - zoneMs - 60_000), closes: null },
    );
  }
  return [
    ...found.filter(({ at }) => at.getTime() > startMs && at.getTime() < endMs),
    { at: new Date(endMs), closes: null },
  ];
}

/**
 * Plays what people bought, month after month, as if it were then: links are shared before the orders they bring, every order is
 * recorded as it stood, points, tiers and commissions follow, commissions are confirmed when their hold is over and each month is closed.
 * Holds the orders of half a month at a time. Again, it changes nothing.
 */
export async function playMonths(playing: Playing): Promise<Played> {
  const { inTenant, stage, stories, progress } = playing;
  const byDay = timesByDay(stories, stage);
  const productIds = [...new Set(stage.goods.map(({ productId }) => productId))];
  const sharing = openSharing(inTenant, stories.fork('shares'), { productIds });
  const endMs = stage.startMs + stage.days * dayMs;
  const played = { orders: 0, shares: 0, statements: 0 };
  let open: readonly Purchase[] = [];
  let before = 0;
  for (const { at, closes } of moments(stage.startMs, endMs)) {
    const fresh = purchasesBetween(playing, byDay, { from: before, to: at.getTime() });
    played.shares += await shareBefore(sharing, stage, fresh);
    const moved = open.filter(({ order }) => changedBetween(order, before, at.getTime()));
    const { created, buyers } = await record(playing, [...moved, ...fresh], at);
    played.orders += created;
    await tellMembers(playing, { fresh, buyers }, at);
    played.statements += await settle(inTenant, at, closes);
    open = [...open, ...fresh].filter(({ order }) => settledAt(order) > at.getTime());
    before = at.getTime();
    progress(
      `orders until ${at.toISOString().slice(0, 10)}: ${played.orders.toLocaleString()}, shares ${played.shares.toLocaleString()}`,
    );
  }
  return played;
}

function timesByDay(stories: Random, stage: Stage): PurchaseTime[][] {
  const byDay: PurchaseTime[][] = Array.from({ length: stage.days }, () => []);
  for (const person of stage.population.people) {
    for (const time of purchaseTimes(stories, stage, person)) byDay[time.day]?.push(time);
  }
  return byDay;
}

function purchasesBetween(
  { stage, stories, rings }: Playing,
  byDay: readonly (readonly PurchaseTime[])[],
  { from, to }: { from: number; to: number },
): Purchase[] {
  const [firstDay, lastDay] = [from, to].map((at) => Math.floor((at - stage.startMs) / dayMs));
  // An order late in the evening may carry the date of the day before or after.
  const days = byDay.slice(Math.max(0, (firstDay ?? 0) - 1), Math.max(0, (lastDay ?? 0) + 2));
  const bought = days.flat().flatMap((time) => {
    const person = stage.population.people[time.personId];
    return person ? [purchaseAt(stories, stage, person, time)] : [];
  });
  return [...bought, ...rings.flatMap(({ purchases }) => purchases)]
    .filter(({ order }) => order.head.placedAt.getTime() > from && order.head.placedAt.getTime() <= to)
    .toSorted((a, b) => a.order.head.placedAt.getTime() - b.order.head.placedAt.getTime());
}

function changedBetween(order: Purchase['order'], from: number, to: number): boolean {
  const { head, refunds = [] } = order;
  return [head.cancelledAt, head.paidAt, head.shippedAt, head.receivedAt, ...refunds.map((one) => one.refundedAt)].some(
    (when) => when !== undefined && when.getTime() > from && when.getTime() <= to,
  );
}

const personIdOf = ({ sourceOrderNo }: NewOrder) =>
  Math.floor((Number(sourceOrderNo.slice(1)) - 1_000_000_000) / 1_000);

async function shareBefore(sharing: Sharing, { population }: Stage, fresh: readonly Purchase[]): Promise<number> {
  return sharing.before(
    fresh.flatMap(({ channel, order }): MallOrder[] => {
      const person = population.people[personIdOf(order)];
      return channel === 'mall' && order.head.paidAt && person ? [{ person, at: order.head.paidAt.getTime() }] : [];
    }),
  );
}

/** Records orders as they stood at a moment and lets everything follow that follows from them. */
async function record({ inTenant, marketing }: Playing, purchases: readonly Purchase[], at: Date) {
  let created = 0;
  const buyers = new Map<string, number>();
  for (let from = 0; from < purchases.length; from += ordersPerTransaction) {
    const part = purchases.slice(from, from + ordersPerTransaction);
    await inTenant(async (ctx) => {
      const results = await recordOrders(
        ctx,
        part.flatMap(({ order }) => asOf(order, at.getTime()) ?? []),
      );
      for (const [index, { orderId, customerId, outcome }] of results.entries()) {
        const purchase = part[index];
        if (!purchase || customerId === null) continue;
        buyers.set(purchase.order.sourceOrderNo, customerId);
        if (outcome === 'created' && purchase.usesCoupon)
          await useCoupon(ctx, marketing, { orderId, customerId, paidAt: purchase.order.head.placedAt });
      }
      await reactAtOnce(ctx);
      created += results.filter(({ outcome }) => outcome === 'created').length;
    }, at);
  }
  return { created, buyers };
}

async function useCoupon(
  ctx: Context,
  { newCustomerCoupon: templateId }: Marketing,
  { orderId, customerId, paidAt }: { orderId: string; customerId: number; paidAt: Date },
): Promise<void> {
  const [issued] = await issueCoupons(
    { ...ctx, now: new Date(paidAt.getTime() - 3_600_000) },
    { templateId, customerIds: [customerId], issueKey: `demo-first-order:${customerId}`, source: 'claim' },
  );
  // Two accounts of one person: the coupon is for new customers, once.
  if (issued?.outcome !== 'issued' || issued.couponId === null) return;
  const paying = { ...ctx, now: paidAt };
  await lockCoupon(paying, { couponId: issued.couponId, orderId, customerId });
  await redeemCoupon(paying, {
    couponId: issued.couponId,
    orderId,
    discountFen: newCustomerOffer.offFen,
    channel: 'mall',
  });
}

/** Parcels are announced to members, and seasons to those who buy in them; a quarter of the people open what they get. */
async function tellMembers(
  { inTenant, marketing }: Playing,
  { fresh, buyers }: { fresh: readonly Purchase[]; buyers: ReadonlyMap<string, number> },
  at: Date,
): Promise<void> {
  const sales = fresh.flatMap(({ channel, order }) => {
    const customerId = buyers.get(order.sourceOrderNo);
    const { paidAt, shippedAt, placedAt } = order.head;
    return channel === 'mall' && paidAt && customerId !== undefined
      ? [{ customerId, no: order.sourceOrderNo, placedAt, shippedOn: shippedAt?.toISOString().slice(0, 10) ?? '' }]
      : [];
  });
  if (sales.length === 0) return;
  const season = sales.find(({ placedAt }) => seasonFactor(placedAt) > 1.4)?.placedAt;
  const customerIds = [...new Set(sales.map(({ customerId }) => customerId))];
  await inTenant(async (ctx) => {
    for (const [day, parcels] of Map.groupBy(sales, ({ shippedOn }) => shippedOn)) {
      const sentAt = new Date(`${day}T04:00:00Z`);
      if (sentAt > at) continue;
      await sendMessages(
        { ...ctx, now: sentAt },
        parcels.map(({ customerId, no }) => ({ key: `demo-parcel:${no}`, customerId, templateId: marketing.shipped })),
      );
    }
    if (season) await announceSeason({ ...ctx, now: new Date(season.getTime() - 3_600_000) }, marketing, customerIds);
    for (const customerId of customerIds.filter((_, index) => index % 4 === 0)) await readNewest(ctx, customerId);
  }, at);
}

async function announceSeason(ctx: Context, marketing: Marketing, customerIds: readonly number[]): Promise<void> {
  const noon = new Date(Math.floor((ctx.now.getTime() + zoneMs) / dayMs) * dayMs + 4 * 3_600_000);
  const month = noon.toISOString().slice(0, 7);
  const then = { ...ctx, now: noon };
  const invited = customerIds.slice(0, 2_000);
  await issueCoupons(then, {
    templateId: marketing.seasonCoupon,
    customerIds: invited,
    issueKey: `demo-season:${month}`,
    source: 'batch',
  });
  await sendMessages(
    then,
    invited.map((customerId) => ({
      key: `demo-season:${month}:${customerId}`,
      customerId,
      templateId: marketing.season,
    })),
  );
}

async function readNewest(ctx: Context, customerId: number): Promise<void> {
  const { items } = await listInbox(ctx, customerId, { limit: 1 });
  for (const { messageId, isRead } of items) if (!isRead) await openMessage(ctx, customerId, messageId);
}

async function settle(inTenant: Within, at: Date, closes: string | null): Promise<number> {
  while ((await inTenant((ctx) => confirmCommission(ctx), at)) > 0);
  if (closes === null) return 0;
  return inTenant((ctx) => closeStatements(ctx, closes), at);
}
