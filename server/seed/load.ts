import { beginSeeding, finishSeeding } from '#demo';
import { defineError } from '#platform/errors';
import { answerStatement } from '#settlement';
import { computeRfmRun, requestRfmRun } from '#tags';

import { brush } from './brushing.ts';
import { fillCatalogue } from './fill-catalogue.ts';
import { demoSource, foundStores } from './found-shop.ts';
import { logBehaviour } from './log-behaviour.ts';
import { prepareMarketing } from './marketing.ts';
import { playMonths } from './play-months.ts';
import { populate } from './population.ts';
import { seededRandom } from './random.ts';
import { shopToday } from './shop-today.ts';
import { dressShop } from './shop-window.ts';
import { dayMs } from './stage.ts';
import type { Stage } from './stage.ts';
import { within } from './within.ts';
import type { SeedMeans, Within } from './within.ts';
import { writeTruth } from './write-truth.ts';

export interface SeedOptions {
  readonly customers: number;
  readonly months: number;
  readonly seed: number;
  readonly tenantId: number;
  /** The story ends at the beginning of this day (UTC); today when absent. */
  readonly until?: Date;
  readonly progress: (text: string) => void;
}

export interface Seeded {
  readonly customers: number;
  readonly orders: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly shares: number;
  readonly statements: number;
  /** The same story had been told to its end before: nothing was done. */
  readonly isRepeated: boolean;
  /** What each part of the work took, in milliseconds. */
  readonly tookMs: Readonly<Record<string, number>>;
}

/** The tenant holds another story already. */
export const SeededOtherwise = defineError(
  'seeded_otherwise',
  409,
  ({ customers, months, seed }: { customers: number; months: number; seed: number }) =>
    `The brand is already filled with another story (--customers ${customers} --months ${months} --seed ${seed}). Remove it first: shuke seed --remove`,
);

/**
 * Fills the demo brand through the same doors as everybody: catalogue, marketing, months of orders with points, commissions and statements,
 * behaviour into the log. Told to its end, the same story changes nothing any more; after an interruption it goes on. What really is
 * whose goes to `seed-truth.json` in the data folder, not into the product. Throws `SeededOtherwise`.
 */
export async function seedDemo(means: SeedMeans, options: SeedOptions): Promise<Seeded> {
  const { tenantId, customers, months, seed, progress } = options;
  const inTenant = within(means, tenantId);
  const story = { customers, months, seed };
  const seeding = await inTenant((ctx) =>
    beginSeeding(ctx, story, new Date(Math.floor((options.until ?? new Date()).getTime() / dayMs) * dayMs)),
  );
  if (seeding.customers !== customers || seeding.months !== months || seeding.seed !== seed)
    throw new SeededOtherwise(seeding);
  if (seeding.finishedAt !== null)
    return {
      customers,
      orders: 0,
      events: 0,
      eventsPerSecond: 0,
      shares: 0,
      statements: 0,
      isRepeated: true,
      tookMs: {},
    };
  const watch = stopwatch();
  const random = seededRandom(seed);
  progress('stores and staff');
  const storeIds = await foundStores(inTenant);
  const goods = await fillCatalogue(inTenant, storeIds, progress);
  watch.lap('shop');
  const marketing = await prepareMarketing(inTenant, seeding);
  const days = Math.round((months * 365) / 12);
  const startMs = seeding.untilAt.getTime() - days * dayMs;
  const population = populate(random.fork('people'), { customers, days, stores: storeIds.length });
  const stage: Stage = { startMs, days, goods, storeIds, population };
  const rings = brush(random.fork('brushing'), stage);
  const stories = random.fork('stories');
  writeTruth(means.config, population, rings, story);
  const played = await playMonths({ inTenant, stage, stories, rings, marketing, progress });
  watch.lap('orders');
  progress('statements and RFM');
  await answerStatements(inTenant);
  const runId = await inTenant(requestRfmRun);
  await computeRfmRun(means, tenantId, runId);
  progress('segments, journeys and home page');
  await dressShop(inTenant, seeding, { marketing, goods });
  await shopToday(inTenant, seeding, stage, random.fork('today'));
  watch.lap('marketing');
  const sourceId = await demoSource(inTenant);
  const logged = await logBehaviour(means, { tenantId, sourceId, seed, stage, stories, rings, progress });
  await inTenant(finishSeeding);
  watch.lap('behaviour');
  return { customers, ...played, ...logged, isRepeated: false, tookMs: watch.laps };
}

function stopwatch() {
  const laps: Record<string, number> = {};
  let startedAt = performance.now();
  return {
    laps,
    lap(name: string) {
      laps[name] = Math.round(performance.now() - startedAt);
      startedAt = performance.now();
    },
  };
}

/** Partners accept what is more than a month old, all but one, who does not agree. */
async function answerStatements(inTenant: Within): Promise<void> {
  await inTenant(async (ctx) => {
    const open = await ctx.tx.query<{ statement_id: string; partner: number; period_on: string }>(
      `select statement_id, partner_customer_id as partner, period_on from settlement.statements
        where tenant_id = $1 and state = 'open' and period_on < date_trunc('month', $2::timestamptz - interval '1 month')
        order by period_on, total_minor desc, statement_id limit 2000`,
      [ctx.tenantId, ctx.now],
    );
    const disputed = open.findLast(({ period_on }) => period_on === open.at(-1)?.period_on)?.statement_id;
    for (const { statement_id: statementId, partner } of open) {
      await answerStatement(
        ctx,
        partner,
        statementId,
        statementId === disputed
          ? { answer: 'disputed', reason: '有一笔订单退货后重新下单，请核对' }
          : { answer: 'accepted', reason: '' },
      );
    }
  });
}
