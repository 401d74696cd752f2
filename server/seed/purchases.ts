import { demoSourceIds } from '#demo';
import type { DemoChannel } from '#demo';
import type { NewOrder, NewRefund } from '#orders';
import { allocate } from '#platform/money';

import { identifiersOn } from './population.ts';
import type { Person } from './population.ts';
import type { Random } from './random.ts';
import { receiverOf } from './receivers.ts';
import { chooseGoods, dayMs, seasonFactor, shoppingHour } from './stage.ts';
import type { Stage } from './stage.ts';

export const shopNames: Readonly<Record<DemoChannel, string>> = {
  tmall: '天猫旗舰店',
  douyin: '抖音小店',
  mall: '自营商城',
  store: '门店',
};

/** What the new customers' coupon asks for and takes off, in fen. */
export const newCustomerOffer = { thresholdFen: 19_900, offFen: 3_000 } as const;

/** When somebody buys: enough to tell the order itself again. */
export interface PurchaseTime {
  readonly personId: number;
  /** 1 for the person's first order. */
  readonly number: number;
  readonly day: number;
}

/** An order with everything that will ever become of it. */
export interface Purchase {
  readonly channel: DemoChannel;
  readonly order: NewOrder & { readonly head: NonNullable<NewOrder['head']> };
  /** Paid with the new customers' coupon. */
  readonly usesCoupon: boolean;
}

const yearly: Readonly<Record<Person['habit'], readonly [number, number]>> = {
  loyal: [9, 20],
  regular: [4, 9],
  occasional: [2, 4],
  once: [1, 1],
  browser: [0, 0],
};

/** Days on which the person buys: evenly, but drawn to the seasons. */
export function purchaseTimes(random: Random, stage: Pick<Stage, 'startMs' | 'days'>, person: Person): PurchaseTime[] {
  const own = random.fork(`days-${person.id}`);
  const [min, max] = yearly[person.habit];
  const until = Math.min(person.untilDay, stage.days) - 1;
  const span = until - person.fromDay;
  if (span < 0) return [];
  const wanted =
    person.habit === 'once'
      ? 1
      : Math.max(person.habit === 'browser' ? 0 : 1, Math.round((own.int(min, max) * span) / 365));
  const chosen: number[] = [];
  while (chosen.length < wanted) {
    const day = person.fromDay + own.int(0, span);
    if (own.next() < seasonFactor(new Date(stage.startMs + day * dayMs)) / 3.2) chosen.push(day);
  }
  return chosen.toSorted((a, b) => a - b).map((day, index) => ({ personId: person.id, number: index + 1, day }));
}

const channelsOf = (person: Person): DemoChannel[] => [
  ...(person.tmall === null ? [] : (['tmall', 'tmall'] as const)),
  ...(person.douyin === null ? [] : (['douyin'] as const)),
  ...(person.member === null ? [] : (['mall', 'mall'] as const)),
  'store',
];

/** The order of a person at a time; drawn from a generator of its own, so that it can be told again by itself. */
export function purchaseAt(random: Random, stage: Stage, person: Person, { number, day }: PurchaseTime): Purchase {
  const own = random.fork(`order-${person.id}-${number}`);
  const channel = own.pick(channelsOf(person));
  const at = stage.startMs + day * dayMs + (shoppingHour(own) - 8) * 3_600_000 + own.int(0, 3_599_999);
  const drawn = drawLines(own, stage, person, { day, isPromotion: seasonFactor(new Date(at)) > 1.4 });
  const goodsFen = drawn.reduce((sum, line) => sum + line.amountMinor, 0);
  const usesCoupon =
    channel === 'mall' && number === 1 && goodsFen >= newCustomerOffer.thresholdFen && own.chance(0.55);
  const fate = own.next();
  const isCancelled = fate < 0.04 && !usesCoupon;
  const isTest = fate > 0.997 && !usesCoupon;
  const lines = isTest ? freeOf(drawn) : usesCoupon ? takeOff(drawn, newCustomerOffer.offFen) : drawn;
  const goodsMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0);
  const freightMinor = channel !== 'store' && goodsMinor < 9_900 && !isTest ? 800 : 0;
  const receivedAt = new Date(channel === 'store' ? at + 60_000 : at + own.int(2, 5) * dayMs);
  const storeId = stage.storeIds[person.storeIndex];
  const clerkTyped = channel === 'store' && person.member === null && own.chance(0.12);
  return {
    channel,
    usesCoupon,
    order: {
      sourceId: demoSourceIds[channel],
      sourceOrderNo: `${{ tmall: 'T', douyin: 'D', mall: 'H', store: 'P' }[channel]}${1_000_000_000 + person.id * 1_000 + number}`,
      sourceUpdatedAt: receivedAt,
      channel: channel === 'store' ? 'pos' : channel,
      shop: shopNames[channel],
      ...(channel === 'store' && storeId !== undefined ? { storeId } : {}),
      buyer: clerkTyped
        ? [{ kind: 'phone', scope: '', value: stage.population.clerkPhones[person.storeIndex] ?? person.phone }]
        : identifiersOn(person, channel),
      isBackfill: channel !== 'mall',
      head: {
        status: isCancelled ? 'cancelled' : 'received',
        placedAt: new Date(at),
        ...(isCancelled
          ? { cancelledAt: new Date(at + 1_800_000) }
          : {
              paidAt: new Date(at + 45_000),
              shippedAt: new Date(channel === 'store' ? at + 50_000 : at + dayMs / 2),
              receivedAt,
            }),
        goodsMinor,
        freightMinor,
        payableMinor: goodsMinor + freightMinor,
        paidMinor: isCancelled ? 0 : goodsMinor + freightMinor,
        ...(channel === 'store' ? {} : { receiver: receiverOf(own, person) }),
      },
      lines,
      refunds: isCancelled || isTest ? [] : refundsOf(own, lines, { person, number, receivedAt }),
    },
  };
}

