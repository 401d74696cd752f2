import { identify } from '#customers';
import type { Context } from '#platform/context';
import { createShare, recordVisit } from '#referral';

import { identifiersOn } from './population.ts';
import type { Person } from './population.ts';
import type { Random } from './random.ts';
import { dayMs } from './stage.ts';
import type { Within } from './within.ts';

/** A member's order in the mall, for which a link may have been opened before. */
export interface MallOrder {
  readonly person: Person;
  readonly at: number;
}

interface Sharer {
  readonly person: Person;
  readonly customerId: number;
}

/** How people tell each other about the shop, month after month. */
export interface Sharing {
  /** Makes the links and visits that came before these orders; returns how many links were shared. */
  before(orders: readonly MallOrder[]): Promise<number>;
}

const perTransaction = 50;

/** Few people share a lot, and who came by a link passes it on more often than others: chains grow several levels deep. */
export function openSharing(
  inTenant: Within,
  random: Random,
  { productIds }: { productIds: readonly string[] },
): Sharing {
  const ids = new Map<number, number>();
  const cameBy = new Map<number, string>();
  const sharers: Sharer[] = [];
  const chained: Sharer[] = [];

  const pickSharer = (): Sharer | undefined => {
    if (sharers.length <= 3 || !random.chance(0.42)) return undefined;
    if (chained.length > 0 && random.chance(0.5)) return random.pick(chained.slice(-40));
    return sharers[Math.floor(sharers.length * random.next() ** 2)];
  };
  const shareWith = async (ctx: Context, sharer: Sharer, buyer: Sharer, at: number): Promise<void> => {
    const when = at - random.int(1, 8) * dayMs;
    const trace = await createShare(
      { ...ctx, now: new Date(when) },
      {
        customerId: sharer.customerId,
        sharedKind: 'product',
        sharedId: random.pick(productIds),
        parentCode: cameBy.get(sharer.person.id),
      },
    );
    const visit = (customerId: number, within: number) =>
      recordVisit({ ...ctx, now: new Date(when + random.int(5, within) * 60_000) }, { code: trace.code, customerId });
    await visit(buyer.customerId, 600);
    for (let more = random.int(0, 3); more > 0; more -= 1) await visit(random.pick(sharers).customerId, 900);
    if (!cameBy.has(buyer.person.id)) chained.push(buyer);
    cameBy.set(buyer.person.id, trace.code);
  };

  return {
    async before(orders) {
      const inOrder = orders.toSorted((a, b) => a.at - b.at || a.person.id - b.person.id);
      await learnIds(inTenant, ids, inOrder);
      let shares = 0;
      for (let from = 0; from < inOrder.length; from += perTransaction) {
        await inTenant(async (ctx) => {
          for (const { person, at } of inOrder.slice(from, from + perTransaction)) {
            const customerId = ids.get(person.id);
            const sharer = pickSharer();
            if (customerId === undefined) continue;
            if (sharer !== undefined && sharer.customerId !== customerId) {
              await shareWith(ctx, sharer, { person, customerId }, at);
              shares += 1;
            }
            if (random.chance(0.3)) sharers.push({ person, customerId });
          }
        });
      }
      return shares;
    },
  };
}

/** Who the members are to the shop: they signed in to the mall before they bought. */
async function learnIds(inTenant: Within, ids: Map<number, number>, orders: readonly MallOrder[]): Promise<void> {
  const unknown = orders.filter(({ person }) => !ids.has(person.id));
  const first = [...new Map(unknown.toReversed().map((order) => [order.person.id, order])).values()].toReversed();
  for (let from = 0; from < first.length; from += 1_000) {
    const part = first.slice(from, from + 1_000);
    const found = await inTenant((ctx) =>
      identify(
        { tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults },
        part.map(({ person, at }) => ({
          tenantId: ctx.tenantId,
          identifiers: identifiersOn(person, 'mall'),
          at: new Date(at),
          sourceId: 0,
          cause: 'sign_in',
        })),
      ),
    );
    part.forEach(({ person }, index) => {
      const customerId = found[index]?.customerId;
      if (customerId !== null && customerId !== undefined) ids.set(person.id, customerId);
    });
  }
}
