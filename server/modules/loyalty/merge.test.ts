import { afterAll, beforeAll, expect, test } from 'vitest';

import { customers, customerSummaries, identify } from '#customers';
import { auditBooks } from '#ledger';

import './index.ts';
import { at, openShop } from './testing/shop.ts';
import type { Shop } from './testing/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  await shop.publish({
    tiers: [
      { code: 'base', name: '普通', entry: { kind: 'everyone' } },
      { code: 'silver', name: '银卡', entry: { kind: 'spend', atLeastMinor: 500_000 } },
    ],
  });
});
afterAll(() => shop.db.close());

test('a customer known by two identities of two channels has one balance and one tier once they prove to be one person', async () => {
  const tmall = await shop.buy('shared-1', 300_000, at('2025-03-01'));
  const pos = await shop.buy('shared-2', 250_000, at('2025-03-02'), { channel: 'pos' });
  expect(tmall.customerId).not.toBe(pos.customerId);
  const phone = { kind: 'phone', scope: '', value: '13911110007' };
  const now = at('2025-03-03');
  const identities = await shop.within(now, async (ctx) => {
    const results = [];
    for (const [scope, value] of [
      ['tmall', 'shared-1'],
      ['pos', 'shared-2'],
    ] as const) {
      const identifiers = [{ kind: 'buyer_id', scope, value }, phone];
      const evidence = { tenantId: ctx.tenantId, identifiers, at: now, sourceId: 1, cause: 'test' };
      results.push(...(await identify({ ...ctx, vaults: ctx.services.vaults }, [evidence])));
    }
    return results;
  });
  const person = identities[1]?.customerId ?? 0;
  const other = person === tmall.customerId ? pos.customerId : tmall.customerId;
  await shop.deliver(now, [
    { name: 'Customer Merged', properties: { from_customer_id: other, to_customer_id: person } },
  ]);

  expect(await shop.pointsOf(person, at('2025-05-01'))).toMatchObject({ balance: 5_500, available: 5_500 });
  expect(await shop.pointsOf(other, at('2025-05-01'))).toMatchObject({ balance: 0 });
  expect(await shop.tierOf(person)).toBe('silver');
  expect(await shop.tierOf(other)).toBeNull();
  const checks = await shop.within(now, (ctx) => auditBooks(ctx));
  expect(checks.filter(({ faults }) => faults > 0)).toEqual([]);
});

test('the tier shows on the customer, and follows every change', async () => {
  const { customerId } = await shop.buy('shown-1', 600_000, at('2025-03-01'));
  const follow = customers.subscriptions?.find(({ name }) => name === 'customers.tiers');
  const [change] = (await shop.announced('Tier Changed', customerId)).slice(-1);
  const tell = async (properties: Record<string, unknown>, occurredAt: number) => {
    const event = {
      tenantId: shop.db.tenantId,
      sourceId: 0,
      messageId: String(occurredAt),
      type: 'track' as const,
      name: 'Tier Changed',
      occurredAt,
      receivedAt: occurredAt,
      identifiers: [],
      properties,
      resolvedCustomerId: customerId,
      originCustomerId: customerId,
      subjectKey: '1',
    };
    await shop.db.asPipeline(async (ctx) => follow?.handle(ctx, [event]));
  };
  const shown = () =>
    shop.within(at('2025-03-02'), async (ctx) => (await customerSummaries(ctx, [customerId]))[0]?.tierCode);
  await tell(change ?? {}, 1);
  expect(await shown()).toBe('silver');
  await tell({ ...change, tier: 'base', is_main: false }, 2);
  expect(await shown()).toBe('silver');
  await tell({ ...change, tier: '' }, 3);
  expect(await shown()).toBeNull();
});
