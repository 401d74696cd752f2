import { audit } from '#platform/audit';
import type { AuditContext } from '#platform/audit';
import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import { defineError, InvalidInput, Unavailable } from '#platform/errors';
import { mask } from '#platform/personal-data-mask';
import type { PersonalKind } from '#platform/personal-data-mask';
import type { Place } from '#platform/vault';

export * from '#platform/personal-data-detect';
export * from '#platform/personal-data-mask';
export * from '#platform/personal-data-normalise';

/** A stored personal value and how it is shown; a null cipher stays null. */
export interface PersonalField {
  readonly kind: PersonalKind;
  readonly place: Place;
  readonly cipher: Buffer | null;
}

/** A masker for the rows of a list: decrypts in memory and lets only the masked form out. */
export async function openMasker(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
): Promise<(field: PersonalField) => string | null> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  return ({ kind, place, cipher }) => (cipher === null ? null : mask(kind, vault.decrypt(place, cipher)));
}

/** The masked forms of one row's personal fields, under the same keys. */
export async function maskedFields<Key extends string>(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  fields: Readonly<Record<Key, PersonalField>>,
): Promise<Record<Key, string | null>> {
  const masked = await openMasker(ctx);
  return Object.fromEntries(
    Object.entries<PersonalField>(fields).map(([key, field]) => [key, masked(field)]),
  ) as Record<Key, string | null>;
}

/** Permissions that set how many values their holder may reveal per UTC day; roles name one of them. */
export const revealQuotas = { 'reveals.daily-30': 30, 'reveals.daily-50': 50, 'reveals.daily-100': 100 } as const;

export const RevealQuotaUsedUp = defineError(
  'reveal_quota_used_up',
  429,
  (limit: number) =>
    `You have revealed ${limit} values today, as many as your role allows. Ask your manager if you need more.`,
  (limit) => ({ limit }),
  { keepsTrace: true },
);

/** What a reveal needs: the value's place, whom it concerns and why it must be seen. */
export interface Reveal {
  readonly place: Place;
  readonly cipher: Buffer;
  /** In the staff member's words, at least four characters. */
  readonly reason: string;
  /** The person the value belongs to, e.g. `{ type: 'customer', id: '42' }`. */
  readonly subject: { readonly type: string; readonly id: string };
  /** Audit code; `customers.reveal` when absent. */
  readonly action?: string | undefined;
}

/**
 * The plain value of one field of one record. The caller has checked the permission and the data scope; this counts against the
 * actor's daily quota and audits in the same transaction, so a value without a record of who saw it and why cannot leave.
 */
export async function revealField(
  ctx: AuditContext & Pick<Context, 'now' | 'permissions'>,
  reveal: Reveal,
): Promise<string> {
  const reason = reveal.reason.trim();
  if (reason.length < 4)
    throw new InvalidInput([{ path: 'body.reason', message: 'say why in at least four characters' }]);
  await refuseWhileAuditIsBehind(ctx);
  const act = {
    action: reveal.action ?? 'customers.reveal',
    objectType: reveal.subject.type,
    objectId: reveal.subject.id,
    purpose: reason,
    details: { table: reveal.place.table, column: reveal.place.column },
  };
  const limit = revealLimit(ctx.permissions);
  if (!(await countReveal(ctx, limit))) {
    await audit(ctx, { ...act, result: 'denied' });
    throw new RevealQuotaUsedUp(limit);
  }
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const plain = vault.decrypt(reveal.place, reveal.cipher);
  await audit(ctx, act);
  return plain;
}

function revealLimit(permissions: ReadonlySet<string>): number {
  const limits = Object.entries(revealQuotas).flatMap(([permission, limit]) =>
    permissions.has(permission) ? [limit] : [],
  );
  return Math.max(30, ...limits);
}

async function countReveal(ctx: Pick<Context, 'tx' | 'tenantId' | 'actor' | 'now'>, limit: number): Promise<boolean> {
  const counted = await ctx.tx.execute(
    `insert into platform.reveal_counts as c (tenant_id, actor, day_on, reveals) values ($1, $2, $3, 1)
     on conflict (tenant_id, actor, day_on) do update set reveals = c.reveals + 1 where c.reveals < $4`,
    [ctx.tenantId, actorRef(ctx.actor), ctx.now.toISOString().slice(0, 10), limit],
  );
  return counted === 1;
}

/** Refuses acts that must not happen unrecorded while the sealer has been behind for more than a minute; sales go on. */
export async function refuseWhileAuditIsBehind(ctx: Pick<Context, 'tx' | 'tenantId'>): Promise<void> {
  const [row] = await ctx.tx.query<{ behind: boolean }>(
    `select exists (select from platform.audit_pending where tenant_id = $1 and at < clock_timestamp() - interval '60 seconds') as behind`,
    [ctx.tenantId],
  );
  if (row?.behind) throw new Unavailable('The audit log');
}
