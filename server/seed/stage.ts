import { seasons } from './brand.ts';
import type { DemoCategory } from './brand.ts';
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

/** Where and when the story plays, and who is in it. */
export interface Stage {
  readonly startMs: number;
  readonly days: number;
  readonly goods: readonly Goods[];
  readonly storeIds: readonly number[];
  readonly population: Population;
}

const seasonOfDay = new Map<string, number>();

/** How many times more than usual is bought on a day. */
export function seasonFactor(at: Date): number {
  const monthDay = at.toISOString().slice(5, 10);
  let factor = seasonOfDay.get(monthDay);
  if (factor === undefined) {
    factor = Math.max(
      1,
      ...seasons.filter(([from, to]) => monthDay >= from && monthDay <= to).map(([, , times]) => times),
    );
    seasonOfDay.set(monthDay, factor);
  }
  return factor;
}

/** Goods that suit the baby's age, and now and then something for the mother. */
export function chooseGoods(random: Random, person: Person, day: number, goods: readonly Goods[]): Goods {
  const months = person.babyDay === null ? null : (day - person.babyDay) / 30;
  const fits = (category: DemoCategory) =>
    category.months === null || (months !== null && months >= category.months[0] && months <= category.months[1]);
  if (random.chance(0.9)) {
    const suited = goods.filter(({ category }) => fits(category));
    if (suited.length > 0) return random.pick(suited);
  }
  return random.pick(goods);
}

/** Local hour at which people shop: evenings and lunch breaks. */
export const shoppingHour = (random: Random) =>
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
