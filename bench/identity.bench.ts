import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { prepareSchema } from '../server/cli/prepare-schema.ts';
import type { Evidence } from '../server/modules/customers/evidence.ts';
import { identify } from '../server/modules/customers/identify.ts';
import { readEvidence } from '../server/modules/customers/read-evidence.ts';
import { readConfig } from '../server/platform/config.ts';
import { openDatabase } from '../server/platform/database.ts';
import type { Database, Tx } from '../server/platform/database.ts';
import { withEngines } from '../server/platform/engines/with-engines.ts';
import type { IdentifierRef } from '../server/platform/log/event.ts';
import { createLogger } from '../server/platform/logger.ts';
import { openServices } from '../server/services.ts';
import { generateDemo } from './identity-demo.ts';
import { generatePopulation, truthKey } from './identity-population.ts';
import type { IdentityTruth } from './identity-population.ts';

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly context: string;
}

interface Means {
  readonly database: Database;
  readonly services: ReturnType<typeof openServices>;
}

const everyTenant = { tenantId: null, scope: { all: true } } as const;
const batchSize = 5_000;
const option = (args: readonly string[], name: string, otherwise: number): number =>
  Number(args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise);

/**
 * Identifies two populations from their records, each in an installation of its own, and compares the customers with the truth their
 * generators keep aside: the demo brand's people, and a harder town of shared, borrowed, mistyped and recycled phones. Of the pairs of
 * identifiers we call one person's, how many are (precision); of those that a person's own records connect, how many we found (recall).
 */
export async function* run(args: readonly string[]): AsyncGenerator<Figure> {
  const settings = {
    customers: option(args, 'customers', 20_000),
    months: option(args, 'months', 12),
    seed: option(args, 'seed', 7),
  };
  yield* await inInstallation((means) => measure(means, 'identity', generateDemo(settings), settings));
  yield* await inInstallation((means) => measure(means, 'identity_town', generatePopulation(settings), settings));
}

