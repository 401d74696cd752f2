import type { Tx } from '#platform/database';
import type { RunningDefinition } from '#platform/definitions';
import { newId } from '#platform/ids';

import type { Journey } from './graph.ts';

/** Someone who is to enter a journey, and why. */
export interface Entrant {
  readonly customerId: number;
  /** Message id of the event, or the id of the one-off entry: the same cause never starts two runs. */
  readonly entryKey: string;
}

export type RunningJourney = RunningDefinition<Journey>;

/**
 * Lets customers into a journey, in one statement: not those who are in it now, nor, without re-entry, who ever were; not more than its
 * limit. Their first step is due at once. Returns how many entered.
 */
export async function enterJourney(tx: Tx, journey: RunningJourney, entrants: readonly Entrant[]): Promise<number> {
  const { content } = journey;
  if (entrants.length === 0 || content.start === null) return 0;
  // The limit is counted under a lock, or two batches could each fill the last places.
  if (content.maxEntrants !== null) {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended($1, 7301))`, [journey.definitionId]);
  }
  const unique = [...new Map(entrants.map((entrant) => [entrant.customerId, entrant])).values()];
  return tx.execute(
    `insert into journeys.runs (tenant_id, run_id, journey_id, version, customer_id, origin_customer_id, entry_key, node_id, due_at, started_at)
     select $1, e.run_id, $2, $3, e.customer_id, e.customer_id, e.entry_key, $4, now(), now()
       from unnest($5::uuid[], $6::bigint[], $7::text[]) e(run_id, customer_id, entry_key)
       join customers.people p on p.tenant_id = $1 and p.customer_id = e.customer_id
      where not exists (select from journeys.runs r where r.tenant_id = $1 and r.journey_id = $2 and r.customer_id = e.customer_id
                           and (r.ended_at is null or $8))
      order by e.run_id
      limit case when $9::int is null then null
                 else greatest($9::int - (select count(*) from journeys.runs r where r.tenant_id = $1 and r.journey_id = $2), 0) end
     on conflict do nothing`,
    [
      journey.tenantId,
      journey.definitionId,
      journey.version,
      content.start,
      unique.map(() => newId()),
      unique.map(({ customerId }) => customerId),
      unique.map(({ entryKey }) => entryKey),
      content.reentry === 'never',
      content.maxEntrants,
    ],
  );
}
