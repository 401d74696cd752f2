import { audit } from '#platform/audit';
import type { Context } from '#platform/context';

import { addBrand } from './change-organisation.ts';
import { contextIn } from './enter-tenant.ts';
import { addStaff } from './invite-staff.ts';
import type { NewStaff } from './invite-staff.ts';
import { withUniqueCode } from './organisation.ts';
import type { Brand } from './organisation.ts';
import type { RoleAssignment } from './staff.ts';

export interface NewTenant {
  readonly code: string;
  readonly name: string;
  readonly brand: Omit<Brand, 'brandId' | 'status'>;
  /** The first person, with every right in the tenant. With a password they can sign in at once. */
  readonly administrator: Omit<NewStaff, 'roles'>;
}

export interface CreatedTenant {
  readonly tenantId: number;
  readonly brandId: number;
  readonly staffId: string;
  /** The secret of the administrator's invitation; null when a password was given. */
  readonly invitation: string | null;
}

/**
 * Founds a company with its first brand and administrator. For the command line and seeds, under the worker role; the first
 * administrator of the installation also operates the platform.
 */
export async function createTenant(ctx: Context, tenant: NewTenant): Promise<CreatedTenant> {
  const [created] = await withUniqueCode(ctx, tenant.code, async () => {
    const [next] = await ctx.tx.query<{ tenant_id: number }>(
      `select nextval(pg_get_serial_sequence('org.tenants', 'tenant_id'))::int as tenant_id`,
    );
    if (!next) throw new Error('the sequence of tenants gave no number');
    await contextIn(ctx, next.tenant_id);
    return ctx.tx.query<{ tenant_id: number }>(
      `insert into org.tenants (tenant_id, code, name) values ($1, $2, $3) returning tenant_id`,
      [next.tenant_id, tenant.code, tenant.name],
    );
  });
  if (!created) throw new Error('the tenant was not stored');
  const own = await contextIn(ctx, created.tenant_id, { kind: 'system', name: 'found-company' });
  await audit(own, {
    action: 'org.create-tenant',
    objectType: 'tenant',
    objectId: String(own.tenantId),
    details: { code: tenant.code },
  });
  const brand = await addBrand(own, tenant.brand);
  const roles: RoleAssignment[] = [{ roleCode: 'hq-admin', nodeKind: 'tenant', nodeId: 0 }];
  if (own.tenantId === 1) roles.push({ roleCode: 'platform-operator', nodeKind: 'tenant', nodeId: 0 });
  const { staffId, invitation } = await addStaff(own, { ...tenant.administrator, roles });
  return { tenantId: own.tenantId, brandId: brand.brandId, staffId, invitation };
}
