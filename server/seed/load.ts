import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { identify } from '#customers';
import { recordOrders } from '#orders';
import type { NewOrder } from '#orders';
import type { Config } from '#platform/config';
import { everyStore } from '#platform/context';
import type { Context } from '#platform/context';
import type { Database } from '#platform/database';
import type { LogEvent } from '#platform/log/event';
import { openLogWriter } from '#platform/log/writer';
import type { LogWriter } from '#platform/log/writer';
import type { Logger } from '#platform/logger';
import type { Services } from '#platform/services';
import { createShare, recordVisit } from '#referral';
import { computeRfmRun, requestRfmRun } from '#tags';

import { demoSource, fillCatalogue, foundStores, prepareMarketing } from './found-shop.ts';
import type { Within } from './found-shop.ts';
import { identifiersOn, populate } from './population.ts';
import type { Person, Population } from './population.ts';
import { seededRandom } from './random.ts';
import type { Random } from './random.ts';
import { dayMs, tell } from './story.ts';
import type { Behaviour, Stage } from './story.ts';

export interface SeedOptions {
  readonly customers: number;
  readonly months: number;
  readonly seed: number;
  readonly tenantId: number;
  /** Local day on which the story ends; today when absent. */
  readonly until?: Date;
  readonly progress: (text: string) => void;
}

export interface SeedMeans {
  readonly config: Config;
  readonly database: Database;
  readonly services: Services;
  readonly logger: Logger;
}

export interface Seeded {
  readonly customers: number;
  readonly orders: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly shares: number;
}

const chunk = 250;

function within({ database, services }: SeedMeans, tenantId: number): Within {
  return (work, now) =>
    database.work({ tenantId, scope: everyStore }, async (tx) => {
      const [clock] = await tx.query<{ now: Date }>(`select now() as now`);
      const ctx: Context = {
        tx,
        tenantId,
        actor: { kind: 'system', name: 'seed' },
        scope: everyStore,
        permissions: new Set(),
        now: now ?? clock?.now ?? new Date(),
        locale: 'zh-CN',
        requestId: 'seed',
        client: { ip: '127.0.0.1', userAgent: 'shuke seed' },
        services,
      };
      return work(ctx);
    });
}

/**
 * Fills the demo brand through the same doors as everybody: catalogue, orders of four channels, behaviour into the log, shares. Running it
 * again with the same numbers changes nothing. What really is whose goes to `seed-truth.json` in the data folder, not into the product.
 */
export async function seedDemo(means: SeedMeans, options: SeedOptions): Promise<Seeded> {
  const { tenantId, customers, months, seed, progress } = options;
  const inTenant = within(means, tenantId);
  const random = seededRandom(seed);
  const until = options.until ?? new Date();
  const days = Math.round((months * 365) / 12);
  const startMs = Math.floor(until.getTime() / dayMs) * dayMs - days * dayMs;
  progress('stores and staff');
  const storeIds = await foundStores(inTenant);
  const goods = await fillCatalogue(inTenant, storeIds, progress);
  await prepareMarketing(inTenant);
  const population = populate(random.fork('people'), { customers, days, stores: storeIds.length });
  const stage: Stage = { startMs, days, goods, storeIds, population };
  const told = await tellEverybody(means, inTenant, stage, random, options);
  progress('shares');
  const shares = await shareAround(
    inTenant,
    random.fork('shares'),
    population,
    told.mallOrders,
    goods.map(({ productId }) => productId),
  );
  writeTruth(means.config, population, options);
  progress('RFM');
  const runId = await inTenant(requestRfmRun);
  await computeRfmRun(means, tenantId, runId);
  return { customers, orders: told.orders, events: told.events, eventsPerSecond: told.eventsPerSecond, shares };
}

interface MallOrder {
  readonly person: Person;
  readonly at: number;
}

async function tellEverybody(
  means: SeedMeans,
  inTenant: Within,
  stage: Stage,
  random: Random,
  { customers, tenantId, seed, progress }: SeedOptions,
) {
  const sourceId = await demoSource(inTenant);
  const writer = openLogWriter({ database: means.database, vaults: means.services.vaults, logger: means.logger });
  const stories = random.fork('stories');
  const mallOrders: MallOrder[] = [];
  let orders = 0;
  let events = 0;
  let eventMs = 0;
  try {
    for (let from = 0; from < customers; from += chunk) {
      const chapters = stage.population.people.slice(from, from + chunk).map((person) => tell(stories, stage, person));
      const bought = chapters.flatMap((chapter) => chapter.orders);
      for (const { person, orders: own } of chapters) {
        for (const { channel, head } of own)
          if (channel === 'mall' && head?.paidAt) mallOrders.push({ person, at: head.paidAt.getTime() });
      }
      await record(inTenant, bought);
      orders += bought.length;
      const log = chapters.flatMap(({ person, behaviour }) =>
        behaviour.map((act, index) => toEvent(act, { tenantId, sourceId }, `seed-${seed}-${person.id}-${index}`)),
      );
      const startedAt = performance.now();
      await append(writer, log);
      eventMs += performance.now() - startedAt;
      events += log.length;
      progress(
        `customers ${Math.min(from + chunk, customers).toLocaleString()} of ${customers.toLocaleString()}, orders ${orders.toLocaleString()}, events ${events.toLocaleString()}`,
      );
    }
  } finally {
    await writer.close();
  }
  return { orders, events, mallOrders, eventsPerSecond: eventMs === 0 ? 0 : Math.round((events * 1_000) / eventMs) };
}