async function inInstallation<T>(work: (means: Means) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shuke-bench-'));
  try {
    const config = readConfig({ SHUKE_DATA: dataDir, SHUKE_LOG_LEVEL: 'error' });
    return await withEngines(
      config,
      createLogger('bench', 'error'),
      async ({ databaseUrls }) => {
        await prepareSchema(databaseUrls.owner);
        const database = openDatabase(databaseUrls);
        try {
          return await work({ database, services: openServices(config, database, 'http://127.0.0.1:9') });
        } finally {
          await database.close();
        }
      },
      { warehouse: false },
    );
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(
  means: Means,
  name: string,
  truth: IdentityTruth,
  { customers, seed }: { customers: number; seed: number },
): Promise<Figure[]> {
  const first = await feed(means, truth.evidence);
  await feed(means, truth.evidence);
  const again = await feed(means, truth.evidence);
  const { precision, recall, identifiers } = await compare(means, truth);
  const whose = `${customers} people, ${identifiers} identifiers, ${truth.evidence.length} records, seed ${seed}`;
  const speed = (rate: Rate) => `batches of ${batchSize}, fsync on; ${Math.round(rate.perCpuS)} per CPU-second of Node`;
  return [
    { name: `${name}_precision`, value: precision, unit: 'ratio', context: `pairs of identifiers; ${whose}` },
    { name: `${name}_recall`, value: recall, unit: 'ratio', context: `pairs of identifiers; ${whose}` },
    {
      name: `${name}_pairs_per_second`,
      value: Math.round(first.perS),
      unit: 'pairs/s',
      context: `from nothing, ${speed(first)}`,
    },
    {
      name: `${name}_known_pairs_per_second`,
      value: Math.round(again.perS),
      unit: 'pairs/s',
      context: `all known, ${speed(again)}`,
    },
  ];
}

interface Rate {
  readonly perS: number;
  readonly perCpuS: number;
}

/** Identifier pairs per second of the whole stream; a record of one identifier counts as one. */
async function feed({ database, services }: Means, evidence: readonly Evidence[]): Promise<Rate> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  let pairs = 0;
  for (let from = 0; from < evidence.length; from += batchSize) {
    const batch = evidence.slice(from, from + batchSize);
    await database.work(everyTenant, (tx) => identify({ tx, now: new Date(), vaults: services.vaults }, batch));
    for (const { identifiers } of batch) pairs += Math.max(1, (identifiers.length * (identifiers.length - 1)) / 2);
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    perS: (pairs * 1_000) / (performance.now() - startedAt),
    perCpuS: (pairs * 1_000_000) / (user + system),
  };
}

async function compare({ database, services }: Means, { personOf, evidence }: IdentityTruth) {
  const own = connectedByOwner(evidence, personOf);
  const groups = await database.work(everyTenant, async (tx) => {
    const customerOf = await readCustomers(tx, services, [...own.keys()]);
    return [...own].flatMap(([key, connected]) => {
      const customer = customerOf.get(key);
      return customer === undefined ? [] : [{ person: personOf.get(key) ?? '', connected, customer }];
    });
  });
  type One = (typeof groups)[number];
  const pairs = (keyOf: (one: One) => string) => {
    const sizes = new Map<string, number>();
    for (const one of groups) sizes.set(keyOf(one), (sizes.get(keyOf(one)) ?? 0) + 1);
    return [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  };
  return {
    precision: pairs(({ person, customer }) => `${person} ${customer}`) / pairs(({ customer }) => String(customer)),
    recall: pairs(({ connected, customer }) => `${connected} ${customer}`) / pairs(({ connected }) => connected),
    identifiers: groups.length,
  };
}

/**
 * The identifiers that some record shows together with another of the same person, with a name for all those records connect. One that
 * was only ever seen with somebody else's (a borrowed tablet) tells nobody whose it is.
 */
function connectedByOwner(evidence: readonly Evidence[], personOf: ReadonlyMap<string, string>): Map<string, string> {
  const up = new Map<string, string>();
  const root = (key: string): string => {
    let at = key;
    for (let next = up.get(at); next !== undefined && next !== at; next = up.get(at)) at = next;
    return at;
  };
  for (const { identifiers } of evidence) {
    const keys = identifiers.map(truthKey).filter((key) => personOf.has(key));
    for (const [index, one] of keys.entries()) {
      for (const other of keys.slice(index + 1)) {
        if (personOf.get(one) !== personOf.get(other)) continue;
        if (!up.has(one)) up.set(one, one);
        if (!up.has(other)) up.set(other, other);
        up.set(root(one), root(other));
      }
    }
  }
  return new Map([...up.keys()].map((key) => [key, root(key)]));
}

/** The customer each identifier of the truth belongs to today; a recycled number to its newest owner. */
async function readCustomers(
  tx: Tx,
  services: Means['services'],
  keys: readonly string[],
): Promise<Map<string, number>> {
  const vault = await services.vaults.forTenant(tx, 1);
  const refs = keys.map((key): IdentifierRef => {
    const [kind = '', scope = '', value = ''] = key.split(' ');
    return { kind, scope, value };
  });
  const marks = readEvidence(
    vault,
    refs.map((ref) => ({ tenantId: 1, identifiers: [ref], at: new Date(), sourceId: 1, cause: 'event' })),
  );
  const rows = await tx.query<{ value: Buffer; customer: number }>(
    `select distinct on (blind_index) blind_index as value, customer_id as customer from customers.identifiers
      where tenant_id = 1 order by blind_index, era desc`,
  );
  const customerOf = new Map(rows.map(({ value, customer }) => [value.toString('latin1'), customer]));
  return new Map(
    marks.flatMap(({ marks: [mark] }, index) => {
      const customer = mark && customerOf.get(mark.key);
      const key = keys[index];
      return customer === undefined || key === undefined ? [] : [[key, customer] as const];
    }),
  );
}
