import type { Tx } from '#platform/database';

/** How far reading is behind writing. */
export interface LogLag {
  /** Group commits, compressed bytes and age of the oldest event that the pipeline has not read from the lanes. */
  readonly lanes: { readonly commits: number; readonly bytes: number; readonly ageMs: number };
  /** Business facts the pipeline has not read; counting stops at 10,000. */
  readonly outbox: { readonly facts: number; readonly ageMs: number };
  /**
   * Transactions between the oldest running one and the newest. It grows behind a forgotten transaction, and with it what each
   * look into the outbox has to scan again.
   */
  readonly snapshotAge: number;
  readonly pipeline: { readonly batch: number; readonly events: number; readonly duplicates: number };
  readonly readers: readonly { readonly name: string; readonly batches: number; readonly ageMs: number }[];
}

/** Lag of the lanes alone: what intake is limited by. */
export async function readLaneLag(tx: Pick<Tx, 'query'>): Promise<LogLag['lanes']> {
  const [row] = await tx.query<{ commits: number; bytes: number; age_ms: number }>(
    `select coalesce(sum(w.last_seq - w.read_seq), 0)::bigint as commits,
            coalesce(sum(w.bytes - w.read_bytes), 0)::bigint as bytes,
            coalesce(extract(epoch from clock_timestamp() - min(f.at)) * 1000, 0)::bigint as age_ms
       from (select g.lane, g.last_seq, g.bytes,
                    coalesce((p.lanes -> g.lane::text ->> 0)::bigint, 0) as read_seq,
                    coalesce((p.lanes -> g.lane::text ->> 1)::bigint, 0) as read_bytes
               from log.lane_leases g cross join log.pipeline p) w
       left join lateral (select l.at from log.lanes l where l.lane = w.lane and l.seq = w.read_seq + 1) f on true
      where w.last_seq > w.read_seq`,
  );
  return { commits: row?.commits ?? 0, bytes: row?.bytes ?? 0, ageMs: Math.max(0, row?.age_ms ?? 0) };
}

/** All figures of the log's health. */
export async function readLag(tx: Pick<Tx, 'query'>): Promise<LogLag> {
  const lanes = await readLaneLag(tx);
  const [outbox] = await tx.query<{ facts: number; age_ms: number; snapshot_age: number }>(
    `select count(*)::int as facts, coalesce(extract(epoch from clock_timestamp() - min(o.at)) * 1000, 0)::bigint as age_ms,
            (select pg_snapshot_xmax(s)::text::bigint - pg_snapshot_xmin(s)::text::bigint from pg_current_snapshot() s) as snapshot_age
       from (select o.at from log.outbox o cross join log.pipeline p
              where o.xid >= pg_snapshot_xmin(p.snapshot) and not pg_visible_in_snapshot(o.xid, p.snapshot)
                and (p.target is null or (o.xid, o.id) > (p.cursor_xid, p.cursor_id)) limit 10000) o`,
  );
  const [pipeline] = await tx.query<LogLag['pipeline']>(`select batch, events, duplicates from log.pipeline`);
  const readers = await tx.query<{ name: string; batches: number; age_ms: number }>(
    `select r.name, p.batch - r.batch as batches,
            coalesce(extract(epoch from clock_timestamp() - b.at) * 1000, 0)::bigint as age_ms
       from log.readers r cross join log.pipeline p left join log.batches b on b.n = r.batch + 1 order by r.name`,
  );
  return {
    lanes,
    outbox: { facts: outbox?.facts ?? 0, ageMs: Math.max(0, outbox?.age_ms ?? 0) },
    snapshotAge: outbox?.snapshot_age ?? 0,
    pipeline: pipeline ?? { batch: 0, events: 0, duplicates: 0 },
    readers: readers.map(({ name, batches, age_ms }) => ({ name, batches, ageMs: Math.max(0, age_ms) })),
  };
}
