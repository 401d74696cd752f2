import { randomBytes, timingSafeEqual } from 'node:crypto';

import { generateSecret, generateSync, generateURI } from 'otplib';

import type { Context } from '#platform/context';
import { defineError } from '#platform/errors';
import type { SessionSubject } from '#platform/sessions';
import type { Place, TenantVault } from '#platform/vault';

const stepS = 30;
const recoveryCodeCount = 10;

export type TotpContext = Pick<Context, 'tx' | 'tenantId' | 'now' | 'services'>;

export const TotpAlreadyOn = defineError(
  'totp_already_on',
  409,
  () => 'A second factor is already set up. Remove it first to set up another device.',
);
export const TotpCodeWrong = defineError(
  'totp_code_wrong',
  400,
  () => 'The six digits do not match. Check that your phone shows the right time and use the newest code.',
);

/** Starts enrolment: a new secret as text and as the `otpauth://` address for a QR code; it counts for nothing until confirmed. */
export async function enrolTotp(
  ctx: TotpContext,
  subject: SessionSubject,
  { issuer, account }: { issuer: string; account: string },
): Promise<{ secret: string; uri: string }> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const secret = generateSecret({ length: 20 });
  const stored = await ctx.tx.execute(
    `insert into platform.second_factors as f (tenant_id, subject_kind, subject_id, secret) values ($1, $2, $3, $4)
     on conflict (tenant_id, subject_kind, subject_id) do update set secret = excluded.secret, last_step = 0
      where f.confirmed_at is null`,
    [ctx.tenantId, subject.kind, subject.id, vault.encrypt(secretPlace(subject), secret)],
  );
  if (stored === 0) throw new TotpAlreadyOn();
  return { secret, uri: generateURI({ issuer, label: account, secret }) };
}

/** Turns the second factor on with a first code; returns the recovery codes, which are shown this once. */
export async function confirmTotp(ctx: TotpContext, subject: SessionSubject, code: string): Promise<string[]> {
  const factor = await lockFactor(ctx, subject);
  if (!factor) throw new TotpCodeWrong();
  if (factor.confirmed_at) throw new TotpAlreadyOn();
  if (!(await spendStep(ctx, subject, factor, code))) throw new TotpCodeWrong();
  await ctx.tx.execute(
    `update platform.second_factors set confirmed_at = now() where tenant_id = $1 and subject_kind = $2 and subject_id = $3`,
    [ctx.tenantId, subject.kind, subject.id],
  );
  return replaceRecoveryCodes(ctx, subject);
}

/** Whether the subject has a confirmed second factor. */
export async function hasTotp(ctx: Pick<Context, 'tx' | 'tenantId'>, subject: SessionSubject): Promise<boolean> {
  const rows = await ctx.tx.query(
    `select from platform.second_factors
      where tenant_id = $1 and subject_kind = $2 and subject_id = $3 and confirmed_at is not null`,
    [ctx.tenantId, subject.kind, subject.id],
  );
  return rows.length > 0;
}

/** Whether the code is good: six digits of a step not used before (one step of clock difference is allowed), or an unused recovery code. */
export async function spendSecondFactor(ctx: TotpContext, subject: SessionSubject, code: string): Promise<boolean> {
  const factor = await lockFactor(ctx, subject);
  if (!factor?.confirmed_at) return false;
  if (/^\d{6}$/.test(code.trim())) return spendStep(ctx, subject, factor, code.trim());
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const used = await ctx.tx.execute(
    `update platform.recovery_codes set used_at = now()
      where tenant_id = $1 and subject_kind = $2 and subject_id = $3 and code_hash = $4 and used_at is null`,
    [ctx.tenantId, subject.kind, subject.id, recoveryHash(vault, code)],
  );
  return used === 1;
}

/** Removes the second factor and its recovery codes. */
export async function removeTotp(ctx: Pick<Context, 'tx' | 'tenantId'>, subject: SessionSubject): Promise<boolean> {
  const removed = await ctx.tx.execute(
    `delete from platform.second_factors where tenant_id = $1 and subject_kind = $2 and subject_id = $3`,
    [ctx.tenantId, subject.kind, subject.id],
  );
  return removed === 1;
}

interface FactorRow {
  secret: Buffer;
  last_step: number;
  confirmed_at: Date | null;
}

// Locked, so that two requests with the same code meet here and the second finds the step used.
async function lockFactor(ctx: TotpContext, subject: SessionSubject): Promise<FactorRow | undefined> {
  const [row] = await ctx.tx.query<FactorRow>(
    `select secret, last_step, confirmed_at from platform.second_factors
      where tenant_id = $1 and subject_kind = $2 and subject_id = $3 for update`,
    [ctx.tenantId, subject.kind, subject.id],
  );
  return row;
}

async function spendStep(ctx: TotpContext, subject: SessionSubject, factor: FactorRow, code: string): Promise<boolean> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const secret = vault.decrypt(secretPlace(subject), factor.secret);
  const current = Math.floor(ctx.now.getTime() / 1_000 / stepS);
  const given = Buffer.from(code);
  const step = [current - 1, current, current + 1].find((candidate) => {
    if (candidate <= factor.last_step) return false;
    const expected = Buffer.from(generateSync({ secret, epoch: candidate * stepS }));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  if (step === undefined) return false;
  await ctx.tx.execute(
    `update platform.second_factors set last_step = $4 where tenant_id = $1 and subject_kind = $2 and subject_id = $3`,
    [ctx.tenantId, subject.kind, subject.id, step],
  );
  return true;
}

async function replaceRecoveryCodes(ctx: TotpContext, subject: SessionSubject): Promise<string[]> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const codes = Array.from({ length: recoveryCodeCount }, () => {
    const text = randomBytes(10).toString('hex');
    return `${text.slice(0, 5)}-${text.slice(5, 10)}-${text.slice(10, 15)}-${text.slice(15)}`;
  });
  await ctx.tx.execute(
    `delete from platform.recovery_codes where tenant_id = $1 and subject_kind = $2 and subject_id = $3`,
    [ctx.tenantId, subject.kind, subject.id],
  );
  await ctx.tx.execute(
    `insert into platform.recovery_codes (tenant_id, subject_kind, subject_id, code_hash) select $1, $2, $3, unnest($4::bytea[])`,
    [ctx.tenantId, subject.kind, subject.id, codes.map((code) => recoveryHash(vault, code))],
  );
  return codes;
}

function recoveryHash(vault: TenantVault, code: string): Buffer {
  return vault.blindIndex('recovery-code', code.toLowerCase().replaceAll(/[^0-9a-f]/g, ''));
}

function secretPlace(subject: SessionSubject): Place {
  return { table: 'platform.second_factors', column: 'secret', rowId: `${subject.kind}:${subject.id}`, class: 'P4' };
}
