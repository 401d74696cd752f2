import type { Context, Locale } from '#platform/context';
import { InvalidInput } from '#platform/errors';
import { maskPhone, normaliseEmail, normalisePhone } from '#platform/personal-data';
import type { SessionSubject } from '#platform/sessions';
import type { Place, TenantVault } from '#platform/vault';

export type StaffStatus = 'invited' | 'active' | 'disabled';
export type NodeKind = 'tenant' | 'brand' | 'region' | 'store';

/** A place in the organisation tree; the tenant itself has id 0. */
export interface OrgNode {
  readonly nodeKind: NodeKind;
  readonly nodeId: number;
}

/** A role held at a node. */
export interface RoleAssignment extends OrgNode {
  readonly roleCode: string;
}

/** A staff member as colleagues see them: the phone is masked, the login is shown only to those who administer it. */
export interface StaffMember {
  readonly staffId: string;
  readonly name: string;
  readonly login: string;
  readonly phone: string | null;
  readonly employeeNo: string;
  readonly locale: Locale;
  readonly status: StaffStatus;
  readonly authzVersion: number;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
  readonly roles: readonly RoleAssignment[];
}

export interface StaffRow {
  staff_id: string;
  login: Buffer;
  name: Buffer;
  phone: Buffer | null;
  employee_no: string;
  locale: Locale;
  status: StaffStatus;
  authz_version: number;
  created_at: Date;
  last_sign_in_at: Date | null;
  roles: { roleCode: string; nodeKind: NodeKind; nodeId: number }[];
}

/** Selects a StaffRow from `org.staff s`. */
export const staffColumns = `
  s.staff_id, s.login, s.name, s.phone, s.employee_no, s.locale, s.status, s.authz_version, s.created_at, s.last_sign_in_at,
  coalesce((select jsonb_agg(jsonb_build_object('roleCode', a.role_code, 'nodeKind', a.node_kind, 'nodeId', a.node_id)
                             order by a.role_code, a.node_kind, a.node_id)
              from org.staff_roles a where a.tenant_id = s.tenant_id and a.staff_id = s.staff_id), '[]') as roles`;

/** The encrypted column of a staff member. */
export function staffPlace(staffId: string, column: 'login' | 'name' | 'phone'): Place {
  return { table: 'org.staff', column, rowId: staffId };
}

/** The password hash is a secret of its own class. */
export function passwordPlace(staffId: string): Place {
  return { table: 'org.staff', column: 'password_hash', rowId: staffId, class: 'P4' };
}

export function readStaff(vault: TenantVault, row: StaffRow): StaffMember {
  const phone = row.phone === null ? null : vault.decrypt(staffPlace(row.staff_id, 'phone'), row.phone);
  return {
    staffId: row.staff_id,
    name: vault.decrypt(staffPlace(row.staff_id, 'name'), row.name),
    login: maskLogin(vault.decrypt(staffPlace(row.staff_id, 'login'), row.login)),
    phone: phone === null ? null : maskPhone(phone),
    employeeNo: row.employee_no,
    locale: row.locale,
    status: row.status,
    authzVersion: row.authz_version,
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at,
    roles: row.roles,
  };
}

// A login may be a phone number; other logins are names people chose for work.
function maskLogin(login: string): string {
  return login.startsWith('+') ? maskPhone(login) : login;
}

/** One spelling per login: a phone number in E.164, an e-mail address, or a name in lower case. */
export function normaliseLogin(login: string): string {
  const text = login.normalize('NFKC').trim();
  if (/^[+\d][\d\s()-]+$/.test(text)) return normalisePhone(text) ?? text;
  return normaliseEmail(text) ?? text.toLowerCase();
}

/** The stored spelling of a login; refuses what cannot be one. */
export function requireLogin(login: string): string {
  const normal = normaliseLogin(login);
  if (!/^[\p{L}\p{N}._@+-]{3,120}$/u.test(normal)) {
    throw new InvalidInput([{ path: 'body.login', message: 'use 3 to 120 letters, digits, or . _ - + @' }]);
  }
  return normal;
}

/** The keyed hash a login is found by before its tenant is known. */
export async function loginIndex(ctx: Pick<Context, 'tx' | 'services'>, login: string): Promise<Buffer> {
  const vault = await ctx.services.vaults.forInstallation(ctx.tx);
  return vault.blindIndex('login', normaliseLogin(login));
}

/** The subject of a staff member's sessions and second factor. */
export function staffSubject(staffId: string): SessionSubject {
  return { kind: 'staff', id: staffId };
}

/** The acting staff member's id; throws when somebody else acts. */
export function actingStaffId(ctx: Pick<Context, 'actor'>): string {
  if (ctx.actor.kind !== 'staff') throw new Error('only a staff member has an account of their own');
  return ctx.actor.id;
}
