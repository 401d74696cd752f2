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
import { generatePopulation } from './identity-population.ts';
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
 * Identifies a made-up town from its evidence, in an installation of its own, and compares the customers with the truth the generator
 * kept aside: of the pairs of identifiers we call one person's how many are (precision), of those that are how many we found (recall).
 */
export async function* run(args: readonly string[]): AsyncGenerator<Figure> {
  const settings = {
    customers: option(args, 'customers', 20_000),
    months: option(args, 'months', 12),
    seed: option(args, 'seed', 7),
  };
  const dataDir = await mkdtemp(join(tmpdir(), 'shuke-bench-'));
  try {
    const config = readConfig({ SHUKE_DATA: dataDir, SHUKE_LOG_LEVEL: 'error' });
    const figures = await withEngines(
      config,
      createLogger('bench', 'error'),
      async ({ databaseUrls }) => {
        await prepareSchema(databaseUrls.owner);
        const database = openDatabase(databaseUrls);
        try {
          return await measure({ database, services: openServices(config, database, 'http://127.0.0.1:9') }, settings);
        } finally {
          await database.close();
        }
      },
      { warehouse: false },
    );
    yield* figures;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(means: Means, settings: { customers: number; months: number; seed: number }): Promise<Figure[]> {
  const truth = generatePopulation(settings);
  const first = await feed(means, truth.evidence);
  const again = await feed(means, truth.evidence);
  const { precision, recall, identifiers } = await compare(means, truth);
  const town = `${settings.customers} people, ${identifiers} identifiers, ${truth.evidence.length} records, seed ${settings.seed}`;
  return [
    { name: 'identity_precision', value: precision, unit: 'ratio', context: `pairs of identifiers; ${town}` },
    { name: 'identity_recall', value: recall, unit: 'ratio', context: `pairs of identifiers; ${town}` },
    {
      name: 'identity_pairs_per_second',
      value: Math.round(first),
      unit: 'pairs/s',
      context: `from nothing, batches of ${batchSize}, fsync on`,
    },
    {
      name: 'identity_known_pairs_per_second',
      value: Math.round(again),
      unit: 'pairs/s',
      context: 'the same records once more',
    },
  ];
}

/** Identifier pairs per second of the whole stream; a record of one identifier counts as one. */
async function feed({ database, services }: Means, evidence: readonly Evidence[]): Promise<number> {
  const startedAt = performance.now();
  let pairs = 0;
  for (let from = 0; from < evidence.length; from += batchSize) {
    const batch = evidence.slice(from, from + batchSize);
    await database.work(everyTenant, (tx) => identify({ tx, now: new Date(), vaults: services.vaults }, batch));
    for (const { identifiers } of batch) pairs += Math.max(1, (identifiers.length * (identifiers.length - 1)) / 2);
  }
  return (pairs * 1_000) / (performance.now() - startedAt);
}

async function compare({ database, services }: Means, { personOf }: IdentityTruth) {
  const groups = await database.work(everyTenant, async (tx) => {
    const customerOf = await readCustomers(tx, services, [...personOf.keys()]);
    return [...personOf].flatMap(([key, person]) => {
      const customer = customerOf.get(key);
      return customer === undefined ? [] : [{ person, customer }];
    });
  });
  const pairs = (keyOf: (one: { person: string; customer: number }) => string) => {
    const sizes = new Map<string, number>();
    for (const one of groups) sizes.set(keyOf(one), (sizes.get(keyOf(one)) ?? 0) + 1);
    return [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  };
  const both = pairs(({ person, customer }) => `${person} ${customer}`);
  return {
    precision: both / pairs(({ customer }) => String(customer)),
    recall: both / pairs(({ person }) => person),
    identifiers: groups.length,
  };
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
