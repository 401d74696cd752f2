import type { Context } from '#platform/context';

import { standardEvent } from './catalogue.ts';

interface Row {
  readonly source_id: number;
  readonly source_name: string | null;
  readonly event_name: string;
  readonly events: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly drift: Record<string, { events: number; last_at: string }>;
}

/** What each source sends, most frequent first. Source 0 is Shuke itself. */
export async function listEventNames(ctx: Context, { sourceId }: { sourceId?: number | undefined }) {
  const rows = await ctx.tx.query<Row>(
    `select n.source_id, s.name as source_name, n.event_name, n.events, n.first_at, n.last_at, n.drift
       from collect.event_names n
       left join collect.sources s on s.tenant_id = n.tenant_id and s.source_id = n.source_id
      where n.tenant_id = $1 and ($2::int is null or n.source_id = $2)
      order by n.events desc, n.source_id, n.event_name limit 2000`,
    [ctx.tenantId, sourceId ?? null],
  );
  const items = rows.map((row) => ({
    sourceId: row.source_id,
    sourceName: row.source_name,
    eventName: row.event_name,
    standard: standardEvent(row.event_name) !== undefined,
    events: row.events,
    firstAt: row.first_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    drift: Object.entries(row.drift).map(([problem, { events, last_at }]) => ({ problem, events, lastAt: last_at })),
  }));
  return { items, nextCursor: null };
}
