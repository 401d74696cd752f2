import { audit } from '#platform/audit';
import type { Context, Locale } from '#platform/context';
import { InvalidInput, NotFound } from '#platform/errors';
import { newId } from '#platform/ids';
import { hashPassword, requireStrongPassword } from '#platform/passwords';
import { normalisePhone } from '#platform/personal-data';
import { newToken, revokeSessions, tokenSha256 } from '#platform/sessions';

import { grantRole, requireManageable } from './assign-role.ts';
import { contextIn } from './enter-tenant.ts';
import { InvitationInvalid, LoginTaken } from './errors.ts';
import { withUniqueCode } from './organisation.ts';
import { ownWords, storePasswordHash } from './sign-in.ts';
import { loginIndex, requireLogin, staffPlace, staffSubject } from './staff.ts';
import type { RoleAssignment } from './staff.ts';

const invitationDays = 7;

export interface NewStaff {
  readonly login: string;
  readonly name: string;
  readonly phone?: string | undefined;
  readonly employeeNo?: string | undefined;
  readonly locale?: Locale | undefined;
  /** Only for the first administrator and seeds: everybody else chooses their own through the invitation. */
  readonly password?: string | undefined;
  readonly roles: readonly RoleAssignment[];
}

export interface InvitedStaff {
  readonly staffId: string;
  /** The secret of the link, shown once; null when a password was given. */
  readonly invitation: string | null;
}

/** Adds a person and makes their invitation; every role is checked like a grant of its own. */
export async function inviteStaff(ctx: Context, staff: Omit<NewStaff, 'password'>): Promise<InvitedStaff> {
  const invited = await storeStaff(ctx, { ...staff, password: undefined });
  for (const role of staff.roles) await grantRole(ctx, invited.staffId, role);
  await audit(ctx, {
    action: 'org.invite-staff',
    objectType: 'staff',
    objectId: invited.staffId,
    details: { roles: staff.roles },
  });
  return invited;
}

/** Adds a person without checking the actor's own rights: for founding a company, seeds and the command line. */
export async function addStaff(ctx: Context, staff: NewStaff): Promise<InvitedStaff> {
  const added = await storeStaff(ctx, staff);
  for (const { roleCode, nodeKind, nodeId } of staff.roles) {
    await ctx.tx.execute(
      `insert into org.staff_roles (tenant_id, staff_id, role_code, node_kind, node_id, granted_by) values ($1, $2, $3, $4, $5, 'system')`,
      [ctx.tenantId, added.staffId, roleCode, nodeKind, nodeId],
    );
  }
  await audit(ctx, {
    action: 'org.add-staff',
    objectType: 'staff',
    objectId: added.staffId,
    details: { roles: staff.roles },
  });
  return added;
}

async function storeStaff(ctx: Context, staff: NewStaff): Promise<InvitedStaff> {
  const staffId = newId();
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const login = requireLogin(staff.login);
  const phone = staff.phone === undefined ? null : normalisePhone(staff.phone);
  if (staff.phone !== undefined && phone === null) {
    throw new InvalidInput([{ path: 'body.phone', message: 'is not a phone number' }]);
  }
  const index = await loginIndex(ctx, login);
  const stored = await withUniqueCode(ctx, staff.employeeNo ?? '', () =>
    ctx.tx.execute(
      `insert into org.staff (tenant_id, staff_id, login, login_index, name, phone, phone_index, employee_no, locale)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (login_index) do nothing`,
      [
        ctx.tenantId,
        staffId,
        vault.encrypt(staffPlace(staffId, 'login'), login),
        index,
        vault.encrypt(staffPlace(staffId, 'name'), staff.name.trim()),
        phone && vault.encrypt(staffPlace(staffId, 'phone'), phone),
        phone && vault.blindIndex('phone', phone),
        staff.employeeNo ?? '',
        staff.locale ?? 'zh-CN',
      ],
    ),
  );
  if (stored === 0) throw new LoginTaken();
  if (staff.password === undefined) return { staffId, invitation: await makeInvitation(ctx, staffId) };
  requireStrongPassword(staff.password, [login, staff.name]);
  await storePasswordHash(ctx, staffId, await hashPassword(staff.password));
  await ctx.tx.execute(`update org.staff set status = 'active' where tenant_id = $1 and staff_id = $2`, [
    ctx.tenantId,
    staffId,
  ]);
  return { staffId, invitation: null };
}

/** A new link for a person in the actor's scope: to accept the invitation, or to choose a new password. Older links die. */
export async function renewInvitation(ctx: Context, staffId: string): Promise<string> {
  await requireManageable(ctx, staffId);
  const [row] = await ctx.tx.query<{ status: string }>(
    `select status from org.staff where tenant_id = $1 and staff_id = $2 for update`,
    [ctx.tenantId, staffId],
  );
  if (!row || row.status === 'disabled') throw new NotFound('The person');
  await ctx.tx.execute(
    `update org.invitations set used_at = now() where tenant_id = $1 and staff_id = $2 and used_at is null`,
    [ctx.tenantId, staffId],
  );
  await audit(ctx, { action: 'org.renew-invitation', objectType: 'staff', objectId: staffId });
  return makeInvitation(ctx, staffId);
}

/** Sets the password of whoever holds the link, once; ends all sessions they had. The second factor stays as it was. */
export async function acceptInvitation(
  publicCtx: Context,
  { token, password }: { token: string; password: string },
): Promise<void> {
  const [found] = await publicCtx.tx.query<{ tenant_id: number; staff_id: string }>(
    `select * from org.find_invitation($1)`,
    [tokenSha256(token)],
  );
  if (!found) throw new InvitationInvalid();
  const staffId = found.staff_id;
  const ctx = await contextIn(publicCtx, found.tenant_id, { kind: 'staff', id: staffId, name: '' });
  requireStrongPassword(password, await ownWords(ctx, staffId));
  const used = await ctx.tx.execute(
    `update org.invitations set used_at = now() where tenant_id = $1 and token_sha256 = $2 and used_at is null`,
    [ctx.tenantId, tokenSha256(token)],
  );
  // Two clicks at the same moment: the second finds the link used.
  if (used === 0) throw new InvitationInvalid();
  await storePasswordHash(ctx, staffId, await hashPassword(password));
  await ctx.tx.execute(
    `update org.staff set status = 'active', authz_version = authz_version + 1 where tenant_id = $1 and staff_id = $2 and status <> 'disabled'`,
    [ctx.tenantId, staffId],
  );
  await revokeSessions(ctx, staffSubject(staffId));
  await audit(ctx, { action: 'org.accept-invitation', objectType: 'staff', objectId: staffId });
}

async function makeInvitation(ctx: Context, staffId: string): Promise<string> {
  const token = newToken();
  await ctx.tx.execute(
    `insert into org.invitations (tenant_id, staff_id, token_sha256, expires_at) values ($1, $2, $3, now() + make_interval(days => $4))`,
    [ctx.tenantId, staffId, tokenSha256(token), invitationDays],
  );
  return token;
}
