import type { Evidence } from '../server/modules/customers/evidence.ts';
import type { IdentifierRef } from '../server/platform/log/event.ts';
import { categories } from '../server/seed/brand.ts';
import { brush } from '../server/seed/brushing.ts';
import { identifiersOn, populate } from '../server/seed/population.ts';
import { seededRandom } from '../server/seed/random.ts';
import { tell } from '../server/seed/story.ts';
import { truthKey } from './identity-population.ts';
import type { IdentityTruth } from './identity-population.ts';

const stores = 12;

/** The demo brand's people and what its shops report about them, without a database. */
export function generateDemo({
  customers,
  months,
  seed,
}: {
  customers: number;
  months: number;
  seed: number;
}): IdentityTruth {
  const random = seededRandom(seed);
  const days = Math.round((months * 365) / 12);
  const population = populate(random.fork('people'), { customers, days, stores });
  const goods = categories.map((category, index) => ({
    skuId: `sku-${index}`,
    productId: `product-${index}`,
    code: `C${index}`,
    title: '商品',
    spec: '默认',
    category,
    priceFen: 9_900,
  }));
  const startMs = Date.UTC(2025, 0, 1);
  const storeIds = Array.from({ length: stores }, (_, index) => index + 1);
  const stage = { startMs, days, goods, storeIds, population };
  const stories = random.fork('stories');
  const chapters = population.people.map((person) => tell(stories, stage, person));
  const rings = brush(random.fork('brushing'), stage);
  const told = [...chapters, ...rings.map(({ purchases, reviews }) => ({ purchases, behaviour: reviews }))];
  const evidence = told.flatMap(({ purchases, behaviour }): Evidence[] => [
    ...purchases.map(({ order }): Evidence => ({
      tenantId: 1,
      identifiers: order.buyer ?? [],
      at: order.head.placedAt,
      sourceId: order.sourceId,
      cause: 'order',
    })),
    ...behaviour.map(({ at, type, identifiers }): Evidence => ({
      tenantId: 1,
      identifiers,
      at: new Date(at),
      sourceId: 9,
      cause: type === 'identify' ? 'identify' : 'event',
    })),
  ]);
  const owners = new Map<string, Set<string>>();
  const own = (ref: IdentifierRef, owner: string) =>
    owners.set(truthKey(ref), (owners.get(truthKey(ref)) ?? new Set()).add(owner));
  for (const person of population.people) {
    for (const channel of ['mall', 'tmall', 'douyin', 'store'] as const) {
      for (const ref of identifiersOn(person, channel)) own(ref, `p${person.id}`);
    }
    for (const value of person.devices) own({ kind: 'device', scope: '', value }, `p${person.id}`);
  }
  for (const value of population.tablets) own({ kind: 'device', scope: '', value }, value);
  // Nobody knows who is behind the accounts of a ring; each counts for itself.
  for (const { purchases } of rings)
    for (const { order } of purchases) for (const ref of order.buyer ?? []) own(ref, `ring ${ref.value}`);
  for (const value of population.clerkPhones) own({ kind: 'phone', scope: '', value }, `clerk ${value}`);
  return {
    evidence: evidence.toSorted((x, y) => x.at.getTime() - y.at.getTime()),
    // A phone two people really share is neither's alone.
    personOf: new Map([...owners].flatMap(([key, [first, second]]) => (first && !second ? [[key, first]] : []))),
  };
}
