import { randomBytes, timingSafeEqual } from 'node:crypto';

import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { checkPassword } from '#platform/passwords';
import { openSession, staffLifetime } from '#platform/sessions';
import type { OpenedSession } from '#platform/sessions';
import { countAttempt, forgetAttempts, perAddress, perSecret } from '#platform/throttle';
import { hasTotp, spendSecondFactor } from '#platform/totp';
import type { TenantVault } from '#platform/vault';

import { contextIn } from './enter-tenant.ts';
import { SecondFactorRefused, SignInRefused } from './errors.ts';
import { loginIndex, normaliseLogin, passwordPlace, staffPlace, staffSubject } from './staff.ts';

export interface Credentials {
  readonly login: string;
  readonly password: string;
  /** Six digits of an authenticator, or a recovery code. */
  readonly code?: string | undefined;
  /** What this browser got at an earlier sign-in: an attacker elsewhere cannot slow it down. */
  readonly knownDevice?: string | undefined;
}

export type SignedIn =
  | { readonly status: 'code_required' }
  | {
      readonly status: 'signed_in';
      readonly tenantId: number;
      readonly staffId: string;
      readonly session: OpenedSession;
      readonly knownDevice: string;
    };

interface FoundStaff {
  tenant_id: number;
  staff_id: string;
  password_hash: Buffer | null;
}

/**
 * Signs a staff member in with password and, where set up, a second factor. Unknown logins, wrong passwords and disabled people get
 * the same answer after the same work; attempts are counted before they are judged and stay counted when refused.
 */
export async function signIn(publicCtx: Context, credentials: Credentials): Promise<SignedIn> {
  const ctx = await contextIn(publicCtx, 0);
  const installation = await ctx.services.vaults.forInstallation(ctx.tx);
  await countAttempt(ctx, { bucket: 'sign-in:address', key: ctx.client.ip }, perAddress);
  const [found] = await ctx.tx.query<FoundStaff>(`select * from org.find_sign_in($1)`, [
    await loginIndex(ctx, credentials.login),
  ]);
  const bucket = bucketOf(installation, found, credentials);
  await countAttempt(ctx, bucket, perSecret);

  const own = found && (await contextIn(ctx, found.tenant_id, { kind: 'staff', id: found.staff_id, name: '' }));
  const stored = own && found.password_hash && (await readPasswordHash(own, found.staff_id, found.password_hash));
  const { ok, renewed } = await checkPassword(stored ?? null, credentials.password);
  if (!own || !ok) {
    await audit(own ?? ctx, {
      action: 'org.sign-in',
      objectType: 'staff',
      objectId: found?.staff_id ?? 'unknown',
      result: 'denied',
    });
    throw new SignInRefused();
  }
  const subject = staffSubject(found.staff_id);
  const secondFactor = await hasTotp(own, subject);
  if (secondFactor) {
    if (credentials.code === undefined) return { status: 'code_required' };
    if (!(await spendSecondFactor(own, subject, credentials.code))) {
      await audit(own, {
        action: 'org.second-factor',
        objectType: 'staff',
        objectId: found.staff_id,
        result: 'denied',
      });
      throw new SecondFactorRefused();
    }
  }
  if (renewed !== null) await storePasswordHash(own, found.staff_id, renewed);
  await own.tx.execute(`update org.staff set last_sign_in_at = now() where tenant_id = $1 and staff_id = $2`, [
    own.tenantId,
    found.staff_id,
  ]);
  const session = await openSession(own, { subject, lifetime: staffLifetime, secondFactor });
  await audit(own, {
    action: 'org.sign-in',
    objectType: 'staff',
    objectId: found.staff_id,
    details: { session: session.sessionId, second_factor: secondFactor },
  });
  const ready = await contextIn(own, 0);
  await forgetAttempts(ready, bucket);
  return {
    status: 'signed_in',
    tenantId: own.tenantId,
    staffId: found.staff_id,
    session,
    knownDevice: knownDeviceOf(installation, found.staff_id),
  };
}

// Attempts count per login, except from a browser that signed this person in before: it has a count of its own, so that strangers
// who keep trying the login make strangers wait and not the person.
function bucketOf(installation: TenantVault, found: FoundStaff | undefined, { login, knownDevice }: Credentials) {
  const [nonce, mark] = (knownDevice ?? '').split('.');
  if (found && nonce && mark) {
    const expected = deviceMark(installation, found.staff_id, nonce);
    const given = Buffer.from(mark, 'base64url');
    if (given.length === expected.length && timingSafeEqual(given, expected))
      return { bucket: 'sign-in:device', key: nonce };
  }
  return { bucket: 'sign-in:login', key: normaliseLogin(login) };
}

function knownDeviceOf(installation: TenantVault, staffId: string): string {
  const nonce = randomBytes(12).toString('base64url');
  return `${nonce}.${deviceMark(installation, staffId, nonce).toString('base64url')}`;
}

function deviceMark(installation: TenantVault, staffId: string, nonce: string): Buffer {
  return installation.blindIndex('known-device', `${staffId}|${nonce}`);
}

async function readPasswordHash(ctx: Context, staffId: string, cipher: Buffer): Promise<string> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  return vault.decrypt(passwordPlace(staffId), cipher);
}

/** Whether somebody signs in with these. Counts no attempt, so it is not for requests. */
export async function isSignIn(
  publicCtx: Context,
  { login, password }: Pick<Credentials, 'login' | 'password'>,
): Promise<boolean> {
  const ctx = await contextIn(publicCtx, 0);
  const [found] = await ctx.tx.query<FoundStaff>(`select * from org.find_sign_in($1)`, [await loginIndex(ctx, login)]);
  return found !== undefined && isPasswordOf(await contextIn(ctx, found.tenant_id), found.staff_id, password);
}

/** Stores a staff member's password hash, encrypted. */
export async function storePasswordHash(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  staffId: string,
  hash: string,
): Promise<void> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  await ctx.tx.execute(`update org.staff set password_hash = $3 where tenant_id = $1 and staff_id = $2`, [
    ctx.tenantId,
    staffId,
    vault.encrypt(passwordPlace(staffId), hash),
  ]);
}

/** Whether the password is this person's present one. */
export async function isPasswordOf(ctx: Context, staffId: string, password: string): Promise<boolean> {
  const [row] = await ctx.tx.query<{ password_hash: Buffer | null }>(
    `select password_hash from org.staff where tenant_id = $1 and staff_id = $2`,
    [ctx.tenantId, staffId],
  );
  const stored = row?.password_hash ? await readPasswordHash(ctx, staffId, row.password_hash) : null;
  return (await checkPassword(stored, password)).ok;
}

/** The words a password of this person must not be made of. */
export async function ownWords(ctx: Context, staffId: string): Promise<string[]> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const [row] = await ctx.tx.query<{ login: Buffer; name: Buffer; tenant: string }>(
    `select s.login, s.name, t.name as tenant from org.staff s join org.tenants t using (tenant_id)
      where s.tenant_id = $1 and s.staff_id = $2`,
    [ctx.tenantId, staffId],
  );
  if (!row) return [];
  return [
    vault.decrypt(staffPlace(staffId, 'login'), row.login),
    vault.decrypt(staffPlace(staffId, 'name'), row.name),
    row.tenant,
  ];
}
