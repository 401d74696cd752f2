import type { NewOrder } from '#orders';
import type { IdentifierRef } from '#platform/log/event';

import { seasons } from './brand.ts';
import type { DemoCategory } from './brand.ts';
import { identifiersOn } from './population.ts';
import type { Person, Population } from './population.ts';
import type { Random } from './random.ts';

export const dayMs = 86_400_000;

export interface Goods {
  readonly skuId: string;
  readonly productId: string;
  readonly code: string;
  readonly title: string;
  readonly spec: string;
  readonly category: DemoCategory;
  readonly priceFen: number;
}

/** Something a person did that a tracker would report. */
export interface Behaviour {
  readonly at: number;
  readonly name: string;
  readonly type: 'track' | 'page' | 'identify';
  readonly identifiers: readonly IdentifierRef[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly traits?: Readonly<Record<string, unknown>>;
}

/** The story of one person: what they did and bought. */
export interface Chapter {
  readonly person: Person;
  readonly behaviour: readonly Behaviour[];
  readonly orders: readonly NewOrder[];
}

export interface Stage {
  readonly startMs: number;
  readonly days: number;
  readonly goods: readonly Goods[];
  readonly storeIds: readonly number[];
  readonly population: Population;
}

const yearly: Readonly<Record<Person['habit'], readonly [number, number]>> = {
  loyal: [9, 20],
  regular: [4, 9],
  occasional: [2, 4],
  once: [1, 1],
  browser: [0, 0],
};

function seasonFactor(at: Date): number {
  const monthDay = at.toISOString().slice(5, 10);
  return Math.max(
    1,
    ...seasons.filter(([from, to]) => monthDay >= from && monthDay <= to).map(([, , factor]) => factor),
  );
}

/** Days on which the person buys: evenly, but drawn to the seasons. */
function buyingDays(random: Random, person: Person, { startMs, days }: Stage): number[] {
  const [min, max] = yearly[person.habit];
  const until = Math.min(person.untilDay, days) - 1;
  const span = until - person.fromDay;
  if (span < 0) return [];
  const wanted =
    person.habit === 'once'
      ? 1
      : Math.max(person.habit === 'browser' ? 0 : 1, Math.round((random.int(min, max) * span) / 365));
  const chosen: number[] = [];
  while (chosen.length < wanted) {
    const day = person.fromDay + random.int(0, span);
    if (random.next() < seasonFactor(new Date(startMs + day * dayMs)) / 3.2) chosen.push(day);
  }
  return chosen.toSorted((a, b) => a - b);
}

/** Goods that suit the baby's age, and now and then something for the mother. */
function chooseGoods(random: Random, person: Person, day: number, goods: readonly Goods[]): Goods {
  const months = person.babyDay === null ? null : (day - person.babyDay) / 30;
  const fits = (category: DemoCategory) =>
    category.months === null || (months !== null && months >= category.months[0] && months <= category.months[1]);
  const suited = goods.filter(({ category }) => fits(category));
  return random.pick(suited.length > 0 && random.chance(0.9) ? suited : goods);
}

const channelsOf = (person: Person): ('tmall' | 'douyin' | 'mall' | 'store')[] => [
  ...(person.tmall === null ? [] : (['tmall', 'tmall'] as const)),
  ...(person.douyin === null ? [] : (['douyin'] as const)),
  ...(person.member === null ? [] : (['mall', 'mall'] as const)),
  'store',
];

/** Local hour at which people shop: evenings and lunch breaks. */
const shoppingHour = (random: Random) =>
  random.weighted([
    [9, 2],
    [11, 3],
    [12, 5],
    [14, 3],
    [16, 3],
    [19, 4],
    [20, 8],
    [21, 9],
    [22, 6],
    [23, 2],
    [1, 1],
  ] as const);

function makeOrder(random: Random, stage: Stage, person: Person, day: number, number: number): NewOrder {
  const channel = random.pick(channelsOf(person));
  const at = stage.startMs + day * dayMs + (shoppingHour(random) - 8) * 3_600_000 + random.int(0, 3_599_999);
  const promotion = seasonFactor(new Date(at)) > 1.4;
  const lines = Array.from(
    {
      length: random.weighted([
        [1, 45],
        [2, 32],
        [3, 16],
        [4, 7],
      ]),
    },
    () => {
      const one = chooseGoods(random, person, day, stage.goods);
      const quantity = random.weighted([
        [1, 78],
        [2, 17],
        [3, 5],
      ]);
      const discount = promotion ? Math.floor((one.priceFen * quantity * random.int(8, 25)) / 100) : 0;
      return {
        skuId: one.skuId,
        productId: one.productId,
        skuCode: one.code,
        title: one.title,
        spec: one.spec,
        quantity,
        unitPriceMinor: one.priceFen,
        discountMinor: discount,
        amountMinor: one.priceFen * quantity - discount,
      };
    },
  );
  const goodsMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0);
  const freightMinor = channel !== 'store' && goodsMinor < 9_900 ? 800 : 0;
  const fate = random.next();
  const cancelled = fate < 0.04;
  const test = fate > 0.997;
  const received = at + random.int(2, 5) * dayMs;
  const now = stage.startMs + stage.days * dayMs;
  const payableMinor = test ? 0 : goodsMinor + freightMinor;
  const storeId = stage.storeIds[person.storeIndex];
  const isReceived = channel === 'store' || received < now;
  const refund = !cancelled && !test && random.chance(0.05) ? random.pick(lines) : null;
  const refundAt = new Date(Math.min(received + random.int(1, 6) * dayMs, now - 60_000));
  const clerkTyped = channel === 'store' && person.member === null && random.chance(0.12);
  return {
    sourceId: { tmall: -11, douyin: -12, mall: 0, store: -13 }[channel],
    sourceOrderNo: `${{ tmall: 'T', douyin: 'D', mall: 'H', store: 'P' }[channel]}${1_000_000_000 + person.id * 1_000 + number}`,
    sourceUpdatedAt: new Date(at + 60_000),
    channel: channel === 'store' ? 'pos' : channel,
    shop: { tmall: '天猫旗舰店', douyin: '抖音小店', mall: '自营商城', store: '门店' }[channel],
    ...(channel === 'store' && storeId !== undefined ? { storeId } : {}),
    buyer: clerkTyped
      ? [{ kind: 'phone', scope: '', value: stage.population.clerkPhones[person.storeIndex] ?? person.phone }]
      : identifiersOn(person, channel),
    isBackfill: channel !== 'mall',
    head: {
      status: cancelled ? 'cancelled' : isReceived ? 'received' : 'paid',
      placedAt: new Date(at),
      ...(cancelled ? { cancelledAt: new Date(at + 1_800_000) } : { paidAt: new Date(at + 45_000) }),
      ...(!cancelled && isReceived
        ? { shippedAt: new Date(at + dayMs / 2), receivedAt: new Date(channel === 'store' ? at + 60_000 : received) }
        : {}),
      goodsMinor,
      freightMinor,
      payableMinor,
      paidMinor: cancelled ? 0 : payableMinor,
      ...(channel === 'tmall' || channel === 'douyin' ? {} : { receiver: { name: person.name, phone: person.phone } }),
    },
    lines: test
      ? lines.map((line) => ({ ...line, discountMinor: line.unitPriceMinor * line.quantity, amountMinor: 0 }))
      : lines,
    refunds:
      refund && refund.amountMinor > 0
        ? [
            {
              refundNo: `R${person.id}-${number}`,
              status: 'done',
              amountMinor: refund.amountMinor,
              reason: random.pick(['不想要了', '尺码不合适', '包装破损', '宝宝不喜欢']),
              requestedAt: refundAt,
              refundedAt: refundAt,
            },
          ]
        : [],
  };
}

