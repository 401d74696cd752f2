import { createSecretKey, randomBytes } from 'node:crypto';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { everyStore } from '#platform/context';
import { openVaults } from '#platform/vault';
import type { Place, TenantVault } from '#platform/vault';
import { envelopeKid, sealEnvelope, Undecipherable } from '#platform/vault-envelope';
import { MasterKeyMismatch } from '#platform/vault-keys';
import { changeMasterKey, destroyKey, KeyStillUsed, reencryptBatch } from '#platform/vault-rotate';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

let db: TestDatabase;
let vault: TenantVault;
let otherVault: TenantVault;
const masterKey = createSecretKey(randomBytes(32));
const phone: Place = { table: 'customers.customers', column: 'phone', rowId: '42' };

beforeAll(async () => {
  db = await openTestDatabase();
  const vaults = openVaults({ masterKey, database: db.database });
  vault = await db.asStaff((ctx) => vaults.forTenant(ctx.tx, 1));
  otherVault = await db.asStaff((ctx) => vaults.forTenant(ctx.tx, 2), { tenantId: 2 });
});
afterAll(() => db.close());

describe('a protected value', () => {
  test('reads back exactly, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(vault.decrypt(phone, vault.encrypt(phone, text))).toBe(text);
      }),
    );
  });

  test('is 33 bytes longer than its text, begins with the version and its key, and shows nothing of the text', () => {
    const cipher = vault.encrypt(phone, '+8613800138000');
    expect(cipher).toHaveLength(14 + 33);
    expect(cipher[0]).toBe(1);
    expect(envelopeKid(cipher)).toBe(vault.currentKid('P2'));
    expect(cipher.includes('13800138000')).toBe(false);
  });

  test.each<[string, Place]>([
    ['table', { ...phone, table: 'orders.orders' }],
    ['column', { ...phone, column: 'name' }],
    ['row', { ...phone, rowId: '43' }],
  ])('moved to another %s is refused', (_what, place) => {
    const cipher = vault.encrypt(phone, '+8613800138000');
    expect(() => vault.decrypt(place, cipher)).toThrow(Undecipherable);
  });

  test('moved to another tenant is refused', () => {
    expect(() => otherVault.decrypt(phone, vault.encrypt(phone, '+8613800138000'))).toThrow(Undecipherable);
  });

  test('changed in any single bit is refused', () => {
    const cipher = vault.encrypt(phone, '张三');
    for (let bit = 0; bit < cipher.length * 8; bit += 1) {
      const changed = Buffer.from(cipher);
      changed.writeUInt8((changed[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => vault.decrypt(phone, changed)).toThrow(Undecipherable);
    }
  });

  test('never repeats a nonce in 100,000 encryptions', () => {
    const key = { kid: 1, key: masterKey };
    const nonces = new Set<string>();
    const plain = Buffer.from('x');
    for (let i = 0; i < 100_000; i += 1) nonces.add(sealEnvelope(key, 'v1', plain).subarray(5, 17).toString('hex'));
    expect(nonces.size).toBe(100_000);
  });

  test('of each privacy class has its own key', () => {
    expect(new Set([vault.currentKid('P2'), vault.currentKid('P3'), vault.currentKid('P4')]).size).toBe(3);
  });
});

