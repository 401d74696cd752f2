import { hash } from 'node:crypto';

import type { Tx } from '#platform/database';
import type { LogEvent } from '#platform/log/event';

/** An event and where in the log it stands: lane and number of its commit (lane 0: the outbox and the fact's id). */
export interface Placed {
  readonly lane: number;
  readonly seq: number;
  readonly event: LogEvent;
}

/** 128 bits over tenant, source and message id, as 32 hexadecimal digits. */
export function messageKey({
  tenantId,
  sourceId,
  messageId,
}: Pick<LogEvent, 'tenantId' | 'sourceId' | 'messageId'>): string {
  return hash('sha256', `${tenantId}/${sourceId}/${messageId}`, 'hex').slice(0, 32);
}

/**
 * The events whose message has not been counted within the last seven days (14 at most), each once, and remembers them. Reading the
 * same place of the log again is no repetition: the first sighting knows its place.
 */
export async function dropSeen(tx: Pick<Tx, 'query' | 'execute'>, placed: readonly Placed[]): Promise<Placed[]> {
  const first = new Map<string, Placed>();
  for (const one of placed) {
    const key = messageKey(one.event);
    if (!first.has(key)) first.set(key, one);
  }
  const keys = [...first.keys()];
  const candidates = [...first.values()];
  const values = [keys, candidates.map(({ lane }) => lane), candidates.map(({ seq }) => seq)];
  // Two periods live at a time, so memory costs one insert and one look-up per event, whatever the traffic of the week. The limits
  // keep the planner from hashing a whole period for one batch; in order, neighbours share index pages (a tenth less work).
  const inserted = await tx.execute(
    `insert into log.seen (period_on, message, lane, seq)
     select c.this, i.message, i.lane, i.seq
       from unnest($1::uuid[], $2::smallint[], $3::bigint[]) i (message, lane, seq)
      cross join (select log.period_of((now() at time zone 'utc')::date) as this) c
       left join lateral (select true as found from log.seen o
                           where o.period_on = c.this - 7 and o.message = i.message limit 1) o on true
      where o.found is null
      order by i.message
     on conflict do nothing`,
    values,
  );
  if (inserted === keys.length) return candidates;
  const own = await tx.query<{ position: number }>(
    `select i.position::int as position
       from unnest($1::uuid[], $2::smallint[], $3::bigint[]) with ordinality i (message, lane, seq, position)
      cross join (select log.period_of((now() at time zone 'utc')::date) as this) c
      cross join lateral (select s.lane, s.seq from log.seen s
                           where s.period_on in (c.this, c.this - 7) and s.message = i.message limit 2) s
      where s.lane = i.lane and s.seq = i.seq
      order by i.position`,
    values,
  );
  return own.flatMap(({ position }) => candidates[position - 1] ?? []);
}
