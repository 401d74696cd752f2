import { seedDemo } from '../seed/load.ts';
import { readArguments } from './arguments.ts';
import { endProgress, showProgress } from './progress.ts';
import { removeDemoData } from './remove-demo.ts';
import { withProduct } from './with-product.ts';

const usage = `shuke seed [--customers 20000] [--months 12] [--seed 7] [--tenant 1]
       shuke seed --remove [--yes] [--with-own-data] [--tenant 1]`;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  customers: text,
  months: text,
  seed: text,
  tenant: text,
  remove: flag,
  yes: flag,
  'with-own-data': flag,
} as const;

/** `shuke seed`: fills the demo brand, the same numbers with the same story; with `--remove` empties it again. */
export async function seedCommand(args: readonly string[]): Promise<number> {
  const values = readArguments(args, options, usage)?.values;
  if (!values) return 2;
  const story = {
    customers: Number(values.customers ?? 20_000),
    months: Number(values.months ?? 12),
    seed: Number(values.seed ?? 7),
    tenantId: Number(values.tenant ?? 1),
  };
  if (Object.values(story).some((value) => !Number.isSafeInteger(value) || value < 1)) {
    console.log(`Numbers must be whole and positive.\nUsage: ${usage}`);
    return 2;
  }
  if (values.remove === true) {
    const wish = {
      tenantId: story.tenantId,
      isSure: values.yes === true,
      withOwnData: values['with-own-data'] === true,
    };
    return withProduct((product) => removeDemoData(product, wish));
  }
  return withProduct(
    async (product) => {
      const seeded = await seedDemo(product, { ...story, progress: showProgress });
      endProgress();
      if (seeded.isRepeated) {
        console.log('The brand holds this very story already; nothing was changed.');
        return 0;
      }
      const { customers, orders, shares, statements, events, eventsPerSecond, tookMs } = seeded;
      console.log(
        `Seeded ${customers.toLocaleString()} people, ${orders.toLocaleString()} orders, ${shares.toLocaleString()} shares, ` +
          `${statements.toLocaleString()} statements, ${events.toLocaleString()} events (${eventsPerSecond.toLocaleString()} events/s into the log).`,
      );
      console.log(
        Object.entries(tookMs)
          .map(([part, ms]) => `  ${part.padEnd(10)} ${(ms / 1_000).toFixed(1)} s`)
          .join('\n'),
      );
      return 0;
    },
    { warehouse: false },
  );
}
