import type { Context } from '#platform/context';
import { NotSignedIn } from '#platform/errors';
import { hasTotp } from '#platform/totp';

import type { HeldRole, StaffSession } from './authenticate.ts';
import { readStaffMember } from './manage-staff.ts';
import type { Brand } from './organisation.ts';
import { listBrands, readTenant } from './read-organisation.ts';
import type { Tenant } from './read-organisation.ts';
import { staffSubject } from './staff.ts';
import type { StaffMember } from './staff.ts';

export interface CurrentSession {
  readonly staff: Pick<StaffMember, 'staffId' | 'name' | 'login' | 'locale'>;
  readonly tenant: Tenant & { readonly timezone: string };
  readonly brands: readonly Brand[];
  readonly permissions: readonly string[];
  readonly roles: readonly Omit<HeldRole, 'permissions'>[];
  readonly secondFactor: boolean;
  readonly reauthenticatedAt: Date;
  readonly expiresAt: Date;
  readonly authzVersion: number;
}

/** Everything a console or workbench needs to know about who is signed in. */
export async function currentSession(ctx: Context, session: StaffSession): Promise<CurrentSession> {
  if (ctx.actor.kind !== 'staff') throw new NotSignedIn();
  // Oneself is visible to oneself, whatever the scope.
  const { staffId, name, login, locale } = await readStaffMember({ ...ctx, scope: { all: true } }, session.staffId);
  const brands = await listBrands(ctx);
  return {
    staff: { staffId, name, login, locale },
    tenant: { ...(await readTenant(ctx)), timezone: brands[0]?.timezone ?? 'Asia/Shanghai' },
    brands,
    permissions: [...ctx.permissions].toSorted(),
    roles: session.assignments,
    secondFactor: await hasTotp(ctx, staffSubject(staffId)),
    reauthenticatedAt: session.reauthenticatedAt,
    expiresAt: session.expiresAt,
    authzVersion: session.authzVersion,
  };
}
