import { afterAll, beforeAll, expect, test } from 'vitest';

import type { IdentifierRef } from '#platform/log/event';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import type { Evidence } from './evidence.ts';
import { identify } from './identify.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const id = (kind: string, value: string, scope = ''): IdentifierRef => ({ kind, scope, value });
const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n, 8));
const seen = (identifiers: IdentifierRef[], more: Partial<Evidence> = {}): Evidence => ({
  tenantId: db.tenantId,
  identifiers,
  at: day(0),
  sourceId: 1,
  cause: 'order',
  ...more,
});
const learn = (...evidence: Evidence[]) =>
  db.asPipeline((ctx) => identify({ ...ctx, vaults: ctx.services.vaults }, evidence));
const who = async (...evidence: Evidence[]) => (await learn(...evidence)).map(({ customerId }) => customerId);

test('joins what one order brings together, and finds the customer by any of it', async () => {
  const [first] = await who(seen([id('phone', '13911110001'), id('buyer_id', 'tb_1', 'tmall')]));
  const again = await who(seen([id('phone', '+86 139 1111 0001')]), seen([id('buyer_id', 'tb_1', 'tmall')]));
  expect(first).toEqual(expect.any(Number));
  expect(again).toEqual([first, first]);
});

test('merges two customers when evidence links them, and the absorbed id leads to the survivor for ever', async () => {
  const [a] = await who(seen([id('buyer_id', 'dy_2', 'douyin')]));
  const [b] = await who(seen([id('phone', '13911110002')]));
  expect(a).not.toBe(b);
  const [merged] = await who(seen([id('buyer_id', 'dy_2', 'douyin'), id('phone', '13911110002')]));
  expect([a, b]).toContain(merged);
  expect(await who(seen([id('phone', '13911110002')]))).toEqual([merged]);
});
