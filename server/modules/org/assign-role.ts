import { audit } from '#platform/audit';
import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { refuseWhileAuditIsBehind } from '#platform/personal-data';

import { GrantBeyondOwn, LastAdministrator, SelfGrantRefused, SignInAgain } from './errors.ts';
import { covers, recentSignIn } from './permissions.ts';
import { readyMadeRole, roleCatalogue } from './role-catalogue.ts';
import { actingStaffId } from './staff.ts';
import type { OrgNode, RoleAssignment } from './staff.ts';

/** Sensitive acts ask for the password again unless it was given in the last ten minutes. */
export function requireRecentSignIn(ctx: Pick<Context, 'permissions'>): void {
  if (!ctx.permissions.has(recentSignIn)) throw new SignInAgain();
}

/**
 * Gives a person a role at a node. Never oneself; only at nodes inside the actor's scope; and only roles that may do no more than
 * the actor, unless the actor manages the roles of the whole tenant. Works at the person's next request.
 */
export async function assignRole(ctx: Context, staffId: string, assignment: RoleAssignment): Promise<void> {
  requireRecentSignIn(ctx);
  await requireManageable(ctx, staffId);
  await grantRole(ctx, staffId, assignment);
}

/** The grant itself, for a person whom the actor may manage (or has just added). */
export async function grantRole(
  ctx: Context,
  staffId: string,
  { roleCode, nodeKind, nodeId }: RoleAssignment,
): Promise<void> {
  if (staffId === actingStaffId(ctx)) throw new SelfGrantRefused();
  await refuseWhileAuditIsBehind(ctx);
  await requireNodeInScope(ctx, { nodeKind, nodeId });
  const permissions = await permissionsOf(ctx, roleCode);
  if (!(ctx.permissions.has('org.roles.write') && ctx.scope.all)) {
    const beyond = permissions.find((permission) => !covers(ctx.permissions, permission));
    if (beyond !== undefined) throw new GrantBeyondOwn(beyond);
  }
  await ctx.tx.execute(
    `insert into org.staff_roles (tenant_id, staff_id, role_code, node_kind, node_id, granted_by) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [ctx.tenantId, staffId, roleCode, nodeKind, nodeId, actorRef(ctx.actor)],
  );
  await bumpAuthzVersion(ctx, [staffId]);
  await audit(ctx, {
    action: 'org.assign-role',
    objectType: 'staff',
    objectId: staffId,
    details: { roleCode, nodeKind, nodeId },
  });
}

/** Takes a role at a node from a person; the last one who can manage roles keeps it. */
export async function withdrawRole(
  ctx: Context,
  staffId: string,
  { roleCode, nodeKind, nodeId }: RoleAssignment,
): Promise<void> {
  requireRecentSignIn(ctx);
  if (staffId === actingStaffId(ctx)) throw new SelfGrantRefused();
  await refuseWhileAuditIsBehind(ctx);
  await requireManageable(ctx, staffId);
  const taken = await ctx.tx.execute(
    `delete from org.staff_roles where tenant_id = $1 and staff_id = $2 and role_code = $3 and node_kind = $4 and node_id = $5`,
    [ctx.tenantId, staffId, roleCode, nodeKind, nodeId],
  );
  if (taken === 0) throw new NotFound('The role of this person');
  await requireAnAdministrator(ctx);
  await bumpAuthzVersion(ctx, [staffId]);
  await audit(ctx, {
    action: 'org.withdraw-role',
    objectType: 'staff',
    objectId: staffId,
    details: { roleCode, nodeKind, nodeId },
  });
}

/**
 * Refuses to act on people beyond the actor's scope: unknown and other tenants' people, and people who hold a role at a node that is
 * not wholly inside the scope, do not exist for them.
 */
export async function requireManageable(ctx: Context, staffId: string): Promise<void> {
  const [row] = await ctx.tx.query<{ inside: boolean; roles: string[] }>(
    `select $3 or (select count(*) > 0 and bool_and(a.node_kind <> 'tenant' and cardinality(org.node_stores(a.node_kind, a.node_id)) > 0
                                                    and org.node_stores(a.node_kind, a.node_id) <@ $4::int[])
                     from org.staff_roles a where a.tenant_id = s.tenant_id and a.staff_id = s.staff_id) as inside,
            array(select role_code from org.staff_roles a where a.tenant_id = s.tenant_id and a.staff_id = s.staff_id) as roles
       from org.staff s where s.tenant_id = $1 and s.staff_id = $2`,
    [ctx.tenantId, staffId, ctx.scope.all, ctx.scope.all ? [] : ctx.scope.storeIds],
  );
  if (!row?.inside) throw new NotFound('The person');
  if (ctx.permissions.has('org.roles.write') && ctx.scope.all) return;
  // Acting on somebody who may do more (a new password link, say) would be a way to their rights.
  for (const roleCode of row.roles) {
    const beyond = (await permissionsOf(ctx, roleCode)).find((permission) => !covers(ctx.permissions, permission));
    if (beyond !== undefined) throw new GrantBeyondOwn(beyond);
  }
}

async function requireNodeInScope(ctx: Context, { nodeKind, nodeId }: OrgNode): Promise<void> {
  const table = { tenant: null, brand: 'brands', region: 'regions', store: 'stores' }[nodeKind];
  if (table !== null) {
    const found = await ctx.tx.query(`select from org.${table} where tenant_id = $1 and ${nodeKind}_id = $2`, [
      ctx.tenantId,
      nodeId,
    ]);
    if (found.length === 0) throw new NotFound(`The ${nodeKind}`);
  }
  if (table === null && nodeId !== 0) throw new NotFound(`The ${nodeKind}`);
  if (ctx.scope.all) return;
  const [row] = await ctx.tx.query<{ inside: boolean }>(
    `select cardinality(org.node_stores($1, $2)) > 0 and org.node_stores($1, $2) <@ $3::int[] as inside`,
    [nodeKind, nodeId, ctx.scope.storeIds],
  );
  if (nodeKind === 'tenant' || !row?.inside) throw new NotFound(`The ${nodeKind}`);
}

/** What a role of the tenant permits; refuses an unknown one. */
export async function permissionsOf(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  roleCode: string,
): Promise<readonly string[]> {
  const readyMade = readyMadeRole(roleCode);
  if (readyMade) return readyMade.permissions;
  const [row] = await ctx.tx.query<{ permissions: string[] }>(
    `select permissions from org.roles where tenant_id = $1 and role_code = $2`,
    [ctx.tenantId, roleCode],
  );
  if (!row) throw new NotFound('The role');
  return row.permissions;
}

/** Refuses a change after which nobody active could manage the roles of the whole tenant. */
export async function requireAnAdministrator(ctx: Pick<Context, 'tx' | 'tenantId'>): Promise<void> {
  // Serialises such changes per tenant: two at once must not each count on the other's administrator.
  await ctx.tx.query(`select pg_advisory_xact_lock(7301010, $1)`, [ctx.tenantId]);
  const readyMade = roleCatalogue
    .filter((role) => role.permissions.includes('org.roles.write'))
    .map((role) => role.code);
  const rows = await ctx.tx.query(
    `select from org.staff_roles a join org.staff s using (tenant_id, staff_id)
       left join org.roles r on r.tenant_id = a.tenant_id and r.role_code = a.role_code
      where a.tenant_id = $1 and a.node_kind = 'tenant' and s.status = 'active'
        and (a.role_code = any($2) or 'org.roles.write' = any(r.permissions)) limit 1`,
    [ctx.tenantId, readyMade],
  );
  if (rows.length === 0) throw new LastAdministrator();
}

/** Tells consoles of these people that their copy of the permissions is old. */
export async function bumpAuthzVersion(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  staffIds: readonly string[],
): Promise<void> {
  await ctx.tx.execute(
    `update org.staff set authz_version = authz_version + 1 where tenant_id = $1 and staff_id = any($2::uuid[])`,
    [ctx.tenantId, staffIds],
  );
}
