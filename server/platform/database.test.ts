import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { together } from '#platform/database';
import type { Tx } from '#platform/database';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

const everything = { tenantId: null, scope: { all: true } } as const;
let opened: TestDatabase;

beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

const work = <T>(act: (tx: Tx) => Promise<T>): Promise<T> => opened.database.work(everything, act);

describe('statements started together', () => {
  test('run in the order they were started and answer each its own', async () => {
    const answers = await work(async (tx) => {
      await tx.execute('create temporary table n (value int) on commit drop');
      return together([
        tx.execute('insert into n values (1), (2)'),
        tx.query<{ sum: number }>('select sum(value)::int as sum from n'),
        tx.execute('delete from n where value = $1', [1]),
        tx.query<{ sum: number }>('select sum(value)::int as sum from n'),
      ]);
    });
    expect(answers).toEqual([2, [{ sum: 3 }], 1, [{ sum: 2 }]]);
  });

  test('are all over before a failure is told, so that none of them writes behind a rollback', async () => {
    const kept = await work(async (tx) => {
      await tx.execute('create temporary table n (value int) on commit drop');
      const slow = async () => {
        await tx.query('select pg_sleep(0.05)');
        for (const value of [1, 2, 3]) await tx.execute('insert into n values ($1)', [value]);
      };
      await tx
        .savepoint(() => together([Promise.reject(new Error('refused')), slow()]))
        .catch((error: unknown) => expect(error).toMatchObject({ message: 'refused' }));
      return tx.query('select value from n');
    });
    expect(kept).toEqual([]);
  });
});

test('a statement started after its transaction has ended is refused and reaches nobody else', async () => {
  let late: Tx | undefined;
  await work(async (tx) => {
    late = tx;
  });
  await expect(late?.query('select 1')).rejects.toThrow('after its transaction had ended');
});

test('a plain read knows the time of the database', async () => {
  const visibility = { tenantId: opened.tenantId, scope: { all: true } } as const;
  for (let reads = 0; reads < 3; reads += 1) {
    const [told, asked] = await opened.database.read(visibility, async (tx) => {
      const [row] = await tx.query<{ now: Date }>('select clock_timestamp() as now');
      return [tx.now, row?.now ?? new Date(0)];
    });
    expect(Math.abs(asked.getTime() - told.getTime())).toBeLessThan(5_000);
  }
});