describe('a blind index', () => {
  test('finds the same value and differs by value, kind and tenant', () => {
    const index = vault.blindIndex('phone', '+8613800138000');
    expect(index).toHaveLength(16);
    expect(vault.blindIndex('phone', '+8613800138000')).toEqual(index);
    expect(vault.blindIndex('phone', '+8613800138001')).not.toEqual(index);
    expect(vault.blindIndex('member_no', '+8613800138000')).not.toEqual(index);
    expect(otherVault.blindIndex('phone', '+8613800138000')).not.toEqual(index);
  });

  test('of the last four is two bytes, shared by all values that end so', () => {
    expect(vault.lastFourIndex('phone', '+8613800138000')).toHaveLength(2);
    expect(vault.lastFourIndex('phone', '+8613800138000')).toEqual(vault.lastFourIndex('phone', '+8613911118000'));
    expect(vault.lastFourIndex('phone', '+8613800138000')).not.toEqual(
      vault.blindIndex('phone', '+8613800138000').subarray(0, 2),
    );
  });

  test('is the same after the process starts again', async () => {
    const again = openVaults({ masterKey, database: db.database });
    const fresh = await db.asStaff((ctx) => again.forTenant(ctx.tx, 1));
    expect(fresh.blindIndex('phone', '+8613800138000')).toEqual(vault.blindIndex('phone', '+8613800138000'));
    expect(fresh.decrypt(phone, vault.encrypt(phone, '张三'))).toBe('张三');
  });
});

test('log bodies are sealed for one tenant, the installation included', async () => {
  const vaults = openVaults({ masterKey, database: db.database });
  const installation = await db.asPipeline((ctx) => vaults.forInstallation(ctx.tx));
  const sealed = installation.seal(Buffer.from([0, 1, 2, 255]));
  expect(installation.open(sealed)).toEqual(Buffer.from([0, 1, 2, 255]));
  expect(() => vault.open(sealed)).toThrow(Undecipherable);
});

describe('keys', () => {
  test('made by many processes at once are the same for all', async () => {
    const vaultsOfProcesses = Array.from({ length: 6 }, () => openVaults({ masterKey, database: db.database }));
    const opened = await Promise.all(
      vaultsOfProcesses.map((vaults) => db.asStaff((ctx) => vaults.forTenant(ctx.tx, 77), { tenantId: 77 })),
    );
    const cipher = opened[0]?.encrypt(phone, '张三') ?? Buffer.alloc(0);
    expect(opened.map((one) => one.decrypt(phone, cipher))).toEqual(Array(6).fill('张三'));
    expect(new Set(opened.map((one) => one.blindIndex('phone', '1').toString('hex'))).size).toBe(1);
  });

  test('survive the rollback of the transaction that first needed them', async () => {
    const vaults = openVaults({ masterKey, database: db.database });
    let cipher: Buffer = Buffer.alloc(0);
    await expect(
      db.asStaff(
        async (ctx) => {
          cipher = (await vaults.forTenant(ctx.tx, 78)).encrypt(phone, '张三');
          throw new Error('rolled back');
        },
        { tenantId: 78 },
      ),
    ).rejects.toThrow('rolled back');
    const later = openVaults({ masterKey, database: db.database });
    const opened = await db.asStaff((ctx) => later.forTenant(ctx.tx, 78), { tenantId: 78 });
    expect(opened.decrypt(phone, cipher)).toBe('张三');
  });

  test('are refused under another master key, instead of writing what nobody can read', async () => {
    const wrong = openVaults({ masterKey: createSecretKey(randomBytes(32)), database: db.database });
    await expect(db.asStaff((ctx) => wrong.forTenant(ctx.tx, 1))).rejects.toThrow(MasterKeyMismatch);
  });

  test('lie in the database only wrapped', async () => {
    const admin = await db.admin();
    const { rows } = await admin.query<{ wrapped: Buffer }>(`select wrapped from platform.data_keys`);
    expect(rows.every(({ wrapped }) => wrapped.length === 33 + 32)).toBe(true);
    expect(rows.some(({ wrapped }) => wrapped.includes(masterKey.export()))).toBe(false);
    await admin.end();
  });
});

