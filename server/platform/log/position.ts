import type { Tx } from '#platform/database';
import type { LanePositions } from '#platform/log/lane-reader';
import type { OutboxPosition } from '#platform/log/outbox-reader';

/** Where the pipeline stands in the lanes and the outbox. */
export interface LogPosition {
  readonly lanes: LanePositions;
  readonly outbox: OutboxPosition;
}

/** The stored position with what tells one state of it from another. */
export interface StoredPosition extends LogPosition {
  /** Number of the last batch. */
  readonly batch: number;
  /** Events ever read, repetitions included: grows with every step. */
  readonly progress: number;
}

interface PipelineRow {
  readonly batch: number;
  readonly progress: number;
  readonly lanes: Record<string, [number, number]>;
  readonly snapshot: string;
  readonly target: string | null;
  readonly cursor_xid: string | null;
  readonly cursor_id: number | null;
}

const columns = `batch, events + duplicates as progress, lanes, snapshot::text as snapshot, target::text as target,
  cursor_xid::text as cursor_xid, cursor_id`;

/** The stored position. */
export async function loadPosition(tx: Pick<Tx, 'query'>): Promise<StoredPosition> {
  const [row] = await tx.query<PipelineRow>(`select ${columns} from log.pipeline`);
  if (!row) throw new Error('log.pipeline has lost its row');
  return toPosition(row);
}

/** The stored position, locked until the end of the transaction; null while another pipeline is at work on it. */
export async function lockPosition(tx: Pick<Tx, 'query'>): Promise<StoredPosition | null> {
  const [row] = await tx.query<PipelineRow>(`select ${columns} from log.pipeline for update skip locked`);
  return row ? toPosition(row) : null;
}

function toPosition({ batch, progress, lanes, snapshot, target, cursor_xid, cursor_id }: PipelineRow): StoredPosition {
  const backlog =
    target !== null && cursor_xid !== null && cursor_id !== null
      ? { target, cursor: { xid: cursor_xid, id: cursor_id } }
      : null;
  return { batch, progress, lanes, outbox: { snapshot, backlog } };
}

/** What one step adds to the totals. */
export interface Step {
  readonly batch: number;
  readonly events: number;
  readonly duplicates: number;
}

/** Moves the stored position, in the transaction of the effects. */
export async function storePosition(
  tx: Pick<Tx, 'execute'>,
  { lanes, outbox }: LogPosition,
  { batch, events, duplicates }: Step,
): Promise<void> {
  const { snapshot, backlog } = outbox;
  await tx.execute(
    `update log.pipeline set batch = $1, events = events + $2, duplicates = duplicates + $3, lanes = $4, snapshot = $5,
            target = $6, cursor_xid = $7, cursor_id = $8, updated_at = clock_timestamp()`,
    [
      batch,
      events,
      duplicates,
      JSON.stringify(lanes),
      snapshot,
      backlog?.target ?? null,
      backlog?.cursor.xid ?? null,
      backlog?.cursor.id ?? null,
    ],
  );
}