type DrawnLine = NonNullable<NewOrder['lines']>[number] & { readonly discountMinor: number };

function drawLines(
  random: Random,
  stage: Stage,
  person: Person,
  { day, isPromotion }: { day: number; isPromotion: boolean },
): DrawnLine[] {
  const count = random.weighted([
    [1, 45],
    [2, 32],
    [3, 16],
    [4, 7],
  ]);
  return Array.from({ length: count }, () => {
    const one = chooseGoods(random, person, day, stage.goods);
    const quantity = random.weighted([
      [1, 78],
      [2, 17],
      [3, 5],
    ]);
    const discountMinor = isPromotion ? Math.floor((one.priceFen * quantity * random.int(8, 25)) / 100) : 0;
    return {
      skuId: one.skuId,
      productId: one.productId,
      skuCode: one.code,
      title: one.title,
      spec: one.spec,
      quantity,
      unitPriceMinor: one.priceFen,
      discountMinor,
      amountMinor: one.priceFen * quantity - discountMinor,
    };
  });
}

/** A clerk's trial of the till: everything for nothing. */
const freeOf = (lines: readonly DrawnLine[]): DrawnLine[] =>
  lines.map((line) => ({ ...line, discountMinor: line.unitPriceMinor * line.quantity, amountMinor: 0 }));

function takeOff(lines: readonly DrawnLine[], offFen: number): DrawnLine[] {
  const parts = allocate(
    offFen,
    lines.map(({ amountMinor }) => amountMinor),
  );
  return lines.map((line, index) => {
    const part = parts[index] ?? 0;
    return { ...line, discountMinor: line.discountMinor + part, amountMinor: line.amountMinor - part };
  });
}

/** One in twenty sends a thing back, one in seventy everything. */
function refundsOf(
  random: Random,
  lines: readonly DrawnLine[],
  { person, number, receivedAt }: { person: Person; number: number; receivedAt: Date },
): NewRefund[] {
  const fate = random.next();
  if (fate >= 0.065) return [];
  const returned = fate < 0.014 ? [...lines.keys()] : [random.int(0, lines.length - 1)];
  const refundedAt = new Date(receivedAt.getTime() + random.int(1, 22) * dayMs);
  const reason = random.pick(['不想要了', '尺码不合适', '包装破损', '宝宝不喜欢', '过敏', '与描述不符']);
  return returned.flatMap((index): NewRefund[] => {
    const line = lines[index];
    if (!line || line.amountMinor <= 0) return [];
    return [
      {
        refundNo: `R${person.id}-${number}-${index + 1}`,
        lineNo: index + 1,
        quantity: line.quantity,
        status: 'done',
        amountMinor: line.amountMinor,
        reason,
        requestedAt: new Date(refundedAt.getTime() - dayMs / 2),
        refundedAt,
      },
    ];
  });
}

/** When the last thing happens to an order (UTC milliseconds). */
export function settledAt({ head, refunds }: Purchase['order']): number {
  return Math.max(
    ...[head.placedAt, head.cancelledAt, head.receivedAt, ...(refunds ?? []).map(({ refundedAt }) => refundedAt)].map(
      (at) => at?.getTime() ?? 0,
    ),
  );
}

/** The order as its source knew it at a moment; null before it was placed. */
export function asOf(order: Purchase['order'], at: number): NewOrder | null {
  const { head, refunds = [] } = order;
  const [cancelledAt, paidAt, shippedAt, receivedAt] = [
    head.cancelledAt,
    head.paidAt,
    head.shippedAt,
    head.receivedAt,
  ].map((when) => (when !== undefined && when.getTime() <= at ? when : undefined));
  if (head.placedAt.getTime() > at) return null;
  const done = refunds.filter(({ refundedAt }) => refundedAt !== undefined && refundedAt.getTime() <= at);
  const latest = [head.placedAt, cancelledAt, paidAt, shippedAt, receivedAt, ...done.map((one) => one.refundedAt)];
  return {
    ...order,
    sourceUpdatedAt: new Date(Math.max(...latest.map((when) => when?.getTime() ?? 0))),
    head: {
      ...head,
      status: cancelledAt ? 'cancelled' : receivedAt ? 'received' : shippedAt ? 'shipped' : paidAt ? 'paid' : 'placed',
      cancelledAt,
      paidAt,
      shippedAt,
      receivedAt,
      paidMinor: paidAt ? (head.paidMinor ?? 0) : 0,
    },
    refunds: done,
  };
}
