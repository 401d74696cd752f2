import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type pg from 'pg';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { audit } from '#platform/audit';
import { openAnchors } from '#platform/audit-anchors';
import type { AuditAnchors } from '#platform/audit-anchors';
import { chainedColumns, chainHash } from '#platform/audit-chain';
import type { ChainedRow } from '#platform/audit-chain';
import { anchorAudit, runAuditSealer, sealAudit } from '#platform/audit-seal';
import { verifyAudit } from '#platform/audit-verify';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

const logger = pino({ level: 'silent' });
let db: TestDatabase;
let admin: pg.Client;
let anchors: AuditAnchors;

beforeEach(async () => {
  db = await openTestDatabase();
  admin = await db.admin();
  anchors = openAnchors(db.services.config);
});
afterEach(async () => {
  await admin.end();
  await db.close();
});

async function act(count: number, tenantId = 1): Promise<void> {
  await db.asStaff(
    async (ctx) => {
      for (let n = 1; n <= count; n += 1) {
        await audit(ctx, { action: 'orders.change', objectType: 'order', objectId: `A${n}`, details: { n } });
      }
    },
    { tenantId },
  );
}

const verdict = async () => (await verifyAudit(db.database, anchors, { tenantId: 1 }))[0];

describe('an act', () => {
  test('is recorded with its transaction or not at all', async () => {
    await expect(
      db.asStaff(async (ctx) => {
        await audit(ctx, { action: 'customers.reveal', objectType: 'customer', objectId: '1', purpose: '回访' });
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await act(1);
    expect(await sealAudit(db.database, logger)).toBe(1);
  });

  test('is recorded without the personal data somebody put into its reason or details', async () => {
    await db.asStaff((ctx) =>
      audit(ctx, {
        action: 'customers.reveal',
        objectType: 'customer',
        objectId: '1',
        purpose: '客户来电13812345678',
        details: { phone: '13812345678', before: 'a@b.cn', tier: 'gold' },
      }),
    );
    const { rows } = await admin.query(`select purpose, details, ip::text from platform.audit_pending`);
    expect(rows[0]).toMatchObject({ purpose: '客户来电138****5678', details: { tier: 'gold' } });
    expect(JSON.stringify(rows)).not.toContain('127.0.0.1');
  });
});

describe('the sealer', () => {
  test('numbers acts without gaps, in several batches, each tenant on its own', async () => {
    await act(3);
    await act(2, 2);
    expect(await sealAudit(db.database, logger)).toBe(5);
    await act(1);
    await sealAudit(db.database, logger);
    const { rows } = await admin.query(
      `select tenant_id, array_agg(seq::int order by seq) as seqs from platform.audit_entries group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { tenant_id: 1, seqs: [1, 2, 3, 4] },
      { tenant_id: 2, seqs: [1, 2] },
    ]);
    expect((await admin.query(`select from platform.audit_pending`)).rowCount).toBe(0);
  });

  test('seals more than one batch of a thousand in order', async () => {
    await act(2_100);
    expect(await sealAudit(db.database, logger)).toBe(2_100);
    const { rows } = await admin.query(`select (details->>'n')::int as n from platform.audit_entries order by seq`);
    expect(rows.map((row: { n: number }) => row.n)).toEqual(Array.from({ length: 2_100 }, (_, i) => i + 1));
    expect((await verdict())?.faults).toEqual([]);
  });

  test('loses and doubles nothing when several run while acts go on', async () => {
    await Promise.all([
      ...Array.from({ length: 8 }, () => act(40)),
      ...Array.from({ length: 4 }, async () => {
        for (let round = 0; round < 15; round += 1) await sealAudit(db.database, logger);
      }),
    ]);
    await sealAudit(db.database, logger);
    const result = await verdict();
    expect(result).toMatchObject({ entries: 320, faults: [], firstBadSeq: null });
  });

  test('runs until it is told to stop, and seals what came in last', async () => {
    const stopping = new AbortController();
    const running = runAuditSealer({ database: db.database, services: db.services, logger, signal: stopping.signal });
    await act(2);
    await expect.poll(async () => (await verdict())?.entries, { timeout: 10_000 }).toBe(2);
    await act(1);
    stopping.abort();
    await running;
    expect((await verdict())?.entries).toBe(3);
  });

  test('writes an anchor only when the chain has grown', async () => {
    await act(2);
    await sealAudit(db.database, logger);
    await anchorAudit(db.database, anchors, logger);
    await anchorAudit(db.database, anchors, logger);
    await act(1);
    await sealAudit(db.database, logger);
    await anchorAudit(db.database, anchors, logger);
    expect(await verdict()).toMatchObject({ entries: 3, anchors: 2, faults: [] });
  });
});

describe('the running product cannot rewrite the log', () => {
  beforeEach(async () => {
    await act(3);
    await sealAudit(db.database, logger);
    await act(1);
  });

  test.each([
    `update platform.audit_entries set actor = 'staff:x' where tenant_id = 1`,
    `delete from platform.audit_entries where tenant_id = 1`,
    `truncate platform.audit_entries`,
    `update platform.audit_pending set actor = 'staff:x' where tenant_id = 1`,
    `delete from platform.audit_pending where tenant_id = 1`,
    `update platform.audit_heads set seq = 1 where tenant_id = 1`,
    `insert into platform.audit_entries select tenant_id, 9, gen_random_uuid(), at, actor_type, actor, request_id, ip, user_agent_hash,
       action, object_type, object_id, purpose, result, details, prev, hash from platform.audit_entries where seq = 1`,
  ])('%s', async (sql) => {
    await expect(db.asStaff((ctx) => ctx.tx.execute(sql))).rejects.toThrow(/append-only|denied|not for the web role/);
  });

  test('nor can the worker role change what is sealed', async () => {
    await expect(
      db.asSystem((ctx) => ctx.tx.execute(`delete from platform.audit_entries where tenant_id = 1`)),
    ).rejects.toThrow(/append-only|denied/);
  });
});

async function rehash(from: number, to: number): Promise<void> {
  for (let seq = from; seq <= to; seq += 1) {
    const { rows } = await admin.query<ChainedRow & { before: Buffer | null; prev: Buffer }>(
      `select ${chainedColumns}, prev, (select hash from platform.audit_entries b where b.tenant_id = 1 and b.seq = e.seq - 1) as before
         from platform.audit_entries e where tenant_id = 1 and seq = $1`,
      [seq],
    );
    const [row] = rows;
    if (!row) throw new Error('no row');
    const prev = row.before ?? row.prev;
    await admin.query(`update platform.audit_entries set prev = $2, hash = $3 where tenant_id = 1 and seq = $1`, [
      seq,
      prev,
      chainHash(prev, { tenantId: 1, seq }, row),
    ]);
  }
}
const moveHeadToLast = () =>
  admin.query(`update platform.audit_heads h set (seq, hash) =
    (select seq, hash from platform.audit_entries e where e.tenant_id = 1 order by seq desc limit 1) where tenant_id = 1`);

/** What someone with the database's owner password could try; nine entries, an anchor at 6. */
describe('tampering is found', () => {
  beforeEach(async () => {
    await act(6);
    await sealAudit(db.database, logger);
    await anchorAudit(db.database, anchors, logger);
    await act(3);
    await sealAudit(db.database, logger);
    // Switches the triggers off, as an owner of the tables could.
    await admin.query(`set session_replication_role = replica`);
  });

  test('nothing was done: nothing is found', async () => {
    expect(await verdict()).toMatchObject({ entries: 9, anchors: 1, faults: [], firstBadSeq: null });
  });

  test('a field was edited', async () => {
    await admin.query(`update platform.audit_entries set actor = 'staff:someone-else' where seq = 4`);
    expect(await verdict()).toMatchObject({ firstBadSeq: 4, faults: [{ seq: 4, fault: 'entry_changed' }] });
  });

  test('a microsecond or a detail was edited', async () => {
    await admin.query(`update platform.audit_entries set at = at + interval '1 microsecond' where seq = 3`);
    await admin.query(`update platform.audit_entries set details = '{"n": 7}' where seq = 5`);
    expect((await verdict())?.faults).toEqual([
      { seq: 3, fault: 'entry_changed' },
      { seq: 5, fault: 'entry_changed' },
    ]);
  });

  test('a field was edited and its row hashed again', async () => {
    await admin.query(`update platform.audit_entries set actor = 'staff:someone-else' where seq = 4`);
    await rehash(4, 4);
    expect(await verdict()).toMatchObject({ firstBadSeq: 5, faults: [{ seq: 5, fault: 'wrong_predecessor' }] });
  });

  test('a field was edited and everything after it hashed again', async () => {
    await admin.query(`update platform.audit_entries set actor = 'staff:someone-else' where seq = 4`);
    await rehash(4, 9);
    await moveHeadToLast();
    expect(await verdict()).toMatchObject({ firstBadSeq: 6, faults: [{ seq: 6, fault: 'anchor_differs' }] });
  });

  test('a row was deleted from the middle', async () => {
    await admin.query(`delete from platform.audit_entries where seq = 4`);
    expect(await verdict()).toMatchObject({ firstBadSeq: 4, faults: [{ seq: 4, fault: 'entry_missing' }] });
  });

  test('the tail was deleted', async () => {
    await admin.query(`delete from platform.audit_entries where seq > 7`);
    expect(await verdict()).toMatchObject({ firstBadSeq: 8, faults: [{ seq: 8, fault: 'head_differs' }] });
  });

  test('the tail was deleted and the head moved back, below an anchor', async () => {
    await admin.query(`delete from platform.audit_entries where seq > 4`);
    await moveHeadToLast();
    expect(await verdict()).toMatchObject({ firstBadSeq: 5, faults: [{ seq: 5, fault: 'below_anchor' }] });
  });

  test('everything was deleted', async () => {
    await admin.query(`delete from platform.audit_entries; delete from platform.audit_heads`);
    await act(1);
    expect(await verdict()).toMatchObject({ firstBadSeq: 1, faults: [{ seq: 1, fault: 'below_anchor' }] });
  });

  test('a row was inserted', async () => {
    await admin.query(
      `insert into platform.audit_entries
      select tenant_id, 10, $1::uuid, at, actor_type, actor, request_id, ip, user_agent_hash, action, object_type, object_id, purpose,
             result, details, hash, hash from platform.audit_entries where seq = 9`,
      [randomUUID()],
    );
    await rehash(10, 10);
    expect(await verdict()).toMatchObject({ firstBadSeq: 10, faults: [{ seq: 10, fault: 'head_differs' }] });
  });

  test('two rows were swapped', async () => {
    await admin
      .query(`update platform.audit_entries set seq = case seq when 4 then -5 else -4 end where seq in (4, 5)`)
      .catch(async () => {
        await admin.query(`alter table platform.audit_entries drop constraint audit_entries_seq_check`);
        await admin.query(
          `update platform.audit_entries set seq = case seq when 4 then -5 else -4 end where seq in (4, 5)`,
        );
      });
    await admin.query(`update platform.audit_entries set seq = -seq where seq < 0`);
    expect((await verdict())?.firstBadSeq).toBe(4);
  });

  test('the head was rolled back', async () => {
    await admin.query(`update platform.audit_heads h set seq = 7,
      hash = (select hash from platform.audit_entries where seq = 7) where tenant_id = 1`);
    expect(await verdict()).toMatchObject({ firstBadSeq: 8, faults: [{ seq: 8, fault: 'head_differs' }] });
  });

  test('an anchor was replaced by one for the forged chain', async () => {
    await admin.query(`update platform.audit_entries set actor = 'staff:someone-else' where seq = 4`);
    await rehash(4, 9);
    await moveHeadToLast();
    const { rows } = await admin.query<{ hash: string }>(
      `select encode(hash, 'hex') as hash from platform.audit_entries where seq = 6`,
    );
    const file = join(anchors.folder, 'tenant-1.jsonl');
    const anchor = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, `${JSON.stringify({ ...anchor, hash: rows[0]?.hash })}\n`);
    expect(await verdict()).toMatchObject({ firstBadSeq: 6, faults: [{ seq: 6, fault: 'anchor_bad_signature' }] });
  });

  test('an anchor was taken out', async () => {
    await anchorAudit(db.database, anchors, logger);
    const file = join(anchors.folder, 'tenant-1.jsonl');
    const [, second] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${second}\n`);
    expect((await verdict())?.faults).toEqual([{ seq: 9, fault: 'anchor_broken_sequence' }]);
  });

  test('acts were kept from the sealer', async () => {
    await act(1);
    await admin.query(`update platform.audit_pending set at = at - interval '2 minutes'`);
    expect((await verdict())?.faults).toEqual([{ seq: 10, fault: 'not_sealed' }]);
  });
});
