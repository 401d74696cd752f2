import type { IdentifierRef } from '#platform/log/event';

import { identifiersOn } from './population.ts';
import type { Person } from './population.ts';
import type { Purchase, PurchaseTime } from './purchases.ts';
import type { Random } from './random.ts';
import { chooseGoods, dayMs, shoppingHour } from './stage.ts';
import type { Stage } from './stage.ts';

/** Something a person did that a tracker, a marketplace or a chat would report. */
export interface Behaviour {
  readonly at: number;
  readonly name: string;
  readonly type: 'track' | 'page' | 'identify';
  readonly identifiers: readonly IdentifierRef[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly traits?: Readonly<Record<string, unknown>>;
}

const searched = ['奶粉', '纸尿裤', '面霜', '防晒', '睡袋', '礼盒', '牙膏', '湿巾'];
const questions = [
  '这款敏感肌能用吗？',
  '几个月的宝宝可以用？',
  '什么时候发货呀',
  '尺码怎么选',
  '有活动吗',
  '可以退换吗',
];
const answers = [
  '亲，可以的，已通过敏感肌测试～',
  '48 小时内发货哦',
  '看详情页尺码表，拿不准发身高体重给我',
  '今晚 8 点有满减',
];

interface Scene {
  readonly random: Random;
  readonly stage: Stage;
  readonly person: Person;
  readonly day: number;
  readonly identifiers: readonly IdentifierRef[];
  readonly add: (name: string, properties: Record<string, unknown>, type?: Behaviour['type']) => void;
}

const productOf = (scene: Scene) => {
  const one = chooseGoods(scene.random, scene.person, scene.day, scene.stage.goods);
  return { product_id: one.productId, sku: one.code, category: one.category.name, price_fen: one.priceFen };
};

/** What a visit to the mall leaves in the log. */
function visit(random: Random, stage: Stage, person: Person, day: number): Behaviour[] {
  const startedAt = stage.startMs + day * dayMs + (shoppingHour(random) - 8) * 3_600_000 + random.int(0, 3_599_999);
  const onTablet = random.chance(0.04);
  const value = onTablet ? (stage.population.tablets[person.storeIndex] ?? '') : random.pick(person.devices);
  const device = { kind: 'device', scope: '', value };
  const signedIn = person.member !== null && random.chance(onTablet ? 1 : 0.7);
  const identifiers: IdentifierRef[] =
    signedIn && person.member ? [device, { kind: 'member_no', scope: 'demo', value: person.member.no }] : [device];
  const acts: Behaviour[] = [];
  let clock = startedAt;
  const scene: Scene = {
    random,
    stage,
    person,
    day,
    identifiers,
    add: (name, properties, type = 'track') => {
      clock += random.int(4_000, 70_000);
      acts.push({ at: clock, name, type, identifiers, properties });
    },
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
  scene.add('Page Viewed', { path: '/pages/home/index', title: '首页' }, 'page');
  if (signedIn && person.habit !== 'browser' && random.chance(0.12))
    scene.add('Checked In', { streak: random.int(1, 14) });
  if (random.chance(0.25)) scene.add('Product Searched', { query: random.pick(searched), results: random.int(2, 40) });
  browse(scene);
  if (random.chance(signedIn ? 0.07 : 0.02)) chat(scene);
  return acts;
}

/** Goods looked at, put into the cart or among the favourites, and carts left standing. */
function browse(scene: Scene): void {
  const { random, add } = scene;
  let added = 0;
  for (let seen = random.int(1, 5); seen > 0; seen -= 1) {
    const product = productOf(scene);
    add('Product Viewed', { ...product, dwell_ms: random.int(3_000, 90_000) });
    if (random.chance(0.06)) add('Product Favourited', product);
    if (random.chance(0.18)) {
      add('Product Added', { ...product, quantity: 1 });
      added += 1;
    }
  }
  if (added > 0 && random.chance(0.7)) add('Cart Viewed', { items: added });
  if (random.chance(added > 0 ? 0.4 : 0.04)) add('Checkout Started', { amount_fen: random.int(5_000, 60_000) });
}

/** A talk with a service agent about something in the shop. */
function chat({ random, add, ...scene }: Scene): void {
  const { product_id } = productOf({ random, add, ...scene });
  add('Consultation Started', { product_id });
  for (let turns = random.int(1, 3); turns > 0; turns -= 1) {
    add('Chat Message Sent', { direction: 'in', kind: 'text', text: random.pick(questions), product_id });
    add('Chat Message Sent', { direction: 'out', kind: 'text', text: random.pick(answers), product_id });
  }
}

/** An evening in a live room of the short-video shop. */
function watchLive(random: Random, stage: Stage, person: Person, day: number): Behaviour[] {
  const at = stage.startMs + day * dayMs + 12 * 3_600_000 + random.int(0, 7_200_000);
  const identifiers = identifiersOn(person, 'douyin');
  const room = { room_id: `live-${day}`, title: '禾苗妈妈课堂' };
  const act = (name: string, afterMs: number): Behaviour => ({
    at: at + afterMs,
    name,
    type: 'track',
    identifiers,
    properties: room,
  });
  const acts = [act('Live Room Entered', 0)];
  if (random.chance(0.4)) acts.push(act('Live Room Interacted', random.int(60_000, 900_000)));
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
  const acts = [
    ...(person.tmall !== null && person.bindsTmall ? [bind('tmall')] : []),
    ...(person.douyin !== null && person.bindsDouyin ? [bind('douyin')] : []),
  ];
  if (person.member === null) return acts;
  const birthOn =
    person.babyDay === null
      ? {}
      : { baby_birth_on: new Date(stage.startMs + person.babyDay * dayMs).toISOString().slice(0, 10) };
  return [
    ...acts,
    {
      at,
      name: 'Member Registered',
      type: 'identify',
      identifiers: identifiersOn(person, 'mall'),
      properties: {},
      traits: { name: person.name, ...birthOn },
    },
  ];
}

/** One buyer in five says what they think of an order. */
function review(random: Random, { order }: Purchase, endMs: number): Behaviour[] {
  const { head, buyer = [], lines = [], sourceOrderNo } = order;
  if (head.status !== 'received' || head.receivedAt === undefined || !random.chance(0.2)) return [];
  const at = head.receivedAt.getTime() + random.int(3_600_000, 6 * dayMs);
  if (at >= endMs) return [];
  const rating = random.weighted([
    [5, 66],
    [4, 20],
    [3, 7],
    [2, 4],
    [1, 3],
  ] as const);
  const properties = { order_id: sourceOrderNo, product_id: lines[0]?.productId, rating };
  return [{ at, name: 'Order Reviewed', type: 'track', identifiers: buyer, properties }];
}

/** Everything one person does beside buying, in the order of time. */
export function behave(
  random: Random,
  stage: Stage,
  person: Person,
  { times, purchases }: { times: readonly PurchaseTime[]; purchases: readonly Purchase[] },
): Behaviour[] {
  const own = random.fork(`acts-${person.id}`);
  const last = Math.min(person.untilDay, stage.days) - 1;
  const endMs = stage.startMs + stage.days * dayMs;
  const acts = bindings(stage, person);
  for (const { day } of times) acts.push(...visit(own, stage, person, Math.max(person.fromDay, day - own.int(0, 2))));
  for (
    let more = person.habit === 'browser' ? own.int(2, 8) : own.int(0, 4);
    more > 0 && last >= person.fromDay;
    more -= 1
  ) {
    acts.push(...visit(own, stage, person, own.int(person.fromDay, last)));
  }
  if (person.douyin !== null && last >= person.fromDay && own.chance(0.5))
    acts.push(...watchLive(own, stage, person, own.int(person.fromDay, last)));
  for (const purchase of purchases) acts.push(...review(own, purchase, endMs));
  return acts.filter(({ at }) => at < endMs).toSorted((a, b) => a.at - b.at);
}
