import { randomUUID } from 'node:crypto';

import { identify } from '#customers';
import { keepMarks } from '#demo';
import type { Seeding } from '#demo';
import { buyInSandbox } from '#mall';
import type { SandboxStage } from '#mall';

import { identifiersOn } from './population.ts';
import type { Random } from './random.ts';
import { receiverOf } from './receivers.ts';
import { dayMs } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Within } from './within.ts';

/** What waits for the shop's people on the first day: parcels to send, parcels under way, returns to decide. */
const waiting: readonly (readonly [SandboxStage, number])[] = [
  ['paid', 5],
  ['shipped', 4],
  ['received', 3],
  ['refund_requested', 3],
];

/**
 * Orders of the last days in our own mall, placed, paid and returned by the very steps a buyer takes, so that the shop's lists are not
 * empty; once. Their numbers are kept, as nothing else tells them from real ones.
 */
export async function shopToday(
  inTenant: Within,
  { marks }: Pick<Seeding, 'marks'>,
  stage: Stage,
  random: Random,
): Promise<void> {
  const members = stage.population.people.filter(({ member, habit }) => member !== null && habit !== 'browser');
  const stages = waiting.flatMap(([until, count]) => Array.from({ length: count }, () => until));
  let numbers = Array.isArray(marks['mallOrders']) ? marks['mallOrders'].map(String) : [];
  for (const [index, until] of stages.entries()) {
    if (index < numbers.length) continue;
    const own = random.fork(`today-${index}`);
    const person = members[own.int(0, members.length - 1)];
    if (!person) return;
    const goods = Array.from({ length: own.int(1, 3) }, () => own.pick(stage.goods).skuId);
    const at = new Date(Date.now() - own.int(1, 60) * (dayMs / 24));
    numbers = await inTenant(async (ctx) => {
      const [who] = await identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
        {
          tenantId: ctx.tenantId,
          identifiers: identifiersOn(person, 'mall'),
          at: ctx.now,
          sourceId: 0,
          cause: 'sign_in',
        },
      ]);
      if (!who || who.customerId === null) throw new Error('a member of the demo is nobody');
      const { address: street, ...receiver } = receiverOf(own, person);
      const orderNo = await buyInSandbox(ctx, {
        customerId: who.customerId,
        address: { ...receiver, street, isDefault: true },
        lines: [...new Set(goods)].map((skuId) => ({ skuId, quantity: 1 })),
        submitKey: randomUUID(),
        until,
      });
      const bought = [...numbers, orderNo];
      await keepMarks(ctx, { mallOrders: bought });
      return bought;
    }, at);
  }
}
