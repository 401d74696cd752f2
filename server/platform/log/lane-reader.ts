import type { Tx } from '#platform/database';
import { fromBody } from '#platform/log/body';
import type { LogSealer } from '#platform/log/body';
import type { LogEvent } from '#platform/log/event';

/** Per lane: the last number read and the lane's bytes up to it. */
export type LanePositions = Readonly<Record<string, readonly [seq: number, endBytes: number]>>;

/** One group commit, opened. */
export interface LaneCommit {
  readonly lane: number;
  readonly seq: number;
  readonly events: readonly LogEvent[];
}

export interface LaneRead {
  readonly commits: readonly LaneCommit[];
  readonly positions: LanePositions;
}

/** A number is missing in a lane: the log itself is damaged, and going on would lose events silently. */
export class LaneGap extends Error {
  override readonly name = 'LaneGap';
  constructor(lane: number, expected: number, found: number) {
    super(`log lane ${lane} continues at ${found} where ${expected} was expected`);
  }
}

interface CommitRow {
  readonly lane: number;
  readonly seq: number;
  readonly n: number;
  readonly at: Date;
  readonly end_bytes: number;
  readonly json_bytes: number;
  readonly body: Buffer;
}

const rowsPerLane = 200;
/** Of JSON per micro-batch: events of 32 kB must not make it five thousand times as much. */
const maxBytes = 32 * 1_048_576;

/** The oldest unread commits of all lanes, together at most `maxEvents` events (one commit at least), lane by lane without a gap. */
export async function readLanes(
  tx: Pick<Tx, 'query'>,
  sealer: LogSealer,
  positions: LanePositions,
  maxEvents: number,
): Promise<LaneRead> {
  const lanes = Object.entries(positions);
  const rows = await tx.query<CommitRow>(
    `select r.lane, r.seq, r.n, r.at, r.end_bytes, r.json_bytes, r.body
       from log.lane_leases g
       left join unnest($1::smallint[], $2::bigint[]) p (lane, seq) using (lane)
      cross join lateral (
        select l.*, sum(l.n) over (order by l.seq) - l.n as before, sum(l.json_bytes) over (order by l.seq) - l.json_bytes as before_bytes
          from (select * from log.lanes w where w.lane = g.lane and w.seq > coalesce(p.seq, 0) order by w.seq limit $4) l) r
      where g.last_seq > coalesce(p.seq, 0) and r.before < $3 and r.before_bytes < $5
      order by r.lane, r.seq`,
    [lanes.map(([lane]) => Number(lane)), lanes.map(([, [seq]]) => seq), maxEvents, rowsPerLane, maxBytes],
  );
  const taken = takeOldest(rows, positions, maxEvents);
  const commits = await Promise.all(
    taken.map(async ({ lane, seq, body }) => ({ lane, seq, events: await fromBody<LogEvent[]>(sealer, body) })),
  );
  const after = { ...positions };
  for (const { lane, seq, end_bytes } of taken) after[lane] = [seq, end_bytes];
  return { commits, positions: after };
}

function takeOldest(rows: readonly CommitRow[], positions: LanePositions, maxEvents: number): CommitRow[] {
  const taken: CommitRow[] = [];
  const full = new Set<number>();
  let events = 0;
  let bytes = 0;
  for (const { row } of inOrderOfTime(rows, positions)) {
    // Once a commit of a lane stays behind, the later ones of that lane must too.
    if (full.has(row.lane) || (taken.length > 0 && (events + row.n > maxEvents || bytes + row.json_bytes > maxBytes))) {
      full.add(row.lane);
      continue;
    }
    taken.push(row);
    events += row.n;
    bytes += row.json_bytes;
  }
  return taken;
}

/** By time over all lanes, but never against the numbers of one lane: a clock set back must not turn them round. */
function inOrderOfTime(rows: readonly CommitRow[], positions: LanePositions): { row: CommitRow; time: number }[] {
  const ends = new Map<number, { seq: number; time: number }>();
  const timed = rows.map((row) => {
    const end = ends.get(row.lane) ?? { seq: positions[row.lane]?.[0] ?? 0, time: 0 };
    if (row.seq !== end.seq + 1) throw new LaneGap(row.lane, end.seq + 1, row.seq);
    const time = Math.max(end.time, row.at.getTime());
    ends.set(row.lane, { seq: row.seq, time });
    return { row, time };
  });
  return timed.toSorted((a, b) => a.time - b.time || a.row.lane - b.row.lane || a.row.seq - b.row.seq);
}
