import { createHash, randomBytes } from 'node:crypto';

import type { Context } from '#platform/context';
import { newId } from '#platform/ids';
import { maskIp } from '#platform/personal-data-mask';

/** Whose session: a staff member's id or a customer's id as text. */
export interface SessionSubject {
  readonly kind: 'staff' | 'customer';
  readonly id: string;
}

/** How long a session lives: unused for `idleS` seconds ends it, `absoluteS` seconds end it in any case. */
export interface SessionLifetime {
  readonly idleS: number;
  readonly absoluteS: number;
}

export const staffLifetime: SessionLifetime = { idleS: 1_800, absoluteS: 43_200 };
export const customerLifetime: SessionLifetime = { idleS: 2_592_000, absoluteS: 7_776_000 };
/** Sensitive acts need a password given at most so many seconds ago. */
export const recentSignInS = 600;

/** A session as the owner sees it in the list of devices. */
export interface Device {
  readonly sessionId: string;
  readonly userAgent: string;
  /** The network, not the full address. */
  readonly network: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

export type SessionContext = Pick<Context, 'tx' | 'tenantId' | 'now' | 'client' | 'services'>;

/** What the cookie carries (`token`, shown once) and the session behind it. */
export interface OpenedSession {
  readonly sessionId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Opens a session; only the hash of its secret is stored. */
export async function openSession(
  ctx: SessionContext,
  {
    subject,
    lifetime,
    secondFactor = false,
  }: { subject: SessionSubject; lifetime: SessionLifetime; secondFactor?: boolean },
): Promise<OpenedSession> {
  const sessionId = newId();
  const token = newToken();
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const ip = vault.encrypt({ table: 'platform.sessions', column: 'ip', rowId: sessionId }, ctx.client.ip);
  const [row] = await ctx.tx.query<{ expires_at: Date }>(
    `insert into platform.sessions (tenant_id, session_id, subject_kind, subject_id, token_sha256, created_at, last_seen_at, idle_s,
            expires_at, reauthenticated_at, second_factor, ip, user_agent)
     values ($1, $2, $3, $4, $5, now(), now(), $6, now() + make_interval(secs => $7), now(), $8, $9, $10)
     returning expires_at`,
    [
      ctx.tenantId,
      sessionId,
      subject.kind,
      subject.id,
      tokenSha256(token),
      lifetime.idleS,
      lifetime.absoluteS,
      secondFactor,
      ip,
      ctx.client.userAgent.slice(0, 300),
    ],
  );
  if (!row) throw new Error('the session was not stored');
  return { sessionId, token, expiresAt: row.expires_at };
}

/** Gives a session a new secret after its person proved the password again; the old secret is dead at once. */
export async function renewSession(
  ctx: SessionContext,
  sessionId: string,
  { secondFactor }: { secondFactor: boolean },
): Promise<string> {
  const token = newToken();
  await ctx.tx.execute(
    `update platform.sessions set token_sha256 = $3, reauthenticated_at = now(), last_seen_at = now(), second_factor = second_factor or $4
      where tenant_id = $1 and session_id = $2 and revoked_at is null`,
    [ctx.tenantId, sessionId, tokenSha256(token), secondFactor],
  );
  return token;
}

/** Ends one of the subject's sessions; returns whether it was alive. */
export async function revokeSession(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  subject: SessionSubject,
  sessionId: string,
): Promise<boolean> {
  const ended = await ctx.tx.execute(
    `update platform.sessions set revoked_at = now()
      where tenant_id = $1 and subject_kind = $2 and subject_id = $3 and session_id = $4 and revoked_at is null`,
    [ctx.tenantId, subject.kind, subject.id, sessionId],
  );
  return ended === 1;
}

/** Ends all sessions of a subject except, when given, the one in use; returns how many. */
export async function revokeSessions(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  subject: SessionSubject,
  { except }: { except?: string | undefined } = {},
): Promise<number> {
  return ctx.tx.execute(
    `update platform.sessions set revoked_at = now()
      where tenant_id = $1 and subject_kind = $2 and subject_id = $3 and revoked_at is null and session_id is distinct from $4`,
    [ctx.tenantId, subject.kind, subject.id, except ?? null],
  );
}

interface DeviceRow {
  session_id: string;
  user_agent: string;
  ip: Buffer;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
}

/** The subject's live sessions, last used first. */
export async function listDevices(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  subject: SessionSubject,
): Promise<Device[]> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const rows = await ctx.tx.query<DeviceRow>(
    `select session_id, user_agent, ip, created_at, last_seen_at, expires_at from platform.sessions
      where tenant_id = $1 and subject_kind = $2 and subject_id = $3 and revoked_at is null and expires_at > now()
        and last_seen_at + make_interval(secs => idle_s) > now()
      order by last_seen_at desc, session_id limit 200`,
    [ctx.tenantId, subject.kind, subject.id],
  );
  return rows.map((row) => ({
    sessionId: row.session_id,
    userAgent: row.user_agent,
    network: maskIp(vault.decrypt({ table: 'platform.sessions', column: 'ip', rowId: row.session_id }, row.ip)),
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  }));
}

/** A new secret of 256 bits for a cookie or a link. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret of 256 bits. */
export function tokenSha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
