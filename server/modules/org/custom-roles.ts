import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { InvalidInput, NotFound } from '#platform/errors';
import { refuseWhileAuditIsBehind } from '#platform/personal-data';

import { bumpAuthzVersion, requireAnAdministrator, requireRecentSignIn } from './assign-role.ts';
import { CodeTaken, RoleInUse, SelfGrantRefused } from './errors.ts';
import { isPermission } from './permissions.ts';
import { roleCatalogue } from './role-catalogue.ts';
import { actingStaffId } from './staff.ts';

/** A role as listed: ready-made ones are translated by their code, custom ones carry their own name. */
export interface Role {
  readonly roleCode: string;
  readonly name: string;
  readonly readyMade: boolean;
  readonly permissions: readonly string[];
  readonly holders: number;
}

/** All roles of the tenant with how many people hold each. */
export async function listRoles(ctx: Context): Promise<Role[]> {
  const holders = new Map(
    (
      await ctx.tx.query<{ role_code: string; holders: number }>(
        `select role_code, count(distinct staff_id) as holders from org.staff_roles where tenant_id = $1 group by role_code`,
        [ctx.tenantId],
      )
    ).map((row) => [row.role_code, row.holders] as const),
  );
  const custom = await ctx.tx.query<{ role_code: string; name: string; permissions: string[] }>(
    `select role_code, name, permissions from org.roles where tenant_id = $1 order by name`,
    [ctx.tenantId],
  );
  return [
    ...roleCatalogue.map(({ code, name, permissions }) => ({
      roleCode: code,
      name: ctx.locale === 'en' ? name.en : name.zh,
      readyMade: true,
      permissions,
      holders: holders.get(code) ?? 0,
    })),
    ...custom.map(({ role_code: roleCode, name, permissions }) => ({
      roleCode,
      name,
      readyMade: false,
      permissions,
      holders: holders.get(roleCode) ?? 0,
    })),
  ];
}

export interface RoleContent {
  readonly name: string;
  readonly permissions: readonly string[];
}

/** Makes a role of the tenant's own; `code` is stored with the prefix `custom-`. */
export async function createRole(ctx: Context, role: RoleContent & { readonly code: string }): Promise<string> {
  requireRecentSignIn(ctx);
  await refuseWhileAuditIsBehind(ctx);
  const roleCode = `custom-${role.code}`;
  requirePermissions(role.permissions);
  const stored = await ctx.tx.execute(
    `insert into org.roles (tenant_id, role_code, name, permissions) values ($1, $2, $3, $4) on conflict do nothing`,
    [ctx.tenantId, roleCode, role.name, role.permissions],
  );
  if (stored === 0) throw new CodeTaken(role.code);
  await audit(ctx, {
    action: 'org.create-role',
    objectType: 'role',
    objectId: roleCode,
    details: { permissions: role.permissions },
  });
  return roleCode;
}

/** Changes a custom role for all its holders at once. Nobody changes a role they hold: that would be granting oneself. */
export async function changeRole(ctx: Context, roleCode: string, role: RoleContent): Promise<void> {
  requireRecentSignIn(ctx);
  await refuseWhileAuditIsBehind(ctx);
  requirePermissions(role.permissions);
  const holders = await holdersOf(ctx, roleCode);
  if (holders.includes(actingStaffId(ctx))) throw new SelfGrantRefused();
  const [before] = await ctx.tx.query<{ permissions: string[] }>(
    `select permissions from org.roles where tenant_id = $1 and role_code = $2 for update`,
    [ctx.tenantId, roleCode],
  );
  if (!before) throw new NotFound('The role');
  await ctx.tx.execute(
    `update org.roles set name = $3, permissions = $4, updated_at = now() where tenant_id = $1 and role_code = $2`,
    [ctx.tenantId, roleCode, role.name, role.permissions],
  );
  await requireAnAdministrator(ctx);
  await bumpAuthzVersion(ctx, holders);
  await audit(ctx, {
    action: 'org.change-role',
    objectType: 'role',
    objectId: roleCode,
    details: { before: before.permissions, after: role.permissions },
  });
}

/** Removes a custom role that nobody holds. */
export async function removeRole(ctx: Context, roleCode: string): Promise<void> {
  requireRecentSignIn(ctx);
  const holders = await holdersOf(ctx, roleCode);
  if (holders.length > 0) throw new RoleInUse(holders.length);
  const removed = await ctx.tx.execute(`delete from org.roles where tenant_id = $1 and role_code = $2`, [
    ctx.tenantId,
    roleCode,
  ]);
  if (removed === 0) throw new NotFound('The role');
  await audit(ctx, { action: 'org.remove-role', objectType: 'role', objectId: roleCode });
}

async function holdersOf(ctx: Context, roleCode: string): Promise<string[]> {
  const rows = await ctx.tx.query<{ staff_id: string }>(
    `select distinct staff_id from org.staff_roles where tenant_id = $1 and role_code = $2`,
    [ctx.tenantId, roleCode],
  );
  return rows.map((row) => row.staff_id);
}

function requirePermissions(permissions: readonly string[]): void {
  const unknown = permissions.filter((permission) => !isPermission(permission));
  if (unknown.length > 0) {
    throw new InvalidInput([{ path: 'body.permissions', message: `unknown: ${unknown.join(', ')}` }]);
  }
}
