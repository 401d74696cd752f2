import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { truthFile } from '#demo';
import type { Config } from '#platform/config';

import type { BrushingRing } from './brushing.ts';
import { identifiersOn } from './population.ts';
import type { Population } from './population.ts';

/** Who really owns which identifier and which orders are fake, for measuring what the product finds out by itself. */
export function writeTruth(
  config: Config,
  { people, tablets, clerkPhones }: Population,
  rings: readonly BrushingRing[],
  story: { readonly seed: number; readonly customers: number; readonly months: number },
): void {
  const path = truthFile(config);
  mkdirSync(dirname(path), { recursive: true });
  const persons = people.map((person) => ({
    id: person.id,
    identifiers: (['mall', 'tmall', 'douyin', 'store'] as const).flatMap((channel) =>
      identifiersOn(person, channel).map(({ kind, scope, value }) => `${kind}|${scope}|${value}`),
    ),
    devices: person.devices,
  }));
  const brushing = rings.map(({ id, channel, phones, buyers, purchases }) => ({
    ring: id,
    channel,
    phones,
    buyers,
    orders: purchases.map(({ order }) => ({ sourceId: order.sourceId, sourceOrderNo: order.sourceOrderNo })),
  }));
  writeFileSync(path, JSON.stringify({ ...story, tablets, clerkPhones, persons, brushing }), { mode: 0o600 });
}
