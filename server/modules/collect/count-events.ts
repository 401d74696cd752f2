import type { PipelineContext, ResolvedEvent, Subscription } from '#platform/log/event';

import { driftOf } from './drift.ts';

interface Tally {
  readonly tenantId: number;
  readonly sourceId: number;
  readonly name: string;
  events: number;
  lastAt: number;
  readonly drift: Map<string, number>;
}

/** Names a source may fill the list with; what comes under further names is counted together. */
const mostNames = 1_000;
const mostDrift = 50;
export const otherNames = '(other)';

/** Keeps per source which events arrive, how many, and how they depart from the catalogue. */
export const countEvents: Subscription = {
  name: 'collect.count-events',
  events: '*',
  async handle(ctx, events) {
    const tallies = tally(events);
    const known = await update(ctx, tallies);
    const fresh = tallies.filter((one) => !known.has(key(one)));
    if (fresh.length > 0) await insert(ctx, fresh);
    await noteDrift(ctx, tallies);
  },
};

const key = ({ tenantId, sourceId, name }: Pick<Tally, 'tenantId' | 'sourceId' | 'name'>): string =>
  `${tenantId}/${sourceId}/${name}`;

function tally(events: readonly ResolvedEvent[]): Tally[] {
  const tallies = new Map<string, Tally>();
  for (const { tenantId, sourceId, name, receivedAt, properties } of events) {
    const id = key({ tenantId, sourceId, name });
    let one = tallies.get(id);
    if (!one) tallies.set(id, (one = { tenantId, sourceId, name, events: 0, lastAt: 0, drift: new Map() }));
    one.events += 1;
    one.lastAt = Math.max(one.lastAt, receivedAt);
    for (const problem of driftOf(name, properties)) one.drift.set(problem, (one.drift.get(problem) ?? 0) + 1);
  }
  return [...tallies.values()];
}

const columns = (tallies: readonly Tally[]) => [
  tallies.map(({ tenantId }) => tenantId),
  tallies.map(({ sourceId }) => sourceId),
  tallies.map(({ name }) => name),
  tallies.map(({ events }) => events),
  tallies.map(({ lastAt }) => new Date(lastAt)),
];
const given = `unnest($1::int[], $2::int[], $3::text[], $4::bigint[], $5::timestamptz[]) g (tenant_id, source_id, event_name, events, last_at)`;

async function update({ tx }: PipelineContext, tallies: readonly Tally[]): Promise<Set<string>> {
  const rows = await tx.query<{ tenant_id: number; source_id: number; event_name: string }>(
    `update collect.event_names n set events = n.events + g.events, last_at = greatest(n.last_at, g.last_at)
       from ${given}
      where n.tenant_id = g.tenant_id and n.source_id = g.source_id and n.event_name = g.event_name
     returning n.tenant_id, n.source_id, n.event_name`,
    columns(tallies),
  );
  return new Set(rows.map((row) => key({ tenantId: row.tenant_id, sourceId: row.source_id, name: row.event_name })));
}

async function insert({ tx }: PipelineContext, fresh: readonly Tally[]): Promise<void> {
  const counts = await tx.query<{ tenant_id: number; source_id: number; names: number }>(
    `select tenant_id, source_id, count(*)::int as names from collect.event_names
      where (tenant_id, source_id) in (select * from unnest($1::int[], $2::int[])) group by 1, 2`,
    columns(fresh).slice(0, 2),
  );
  const room = new Map(counts.map((row) => [`${row.tenant_id}/${row.source_id}`, mostNames - row.names]));
  const rows = new Map<string, Tally>();
  for (const one of fresh) {
    const source = `${one.tenantId}/${one.sourceId}`;
    const left = room.get(source) ?? mostNames;
    room.set(source, left - 1);
    const row = left > 0 ? one : { ...one, name: otherNames };
    const same = rows.get(key(row));
    if (same) same.events += row.events;
    else rows.set(key(row), { ...row });
  }
  await tx.execute(
    `insert into collect.event_names as n (tenant_id, source_id, event_name, events, first_at, last_at)
     select g.tenant_id, g.source_id, g.event_name, g.events, g.last_at, g.last_at from ${given}
     on conflict (tenant_id, source_id, event_name)
       do update set events = n.events + excluded.events, last_at = greatest(n.last_at, excluded.last_at)`,
    columns([...rows.values()]),
  );
}

type Drift = Record<string, { events: number; last_at: string }>;

async function noteDrift({ tx }: PipelineContext, tallies: readonly Tally[]): Promise<void> {
  for (const { tenantId, sourceId, name, lastAt, drift } of tallies) {
    if (drift.size === 0) continue;
    const place = [tenantId, sourceId, name];
    const where = `tenant_id = $1 and source_id = $2 and event_name = $3`;
    const [row] = await tx.query<{ drift: Drift }>(
      `select drift from collect.event_names where ${where} for update`,
      place,
    );
    if (!row) continue;
    const merged = { ...row.drift };
    for (const [problem, events] of drift) {
      if (!(problem in merged) && Object.keys(merged).length >= mostDrift) continue;
      merged[problem] = { events: (merged[problem]?.events ?? 0) + events, last_at: new Date(lastAt).toISOString() };
    }
    await tx.execute(`update collect.event_names set drift = $4 where ${where}`, [...place, JSON.stringify(merged)]);
  }
}
