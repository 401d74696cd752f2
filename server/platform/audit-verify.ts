import { readAnchors } from '#platform/audit-anchors';
import type { AuditAnchors, ReadAnchor } from '#platform/audit-anchors';
import { chainedColumns, chainHash, chainStart } from '#platform/audit-chain';
import type { ChainedRow } from '#platform/audit-chain';
import { everyStore } from '#platform/context';
import type { Database, Tx } from '#platform/database';

/** What is wrong with a chain, and at which entry it shows first. */
export interface AuditFault {
  readonly seq: number;
  readonly fault:
    | 'entry_missing'
    | 'wrong_predecessor'
    | 'entry_changed'
    | 'head_missing'
    | 'head_differs'
    | 'below_anchor'
    | 'anchor_differs'
    | 'anchor_unreadable'
    | 'anchor_bad_signature'
    | 'anchor_broken_sequence'
    | 'not_sealed';
}

/** The verdict on one tenant's audit log; `firstBadSeq` is null when nothing is wrong. */
export interface AuditVerdict {
  readonly tenantId: number;
  readonly entries: number;
  readonly anchors: number;
  readonly faults: readonly AuditFault[];
  readonly firstBadSeq: number | null;
}

interface LinkedRow extends ChainedRow {
  readonly seq: number;
  readonly prev: Buffer;
  readonly hash: Buffer;
}

const chunkRows = 10_000;
const mostFaults = 100;

/**
 * Proves that nothing was changed, removed or added in the audit logs of all tenants (or of one): replays every chain, compares
 * it with its head and with the signed anchors outside the database, and finds acts left unsealed for over a minute.
 */
export async function verifyAudit(
  database: Database,
  anchors: AuditAnchors,
  { tenantId }: { tenantId?: number | undefined } = {},
): Promise<AuditVerdict[]> {
  const tenants = await database.work({ tenantId: null, scope: everyStore }, (tx) =>
    tx.query<{ tenant_id: number }>(
      `select tenant_id from platform.audit_heads union select tenant_id from platform.audit_entries
       union select tenant_id from platform.audit_pending order by tenant_id`,
    ),
  );
  const verdicts: AuditVerdict[] = [];
  for (const { tenant_id: id } of tenants) {
    if (tenantId === undefined || tenantId === id) verdicts.push(await verifyTenant(database, anchors, id));
  }
  return verdicts;
}

async function verifyTenant(database: Database, anchors: AuditAnchors, tenantId: number): Promise<AuditVerdict> {
  const read = await readAnchors(anchors, tenantId);
  const hashAt = new Map<number, string>();
  return database.work(
    { tenantId, scope: everyStore },
    async (tx) => {
      const wanted = new Set(read.flatMap(({ anchor }) => (anchor ? [anchor.seq] : [])));
      const faults: AuditFault[] = [];
      const last = await replay(tx, tenantId, {
        fault: (fault) => (faults.length < mostFaults ? faults.push(fault) : undefined),
        entry: (seq, hash) => (wanted.has(seq) ? hashAt.set(seq, hash.toString('hex')) : undefined),
      });
      faults.push(...(await headFaults(tx, tenantId, last)), ...anchorFaults(read, hashAt, last.seq));
      faults.push(...(await unsealed(tx, tenantId, last.seq)));
      const ordered = faults.toSorted((a, b) => a.seq - b.seq);
      return {
        tenantId,
        entries: last.count,
        anchors: read.length,
        faults: ordered,
        firstBadSeq: ordered[0]?.seq ?? null,
      };
    },
    { snapshot: true },
  );
}

interface Last {
  readonly seq: number;
  readonly hash: Buffer;
  readonly count: number;
}

async function replay(
  tx: Tx,
  tenantId: number,
  tell: { fault: (fault: AuditFault) => void; entry: (seq: number, hash: Buffer) => void },
): Promise<Last> {
  let last: Last = { seq: 0, hash: chainStart, count: 0 };
  for (;;) {
    const rows = await tx.query<LinkedRow>(
      `select seq, prev, hash, ${chainedColumns} from platform.audit_entries e
        where tenant_id = $1 and seq > $2 order by seq limit ${chunkRows}`,
      [tenantId, last.seq],
    );
    for (const row of rows) {
      const { seq, prev, hash } = row;
      if (seq !== last.seq + 1) tell.fault({ seq: last.seq + 1, fault: 'entry_missing' });
      else if (!prev.equals(last.hash)) tell.fault({ seq, fault: 'wrong_predecessor' });
      if (!chainHash(prev, { tenantId, seq }, row).equals(hash)) tell.fault({ seq, fault: 'entry_changed' });
      tell.entry(seq, hash);
      last = { seq, hash, count: last.count + 1 };
    }
    if (rows.length < chunkRows) return last;
  }
}

async function headFaults(tx: Tx, tenantId: number, last: Last): Promise<AuditFault[]> {
  const [head] = await tx.query<{ seq: number; hash: Buffer }>(
    `select seq, hash from platform.audit_heads where tenant_id = $1`,
    [tenantId],
  );
  if (!head) return last.count > 0 ? [{ seq: last.seq, fault: 'head_missing' }] : [];
  if (head.seq === last.seq && head.hash.equals(last.hash)) return [];
  return [{ seq: Math.min(head.seq, last.seq) + (head.seq === last.seq ? 0 : 1), fault: 'head_differs' }];
}

function anchorFaults(read: readonly ReadAnchor[], hashAt: ReadonlyMap<number, string>, lastSeq: number): AuditFault[] {
  return read.flatMap(({ anchor, fault }): AuditFault[] => {
    if (fault !== null || anchor === null) {
      return [{ seq: anchor?.seq ?? 0, fault: `anchor_${fault ?? 'unreadable'}` }];
    }
    if (anchor.seq > lastSeq) return [{ seq: lastSeq + 1, fault: 'below_anchor' }];
    return hashAt.get(anchor.seq) === anchor.hash ? [] : [{ seq: anchor.seq, fault: 'anchor_differs' }];
  });
}

async function unsealed(tx: Tx, tenantId: number, lastSeq: number): Promise<AuditFault[]> {
  const [row] = await tx.query<{ waiting: number }>(
    `select count(*) as waiting from platform.audit_pending where tenant_id = $1 and at < now() - interval '60 seconds'`,
    [tenantId],
  );
  return row && row.waiting > 0 ? [{ seq: lastSeq + 1, fault: 'not_sealed' }] : [];
}