async function record(inTenant: Within, orders: readonly NewOrder[]): Promise<void> {
  for (let from = 0; from < orders.length; from += 1_000) {
    await inTenant((ctx) => recordOrders(ctx, orders.slice(from, from + 1_000)));
  }
}

function toEvent(
  act: Behaviour,
  { tenantId, sourceId }: { tenantId: number; sourceId: number },
  messageId: string,
): LogEvent {
  return {
    tenantId,
    sourceId,
    messageId,
    type: act.type,
    name: act.name,
    occurredAt: act.at,
    receivedAt: Date.now(),
    identifiers: act.identifiers,
    properties: act.properties,
    traits: act.traits,
  };
}

/** Several appends at once share a commit, as requests of many visitors do. */
async function append(writer: LogWriter, events: readonly LogEvent[]): Promise<void> {
  const parts: Promise<void>[] = [];
  for (let from = 0; from < events.length; from += 100) parts.push(writer.append(events.slice(from, from + 100)));
  await Promise.all(parts);
}

/** A quarter of the mall's orders came by a link: of somebody who had bought before, or of somebody who came by a link themselves. */
async function shareAround(
  inTenant: Within,
  random: Random,
  population: Population,
  mallOrders: readonly MallOrder[],
  productIds: readonly string[],
): Promise<number> {
  const inOrder = mallOrders.toSorted((a, b) => a.at - b.at);
  const ids = await customerIds(inTenant, [...new Set(inOrder.map(({ person }) => person))]);
  const cameBy = new Map<number, string>();
  const sharers: Person[] = [];
  let shares = 0;
  for (const { person, at } of inOrder) {
    const buyer = ids.get(person.id);
    // Few people share a lot: earlier sharers are more likely to share again.
    const sharer =
      sharers.length > 3 && random.chance(0.25) ? sharers[Math.floor(sharers.length * random.next() ** 2)] : undefined;
    const sharerId = sharer === undefined ? undefined : ids.get(sharer.id);
    if (sharer !== undefined && sharerId !== undefined && buyer !== undefined && sharerId !== buyer) {
      const when = new Date(at - random.int(1, 8) * dayMs);
      const trace = await inTenant(
        (ctx) =>
          createShare(ctx, {
            customerId: sharerId,
            sharedKind: 'product',
            sharedId: random.pick(productIds),
            parentCode: cameBy.get(sharer.id),
          }),
        when,
      );
      await inTenant(
        (ctx) => recordVisit(ctx, { code: trace.code, customerId: buyer }),
        new Date(when.getTime() + random.int(5, 600) * 60_000),
      );
      for (let more = random.int(0, 3); more > 0; more -= 1) {
        const other = ids.get(random.pick(population.people).id);
        if (other !== undefined)
          await inTenant(
            (ctx) => recordVisit(ctx, { code: trace.code, customerId: other }),
            new Date(when.getTime() + random.int(5, 900) * 60_000),
          );
      }
      cameBy.set(person.id, trace.code);
      shares += 1;
    }
    if (random.chance(0.3)) sharers.push(person);
  }
  return shares;
}

async function customerIds(inTenant: Within, people: readonly Person[]): Promise<ReadonlyMap<number, number>> {
  const ids = new Map<number, number>();
  for (let from = 0; from < people.length; from += 2_000) {
    const part = people.slice(from, from + 2_000);
    const found = await inTenant((ctx) =>
      identify(
        { tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults },
        part.map((person) => ({
          tenantId: ctx.tenantId,
          identifiers: identifiersOn(person, 'mall'),
          at: ctx.now,
          sourceId: 0,
          cause: 'sign_in',
        })),
      ),
    );
    part.forEach((person, index) => {
      const customerId = found[index]?.customerId;
      if (customerId != null) ids.set(person.id, customerId);
    });
  }
  return ids;
}

/** Who really owns which identifier, for measuring OneID; never read by the product. */
function writeTruth(
  { dataDir }: Config,
  { people, tablets, clerkPhones }: Population,
  { seed, customers, months }: SeedOptions,
): void {
  const path = join(dataDir, 'seed-truth.json');
  mkdirSync(dirname(path), { recursive: true });
  const persons = people.map((person) => ({
    id: person.id,
    identifiers: (['mall', 'tmall', 'douyin', 'store'] as const).flatMap((channel) =>
      identifiersOn(person, channel).map(({ kind, scope, value }) => `${kind}|${scope}|${value}`),
    ),
    devices: person.devices,
  }));
  writeFileSync(path, JSON.stringify({ seed, customers, months, tablets, clerkPhones, persons }), { mode: 0o600 });
}
