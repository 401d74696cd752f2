import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { hashPassword, requireStrongPassword } from '#platform/passwords';
import { renewSession, revokeSession, revokeSessions } from '#platform/sessions';
import { countAttempt, forgetAttempts, perSecret } from '#platform/throttle';
import { confirmTotp, enrolTotp, hasTotp, removeTotp, spendSecondFactor } from '#platform/totp';

import { requireRecentSignIn } from './assign-role.ts';
import { SecondFactorRefused, SignInRefused } from './errors.ts';
import { readTenant } from './read-organisation.ts';
import { isPasswordOf, ownWords, storePasswordHash } from './sign-in.ts';
import { actingStaffId, staffPlace, staffSubject } from './staff.ts';

/** Proves again who sits there; returns the session's new secret, good for sensitive acts in the next ten minutes. */
export async function confirmIdentity(
  ctx: Context,
  { sessionId, password, code }: { sessionId: string; password: string; code?: string | undefined },
): Promise<string> {
  const staffId = actingStaffId(ctx);
  await provePassword(ctx, staffId, password);
  const secondFactor = await hasTotp(ctx, staffSubject(staffId));
  if (secondFactor && !(await spendSecondFactor(ctx, staffSubject(staffId), code ?? ''))) {
    await audit(ctx, { action: 'org.second-factor', objectType: 'staff', objectId: staffId, result: 'denied' });
    throw new SecondFactorRefused();
  }
  await audit(ctx, { action: 'org.confirm-identity', objectType: 'staff', objectId: staffId });
  return renewSession(ctx, sessionId, { secondFactor });
}

/** Changes one's own password; all other sessions end. */
export async function changePassword(
  ctx: Context,
  { sessionId, current, next }: { sessionId: string; current: string; next: string },
): Promise<void> {
  const staffId = actingStaffId(ctx);
  await provePassword(ctx, staffId, current);
  requireStrongPassword(next, await ownWords(ctx, staffId));
  await storePasswordHash(ctx, staffId, await hashPassword(next));
  const ended = await revokeSessions(ctx, staffSubject(staffId), { except: sessionId });
  await audit(ctx, {
    action: 'org.change-password',
    objectType: 'staff',
    objectId: staffId,
    details: { ended_sessions: ended },
  });
}

// A stolen session must not become a place to guess the password: wrong ones count and are recorded like at sign-in.
async function provePassword(ctx: Context, staffId: string, password: string): Promise<void> {
  const bucket = { bucket: 'confirm', key: staffId };
  await countAttempt(ctx, bucket, perSecret);
  if (!(await isPasswordOf(ctx, staffId, password))) {
    await audit(ctx, { action: 'org.confirm-identity', objectType: 'staff', objectId: staffId, result: 'denied' });
    throw new SignInRefused();
  }
  await forgetAttempts(ctx, bucket);
}

/** Begins to set up a second factor: the secret as text and as an address for a QR code. */
export async function beginSecondFactor(ctx: Context): Promise<{ secret: string; uri: string }> {
  requireRecentSignIn(ctx);
  const staffId = actingStaffId(ctx);
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const [row] = await ctx.tx.query<{ login: Buffer }>(
    `select login from org.staff where tenant_id = $1 and staff_id = $2`,
    [ctx.tenantId, staffId],
  );
  if (!row) throw new NotFound('The person');
  const { name } = await readTenant(ctx);
  return enrolTotp(ctx, staffSubject(staffId), {
    issuer: `Shuke ${name}`,
    account: vault.decrypt(staffPlace(staffId, 'login'), row.login),
  });
}

/** Turns the second factor on; returns recovery codes, shown this once. Other sessions, opened without it, end. */
export async function finishSecondFactor(
  ctx: Context,
  { sessionId, code }: { sessionId: string; code: string },
): Promise<string[]> {
  const staffId = actingStaffId(ctx);
  await countAttempt(ctx, { bucket: 'totp', key: staffId }, perSecret);
  const recoveryCodes = await confirmTotp(ctx, staffSubject(staffId), code);
  await forgetAttempts(ctx, { bucket: 'totp', key: staffId });
  await revokeSessions(ctx, staffSubject(staffId), { except: sessionId });
  await audit(ctx, { action: 'org.turn-on-second-factor', objectType: 'staff', objectId: staffId });
  return recoveryCodes;
}

/** Turns one's own second factor off. */
export async function turnOffSecondFactor(ctx: Context): Promise<void> {
  requireRecentSignIn(ctx);
  const staffId = actingStaffId(ctx);
  if (!(await removeTotp(ctx, staffSubject(staffId)))) throw new NotFound('The second factor');
  await audit(ctx, { action: 'org.turn-off-second-factor', objectType: 'staff', objectId: staffId });
}

/** Ends one of one's own sessions. */
export async function endOwnSession(ctx: Context, sessionId: string): Promise<void> {
  const staffId = actingStaffId(ctx);
  if (!(await revokeSession(ctx, staffSubject(staffId), sessionId))) throw new NotFound('The session');
  await audit(ctx, { action: 'org.sign-out', objectType: 'staff', objectId: staffId, details: { session: sessionId } });
}

/** Sets the language of one's own screens. */
export async function changeLocale(ctx: Context, locale: Context['locale']): Promise<void> {
  await ctx.tx.execute(`update org.staff set locale = $3 where tenant_id = $1 and staff_id = $2`, [
    ctx.tenantId,
    actingStaffId(ctx),
    locale,
  ]);
}
