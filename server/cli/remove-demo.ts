import { createInterface } from 'node:readline/promises';

import { findOwnData, findSeeding, isNone, OwnDataPresent, removeDemo } from '#demo';
import { everyStore } from '#platform/context';
import { runPipeline } from '#platform/log/pipeline';
import { migrateWarehouse } from '#platform/warehouse/migrate';

import { subscriptions, warehouseMigrations } from '../app.ts';
import { resolveCustomers } from '../pipeline.ts';
import { endProgress, showProgress } from './progress.ts';
import type { Product } from './with-product.ts';

export interface RemovalWish {
  readonly tenantId: number;
  /** Asks nobody. */
  readonly isSure: boolean;
  readonly withOwnData: boolean;
}

/** `shuke seed --remove`: says what goes, asks, and empties the demo brand. Returns the exit code. */
export async function removeDemoData(
  product: Product,
  { tenantId, isSure, withOwnData }: RemovalWish,
): Promise<number> {
  const { database, services, logger } = product;
  const found = await database.work({ tenantId, scope: everyStore }, async (tx) => {
    const seeding = await findSeeding({ tx, tenantId });
    return seeding && { seeding, own: await findOwnData({ tx, tenantId }, seeding) };
  });
  if (!found) {
    console.log('There is no demo data to remove.');
    return 0;
  }
  const { seeding, own } = found;
  if (!isNone(own) && !withOwnData) {
    console.log(`${new OwnDataPresent(own).message}\nTo remove all of it: shuke seed --remove --with-own-data`);
    return 1;
  }
  console.log(
    `This removes the demo brand's ${seeding.customers.toLocaleString()} people and ${seeding.months} months of orders, goods, coupons, points, ` +
      `commissions, messages, journeys, segments, events, stores and demo staff.\n` +
      (isNone(own)
        ? ''
        : `With it go ${own.orders.toLocaleString()} orders, ${own.events.toLocaleString()} events and ${own.customers.toLocaleString()} customers of your own.\n`) +
      `Company, brand, administrators, roles and the audit log stay. It cannot be taken back (except by a backup).`,
  );
  if (!isSure && !(await confirmed())) {
    console.log('Nothing was removed.');
    return 2;
  }
  // A brand that was never started has no warehouse tables yet, which is no fault.
  await migrateWarehouse(services.warehouse, warehouseMigrations);
  const stopPipeline = new AbortController();
  const pipeline = runPipeline({
    database,
    services,
    logger,
    resolve: resolveCustomers,
    subscriptions,
    signal: stopPipeline.signal,
  });
  try {
    const removed = await removeDemo(
      { database, services, logger, signal: product.signal },
      {
        tenantId,
        actor: { kind: 'system', name: 'shuke seed --remove' },
        withOwnData,
        onStep: (step) => showProgress(`removing: ${step}`),
      },
    );
    endProgress();
    console.log(`Removed ${removed.rows.toLocaleString()} rows and ${removed.events.toLocaleString()} events.`);
    return 0;
  } finally {
    stopPipeline.abort();
    await pipeline;
  }
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    console.log('Say --yes to remove it without being asked.');
    return false;
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await prompt.question('Remove it? [y/N] ')).trim());
  } finally {
    prompt.close();
  }
}