describe('rotation', () => {
  const target = { tenantId: 1, table: 'planted.people', columns: ['name', 'phone'], rowId: 'id::text' };
  const at = (column: string, id: number): Place => ({ table: target.table, column, rowId: String(id) });

  test('writes under the new key, reads under both, moves old values over and only then lets the old key go', async () => {
    const admin = await db.admin();
    await admin.query(`create schema planted; create table planted.people (tenant_id int, id int primary key, name bytea, phone bytea);
      comment on column planted.people.name is 'P2'; comment on column planted.people.phone is 'P2';
      grant usage on schema planted to shuke_worker; grant select, update on planted.people to shuke_worker`);
    const before = openVaults({ masterKey, database: db.database });
    const old = await db.asStaff((ctx) => before.forTenant(ctx.tx, 1));
    for (const id of [1, 2, 3]) {
      await admin.query(`insert into planted.people values (1, $1, $2, $3)`, [
        id,
        old.encrypt(at('name', id), `客户${id}`),
        id === 3 ? null : old.encrypt(at('phone', id), `+861380013800${id}`),
      ]);
    }
    await before.rotate(1, 'P2');
    const waiting = openVaults({ masterKey, database: db.database });
    const notYet = await db.asStaff((ctx) => waiting.forTenant(ctx.tx, 1));
    expect(notYet.currentKid('P2')).toBe(old.currentKid('P2'));

    await admin.query(`update platform.data_keys set activates_at = now() - interval '1 second'`);
    const after = openVaults({ masterKey, database: db.database });
    const fresh = await db.asStaff((ctx) => after.forTenant(ctx.tx, 1));
    expect(fresh.currentKid('P2')).not.toBe(old.currentKid('P2'));
    // A process that loaded the key while it was waiting reads what the new key writes.
    expect(notYet.decrypt(phone, fresh.encrypt(phone, '张三'))).toBe('张三');

    await expect(destroyKey(db.database, { tenantId: 1, kid: old.currentKid('P2') })).rejects.toThrow(KeyStillUsed);
    expect(await reencryptBatch(db.database, after, target)).toBe(3);
    expect(await reencryptBatch(db.database, after, target)).toBe(0);
    const { rows } = await admin.query<{ id: number; name: Buffer; phone: Buffer | null }>(
      `select id, name, phone from planted.people order by id`,
    );
    expect(rows.map(({ name }) => envelopeKid(name))).toEqual(Array(3).fill(fresh.currentKid('P2')));
    expect(rows.map(({ id, name }) => fresh.decrypt(at('name', id), name))).toEqual(['客户1', '客户2', '客户3']);
    expect(rows[2]?.phone).toBeNull();

    await destroyKey(db.database, { tenantId: 1, kid: old.currentKid('P2') });
    const last = openVaults({ masterKey, database: db.database });
    const reader = await db.asStaff((ctx) => last.forTenant(ctx.tx, 1));
    expect(rows.map(({ id, name }) => reader.decrypt(at('name', id), name))).toEqual(['客户1', '客户2', '客户3']);
    expect(() => reader.decrypt(phone, old.encrypt(phone, 'x'))).toThrow(Undecipherable);
    await admin.end();
  });

  test('of the master key keeps every value readable under the new one', async () => {
    const fromKey = createSecretKey(randomBytes(32));
    const toKey = createSecretKey(randomBytes(32));
    const own = await openTestDatabase();
    const before = openVaults({ masterKey: fromKey, database: own.database });
    const cipher = (await own.asStaff((ctx) => before.forTenant(ctx.tx, 1))).encrypt(phone, '张三');
    expect(await changeMasterKey(own.database, fromKey, toKey)).toBe(5);
    const after = openVaults({ masterKey: toKey, database: own.database });
    expect((await own.asStaff((ctx) => after.forTenant(ctx.tx, 1))).decrypt(phone, cipher)).toBe('张三');
    await own.close();
  });

  test('is not open to the web role', async () => {
    const changed = await db.database.transaction({ tenantId: 2, scope: everyStore }, (tx) =>
      tx.query<{ tenant_id: number }>(`select tenant_id from platform.data_keys where tenant_id <> 2`),
    );
    expect(changed).toEqual([]);
    await expect(
      db.database.transaction({ tenantId: 2, scope: everyStore }, (tx) =>
        tx.execute(`delete from platform.data_keys where tenant_id = 2`),
      ),
    ).rejects.toThrow(/not for the web role/);
  });
});