/** What a visit to the mall leaves in the log. */
function visit(random: Random, stage: Stage, person: Person, day: number): Behaviour[] {
  const at = stage.startMs + day * dayMs + (shoppingHour(random) - 8) * 3_600_000 + random.int(0, 3_599_999);
  const onTablet = random.chance(0.04);
  const device = {
    kind: 'device',
    scope: '',
    value: onTablet ? (stage.population.tablets[person.storeIndex] ?? '') : random.pick(person.devices),
  };
  const signedIn = person.member !== null && random.chance(onTablet ? 1 : 0.7);
  const identifiers: IdentifierRef[] =
    signedIn && person.member ? [device, { kind: 'member_no', scope: 'demo', value: person.member.no }] : [device];
  const acts: Behaviour[] = [];
  let clock = at;
  const add = (name: string, properties: Record<string, unknown>, type: Behaviour['type'] = 'track') => {
    clock += random.int(4_000, 70_000);
    acts.push({ at: clock, name, type, identifiers, properties });
  };
  if (signedIn && person.member && random.chance(0.25)) {
    acts.push({
      at: clock,
      name: 'Identify',
      type: 'identify',
      identifiers: [device, ...identifiersOn(person, 'mall')],
      properties: {},
      traits: { name: person.name },
    });
  }
  add('Page Viewed', { path: '/pages/home/index', title: '首页' }, 'page');
  if (random.chance(0.25))
    add('Product Searched', {
      query: random.pick(['奶粉', '纸尿裤', '面霜', '防晒', '睡袋', '礼盒', '牙膏', '湿巾']),
      results: random.int(2, 40),
    });
  for (let seen = random.int(1, 5); seen > 0; seen -= 1) {
    const one = chooseGoods(random, person, day, stage.goods);
    const product = { product_id: one.productId, sku: one.code, category: one.category.name, price_fen: one.priceFen };
    add('Product Viewed', { ...product, dwell_ms: random.int(3_000, 90_000) });
    if (random.chance(0.18)) add('Product Added', { ...product, quantity: 1 });
  }
  if (random.chance(0.12)) add('Checkout Started', { amount_fen: random.int(5_000, 60_000) });
  return acts;
}

