import { seedDemo } from '../seed/load.ts';
import { showProgress } from './progress.ts';
import { option, withProduct } from './with-product.ts';

/** `shuke seed`: fills the demo brand; the same numbers give the same story. */
export async function seedCommand(args: readonly string[]): Promise<number> {
  const number = (name: string, fallback: number) => Number(option(args, name) ?? fallback);
  const options = {
    customers: number('customers', 20_000),
    months: number('months', 12),
    seed: number('seed', 7),
    tenantId: number('tenant', 1),
  };
  if (Object.values(options).some((value) => !Number.isSafeInteger(value) || value < 1)) {
    console.log('Usage: shuke seed [--customers=20000] [--months=12] [--seed=7]');
    return 2;
  }
  return withProduct(
    async (product) => {
      const seeded = await seedDemo(product, { ...options, progress: showProgress });
      process.stderr.write('\n');
      console.log(
        `Seeded ${seeded.customers.toLocaleString()} people, ${seeded.orders.toLocaleString()} orders, ${seeded.shares.toLocaleString()} shares, ` +
          `${seeded.events.toLocaleString()} events (${seeded.eventsPerSecond.toLocaleString()} events/s into the log).`,
      );
      return 0;
    },
    { warehouse: false },
  );
}
