import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Context } from '#platform/context';
import { InvalidInput, Unavailable } from '#platform/errors';
import { maskedFields, RevealQuotaUsedUp, revealField } from '#platform/personal-data';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

let db: TestDatabase;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

const place = { table: 'customers.customers', column: 'phone', rowId: '42' };

async function reveal(ctx: Context, reason = '客户要求回电'): Promise<string> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const cipher = vault.encrypt(place, '+8613812345678');
  return revealField(ctx, { place, cipher, reason, subject: { type: 'customer', id: '42' } });
}

const guide = (id: string, permissions: string[] = ['reveals.daily-30']) => ({
  actor: { kind: 'staff', id, name: '导购' } as const,
  permissions: new Set(permissions),
});

async function records(actor: string): Promise<{ result: string; purpose: string; details: unknown }[]> {
  const admin = await db.admin();
  const { rows } = await admin.query(`select result, purpose, details from platform.audit_pending where actor = $1`, [
    actor,
  ]);
  await admin.end();
  return rows as { result: string; purpose: string; details: unknown }[];
}

test('fields leave the server masked, empty ones stay empty', async () => {
  const masked = await db.asStaff(async (ctx) => {
    const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
    const name = { table: 'customers.customers', column: 'name', rowId: '42' };
    return maskedFields(ctx, {
      phone: { kind: 'phone', place, cipher: vault.encrypt(place, '+8613812345678') },
      name: { kind: 'name', place: name, cipher: vault.encrypt(name, '张三丰') },
      email: { kind: 'email', place, cipher: null },
    });
  });
  expect(masked).toEqual({ phone: '138****5678', name: '张**', email: null });
});

describe('a reveal', () => {
  test('gives the value and leaves exactly one record with the reason', async () => {
    expect(await db.asStaff((ctx) => reveal(ctx), guide('a'))).toBe('+8613812345678');
    expect(await records('staff:a')).toEqual([
      { result: 'ok', purpose: '客户要求回电', details: { table: 'customers.customers', column: 'phone' } },
    ]);
  });

  test('leaves neither value nor record when its transaction fails', async () => {
    const failing = db.asStaff(async (ctx) => {
      await reveal(ctx);
      throw new Error('connection lost');
    }, guide('b'));
    await expect(failing).rejects.toThrow('connection lost');
    expect(await records('staff:b')).toEqual([]);
  });

  test('needs a reason', async () => {
    await expect(db.asStaff((ctx) => reveal(ctx, '  ok '), guide('c'))).rejects.toThrow(InvalidInput);
  });

  test.each([
    [30, ['reveals.daily-30']],
    [50, ['reveals.daily-30', 'reveals.daily-50']],
    [100, ['reveals.daily-100']],
    [30, []],
  ])('stops after %i a day for %j, and the refusal is on record', async (limit, permissions) => {
    const id = `d${limit}${permissions.length}`;
    for (let n = 0; n < limit; n += 1) await db.asStaff((ctx) => reveal(ctx), guide(id, permissions));
    const refusal = await db.asStaff(
      (ctx) =>
        reveal(ctx).catch((error: unknown) => {
          if (error instanceof RevealQuotaUsedUp) return error;
          throw error;
        }),
      guide(id, permissions),
    );
    expect(refusal).toBeInstanceOf(RevealQuotaUsedUp);
    expect(refusal).toMatchObject({ keepsTrace: true });
    const all = await records(`staff:${id}`);
    expect(all.filter(({ result }) => result === 'ok')).toHaveLength(limit);
    expect(all.filter(({ result }) => result === 'denied')).toHaveLength(1);
  });

  test('never exceeds the quota when many come at once', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, () => db.asStaff((ctx) => reveal(ctx), guide('e'))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(30);
  });

  test('is refused while the audit log has not been sealed for over a minute', async () => {
    await db.asStaff((ctx) => reveal(ctx), { ...guide('f'), tenantId: 2 });
    const admin = await db.admin();
    await admin.query(`update platform.audit_pending set at = at - interval '61 seconds' where tenant_id = 2`);
    await admin.end();
    await expect(db.asStaff((ctx) => reveal(ctx), { ...guide('f'), tenantId: 2 })).rejects.toThrow(Unavailable);
  });
});
