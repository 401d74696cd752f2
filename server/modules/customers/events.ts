import type { Tx } from '#platform/database';
import { emit } from '#platform/outbox';

import type { Assignment } from './assign-customers.ts';
import type { MergeEntry } from './record-change.ts';

/** Announces who was created, became known, was absorbed or left: `Customer Created`, `… Identified`, `… Merged`, `… Split`. */
export async function announceIdentity(
  tx: Tx,
  { tenantId, now, cause }: { tenantId: number; now: Date; cause: string },
  { created, changed }: Assignment,
  {
    entries,
    version,
    seenFrom,
    wasKnown,
  }: {
    entries: readonly MergeEntry[];
    version: number;
    seenFrom: (customerId: number) => Date;
    wasKnown: (customerId: number) => boolean;
  },
): Promise<void> {
  const identified = changed.filter(
    ({ customerId, isKnown, mergedInto }) => mergedInto === null && isKnown && !wasKnown(customerId),
  );
  await emit({ tx }, [
    ...created.map(({ customerId, isKnown }) => ({
      tenantId,
      name: 'Customer Created',
      messageId: `customer-created:${customerId}`,
      occurredAt: seenFrom(customerId),
      customerId,
      properties: { known: isKnown, cause },
    })),
    ...identified.map(({ customerId }) => ({
      tenantId,
      name: 'Customer Identified',
      messageId: `customer-identified:${customerId}:${version}`,
      occurredAt: now,
      customerId,
      properties: { cause },
    })),
    ...entries.map(({ mergeId, kind, fromId, toId, identifierIds }) => ({
      tenantId,
      name: kind === 'merge' ? 'Customer Merged' : 'Customer Split',
      messageId: `customer-${kind}:${mergeId}`,
      occurredAt: now,
      customerId: toId,
      // The identifiers are the origins of the facts that moved, and their subjects in the warehouse.
      properties: { from_customer_id: fromId, to_customer_id: toId, origin_ids: identifierIds, version, cause },
    })),
  ]);
}
