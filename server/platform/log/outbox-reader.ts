import type { Tx } from '#platform/database';
import { defineError } from '#platform/errors';
import type { LogSealer } from '#platform/log/body';
import type { LogEvent } from '#platform/log/event';
import type { StoredFact } from '#platform/outbox';

/**
 * How far the outbox is read: everything visible in `snapshot`. Ids and transaction numbers both commit out of order, so a
 * number would skip rows; a snapshot cannot. Behind a backlog, `target` is where reading goes and `cursor` how far it came.
 */
export interface OutboxPosition {
  readonly snapshot: string;
  readonly backlog: { readonly target: string; readonly cursor: { readonly xid: string; readonly id: number } } | null;
}

/** Facts of one look and the position after them. */
export interface OutboxRead {
  readonly facts: readonly { readonly id: number; readonly event: LogEvent }[];
  readonly position: OutboxPosition;
}

export const SnapshotFromAnotherCluster = defineError(
  'snapshot_from_another_cluster',
  500,
  () =>
    'The position in the outbox belongs to another database cluster: transaction numbers start again after a logical move. Drain the outbox before moving, or reset the position with `shuke restore`.',
);

interface FactRow {
  readonly current: string;
  readonly xid: string | null;
  readonly id: number | null;
  readonly tenant_id: number;
  readonly at: Date;
  readonly body: Buffer;
}

// One statement: pg_current_snapshot() is then the very snapshot the rows are seen with.
const newRows = `
  select pg_current_snapshot()::text as current, o.xid::text as xid, o.id, o.tenant_id, o.at, o.body
    from (select) one left join lateral (
      select xid, id, tenant_id, at, body from log.outbox
       where xid >= pg_snapshot_xmin($1::pg_snapshot) and not pg_visible_in_snapshot(xid, $1::pg_snapshot)
       order by xid, id limit $2) o on true`;
// Qualified columns: a bare `xid` in ORDER BY would be the text of the select list, and '1000' sorts before '999'.
const backlogRows = `
  select $3::text as current, o.xid::text as xid, o.id, o.tenant_id, o.at, o.body from log.outbox o
   where o.xid >= pg_snapshot_xmin($1::pg_snapshot) and not pg_visible_in_snapshot(o.xid, $1::pg_snapshot)
     and pg_visible_in_snapshot(o.xid, $3::pg_snapshot) and (o.xid, o.id) > ($4::xid8, $5::bigint)
   order by o.xid, o.id limit $2`;

/** The next facts after a position, at most `limit`, in the order they were announced. */
export async function readOutbox(
  tx: Pick<Tx, 'query'>,
  sealer: LogSealer,
  { snapshot, backlog }: OutboxPosition,
  limit: number,
): Promise<OutboxRead> {
  const rows = backlog
    ? await tx.query<FactRow>(backlogRows, [snapshot, limit, backlog.target, backlog.cursor.xid, backlog.cursor.id])
    : await tx.query<FactRow>(newRows, [snapshot, limit]);
  const current = backlog?.target ?? rows[0]?.current ?? snapshot;
  const found = rows.flatMap((row) =>
    row.xid === null || row.id === null ? [] : [{ ...row, xid: row.xid, id: row.id }],
  );
  const last = found.at(-1);
  const position: OutboxPosition =
    last && found.length === limit
      ? { snapshot, backlog: { target: current, cursor: { xid: last.xid, id: last.id } } }
      : { snapshot: current, backlog: null };
  return {
    facts: found.toSorted((a, b) => a.id - b.id).map((row) => ({ id: row.id, event: toEvent(row, sealer) })),
    position,
  };
}

/** What the running transaction has announced so far, after fact `afterId`: for whoever must act on it before anybody else. */
export async function readOwnFacts(
  tx: Pick<Tx, 'query'>,
  sealer: LogSealer,
  afterId: number,
): Promise<{ readonly id: number; readonly event: LogEvent }[]> {
  const rows = await tx.query<FactRow & { readonly id: number }>(
    `select '' as current, xid::text as xid, id, tenant_id, at, body from log.outbox where xid = pg_current_xact_id() and id > $1 order by id`,
    [afterId],
  );
  return rows.map((row) => ({ id: row.id, event: toEvent(row, sealer) }));
}

const openBrace = 0x7b;

function toEvent({ tenant_id, at, body }: FactRow, sealer: LogSealer): LogEvent {
  // Plain JSON starts with a brace; an envelope starts with its version number.
  const text = body[0] === openBrace ? body : sealer.open(body);
  const fact = JSON.parse(text.toString('utf8')) as StoredFact;
  return { ...fact, tenantId: tenant_id, sourceId: 0, receivedAt: at.getTime(), identifiers: fact.identifiers ?? [] };
}

/** Refuses a position that lies in this cluster's future: it was stored by another one. */
export async function assertOwnSnapshot(tx: Pick<Tx, 'query'>, { snapshot, backlog }: OutboxPosition): Promise<void> {
  const [row] = await tx.query<{ foreign: boolean }>(
    `select greatest(pg_snapshot_xmax($1::pg_snapshot), pg_snapshot_xmax(coalesce($2, $1)::pg_snapshot))
            > pg_snapshot_xmax(pg_current_snapshot()) as foreign`,
    [snapshot, backlog?.target ?? null],
  );
  if (row?.foreign) throw new SnapshotFromAnotherCluster();
}

/** Deletes facts that the position has passed and that are older than the given age; returns how many, at most 10,000. */
export function deleteReadFacts(tx: Pick<Tx, 'execute'>, olderThanMs: number): Promise<number> {
  return tx.execute(
    `delete from log.outbox where (xid, id) in (
       select o.xid, o.id from log.outbox o cross join log.pipeline p
        where o.xid < pg_snapshot_xmin(p.snapshot) and o.at < clock_timestamp() - $1 * interval '1 ms'
        order by o.xid, o.id limit 10000)`,
    [olderThanMs],
  );
}