/** How members tell marketplaces who they are: the evidence that joins their accounts. */
function bindings(stage: Stage, person: Person): Behaviour[] {
  const at = stage.startMs + person.fromDay * dayMs + 10 * 3_600_000;
  const phone = { kind: 'phone', scope: '', value: person.phone };
  const bind = (channel: 'tmall' | 'douyin'): Behaviour => ({
    at,
    name: 'Membership Bound',
    type: 'identify',
    identifiers: [...identifiersOn(person, channel), phone],
    properties: { channel },
  });
  return [
    ...(person.tmall !== null && person.bindsTmall ? [bind('tmall')] : []),
    ...(person.douyin !== null && person.bindsDouyin ? [bind('douyin')] : []),
    ...(person.member !== null
      ? [
          {
            at,
            name: 'Member Registered',
            type: 'identify' as const,
            identifiers: identifiersOn(person, 'mall'),
            properties: {},
            traits: {
              name: person.name,
              ...(person.babyDay === null
                ? {}
                : { baby_birth_on: new Date(stage.startMs + person.babyDay * dayMs).toISOString().slice(0, 10) }),
            },
          },
        ]
      : []),
  ];
}

/** Everything one person does in the story; drawn from their own generator, so that nobody depends on anybody else. */
export function tell(random: Random, stage: Stage, person: Person): Chapter {
  const own = random.fork(`story-${person.id}`);
  const days = buyingDays(own, person, stage);
  const orders = days.map((day, index) => makeOrder(own, stage, person, day, index + 1));
  const behaviour = [...bindings(stage, person)];
  const last = Math.min(person.untilDay, stage.days) - 1;
  for (const day of days) behaviour.push(...visit(own, stage, person, Math.max(person.fromDay, day - own.int(0, 2))));
  for (
    let more = person.habit === 'browser' ? own.int(2, 8) : own.int(0, 4);
    more > 0 && last >= person.fromDay;
    more -= 1
  ) {
    behaviour.push(...visit(own, stage, person, own.int(person.fromDay, last)));
  }
  return { person, behaviour, orders };
}
