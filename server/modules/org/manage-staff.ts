import { audit } from '#platform/audit';
import type { Context, Locale } from '#platform/context';
import { NotFound } from '#platform/errors';
import { normalisePhone } from '#platform/personal-data';
import { revokeSessions } from '#platform/sessions';
import { removeTotp } from '#platform/totp';

import { requireAnAdministrator, requireManageable, requireRecentSignIn } from './assign-role.ts';
import { SelfGrantRefused } from './errors.ts';
import { withUniqueCode } from './organisation.ts';
import { actingStaffId, loginIndex, readStaff, staffColumns, staffPlace, staffSubject } from './staff.ts';
import type { StaffMember, StaffRow, StaffStatus } from './staff.ts';

// People with a role that reaches a store of the actor's scope; for the whole tenant everybody.
const visible = `($2 or exists (select from org.staff_roles a where a.tenant_id = s.tenant_id and a.staff_id = s.staff_id
    and a.node_kind <> 'tenant' and org.node_stores(a.node_kind, a.node_id) && $3::int[]))`;

function visibility(ctx: Context): [number, boolean, readonly number[]] {
  return [ctx.tenantId, ctx.scope.all, ctx.scope.all ? [] : ctx.scope.storeIds];
}

export interface StaffFilter {
  /** A whole login, phone number or employee number: names are encrypted and cannot be searched in part. */
  readonly search?: string | undefined;
  readonly status?: StaffStatus | undefined;
  readonly roleCode?: string | undefined;
  /** The last staff id of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** People in the actor's scope in the order they were added, with how many there are in all. */
export async function listStaff(ctx: Context, filter: StaffFilter): Promise<{ items: StaffMember[]; total: number }> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const search = filter.search?.trim() ?? '';
  const phone = search === '' ? null : normalisePhone(search);
  const where = `s.tenant_id = $1 and ${visible}
    and ($4 = '' or s.employee_no = $4 or s.login_index = $5 or s.phone_index = $6)
    and ($7::text is null or s.status = $7)
    and ($8::text is null or exists (select from org.staff_roles a where a.tenant_id = s.tenant_id and a.staff_id = s.staff_id and a.role_code = $8))`;
  const values = [
    ...visibility(ctx),
    search,
    search === '' ? null : await loginIndex(ctx, search),
    phone && vault.blindIndex('phone', phone),
    filter.status ?? null,
    filter.roleCode ?? null,
  ];
  const rows = await ctx.tx.query<StaffRow>(
    `select ${staffColumns} from org.staff s where ${where} and ($9::uuid is null or s.staff_id > $9) order by s.staff_id limit $10`,
    [...values, filter.after ?? null, filter.limit],
  );
  const [count] = await ctx.tx.query<{ total: number }>(
    `select count(*) as total from org.staff s where ${where}`,
    values,
  );
  return { items: rows.map((row) => readStaff(vault, row)), total: count?.total ?? 0 };
}

/** One person in the actor's scope. */
export async function readStaffMember(ctx: Context, staffId: string): Promise<StaffMember> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const [row] = await ctx.tx.query<StaffRow>(
    `select ${staffColumns} from org.staff s where s.tenant_id = $1 and ${visible} and s.staff_id = $4`,
    [...visibility(ctx), staffId],
  );
  if (!row) throw new NotFound('The person');
  return readStaff(vault, row);
}

/** Names of staff members for lists of other modules; unknown ids are left out. */
export async function staffNames(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  staffIds: readonly string[],
): Promise<Map<string, string>> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const rows = await ctx.tx.query<{ staff_id: string; name: Buffer }>(
    `select staff_id, name from org.staff where tenant_id = $1 and staff_id = any($2::uuid[])`,
    [ctx.tenantId, staffIds],
  );
  return new Map(rows.map((row) => [row.staff_id, vault.decrypt(staffPlace(row.staff_id, 'name'), row.name)] as const));
}

export interface StaffChange {
  readonly name?: string | undefined;
  readonly employeeNo?: string | undefined;
  readonly locale?: Locale | undefined;
  readonly status?: 'active' | 'disabled' | undefined;
}

/** Changes what is given of a person in the actor's scope. Disabling ends their sessions: the next request is refused. */
export async function changeStaff(ctx: Context, staffId: string, change: StaffChange): Promise<StaffMember> {
  await requireManageable(ctx, staffId);
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  await withUniqueCode(ctx, change.employeeNo ?? '', () =>
    ctx.tx.execute(
      `update org.staff set name = coalesce($3, name), employee_no = coalesce($4, employee_no), locale = coalesce($5, locale)
      where tenant_id = $1 and staff_id = $2`,
      [
        ctx.tenantId,
        staffId,
        change.name === undefined ? null : vault.encrypt(staffPlace(staffId, 'name'), change.name.trim()),
        change.employeeNo ?? null,
        change.locale ?? null,
      ],
    ),
  );
  if (change.status !== undefined) await changeStatus(ctx, staffId, change.status);
  await audit(ctx, {
    action: 'org.change-staff',
    objectType: 'staff',
    objectId: staffId,
    details: { changed: Object.keys(change), status: change.status },
  });
  return readStaffMember(ctx, staffId);
}

async function changeStatus(ctx: Context, staffId: string, status: 'active' | 'disabled'): Promise<void> {
  if (staffId === actingStaffId(ctx)) throw new SelfGrantRefused();
  // Somebody who never chose a password goes back to being invited.
  await ctx.tx.execute(
    `update org.staff set authz_version = authz_version + 1,
            status = case when $3 = 'active' and password_hash is null then 'invited' else $3 end
      where tenant_id = $1 and staff_id = $2`,
    [ctx.tenantId, staffId, status],
  );
  if (status === 'active') return;
  await revokeSessions(ctx, staffSubject(staffId));
  await requireAnAdministrator(ctx);
}

/** Signs a person out everywhere. */
export async function endSessionsOf(ctx: Context, staffId: string): Promise<number> {
  await requireManageable(ctx, staffId);
  const ended = await revokeSessions(ctx, staffSubject(staffId));
  await audit(ctx, { action: 'org.end-sessions', objectType: 'staff', objectId: staffId, details: { ended } });
  return ended;
}

/** Removes the second factor of a person who lost it; they are signed out and set up another one. */
export async function resetSecondFactor(ctx: Context, staffId: string): Promise<void> {
  requireRecentSignIn(ctx);
  if (staffId === actingStaffId(ctx)) throw new SelfGrantRefused();
  await requireManageable(ctx, staffId);
  const removed = await removeTotp(ctx, staffSubject(staffId));
  if (!removed) throw new NotFound('The second factor');
  await revokeSessions(ctx, staffSubject(staffId));
  await audit(ctx, { action: 'org.reset-second-factor', objectType: 'staff', objectId: staffId });
}
