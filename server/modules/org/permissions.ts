import { revealQuotas } from '#platform/personal-data';

/** Every permission of the product, by module: what a role may name. */
export const permissionCatalogue = [
  'org.read',
  'org.write',
  'org.staff.read',
  'org.staff.write',
  'org.roles.write',
  'org.audit.read',
  'collect.read',
  'collect.write',
  'collect.import',
  'orders.read',
  'orders.write',
  'customers.read',
  'customers.write',
  'customers.reveal',
  'customers.merge',
  'customers.erase',
  'tags.read',
  'tags.write',
  'segments.read',
  'segments.write',
  'coupons.read',
  'coupons.write',
  'coupons.issue',
  'journeys.read',
  'journeys.write',
  'journeys.publish',
  'messaging.read',
  'messaging.write',
  'content.read',
  'content.write',
  'catalog.read',
  'catalog.write',
  'mall.read',
  'mall.write',
  'loyalty.read',
  'loyalty.write',
  'loyalty.adjust',
  'referral.read',
  'referral.write',
  'settlement.read',
  'settlement.write',
  'settlement.approve',
  'tickets.read',
  'tickets.write',
  'tickets.dispatch',
  'guides.read',
  'guides.write',
  'wecom.read',
  'wecom.write',
  'traffic.read',
  'traffic.write',
  'insights.read',
  'ledger.read',
  'definitions.publish',
  'reveals.daily-30',
  'reveals.daily-50',
  'reveals.daily-100',
  'platform.operate',
] as const;

export type Permission = (typeof permissionCatalogue)[number];

const known: ReadonlySet<string> = new Set(permissionCatalogue);

/** Whether a text names a permission. */
export function isPermission(text: string): text is Permission {
  return known.has(text);
}

/** Held by everybody who is signed in: reading and changing one's own session, password and devices. */
export const ownAccount = 'org.self';
/** Held for ten minutes after the password was given: what sensitive acts ask for. */
export const recentSignIn = 'session.recent';

/** Whether these permissions include one; of the daily quotas a larger includes a smaller. */
export function covers(held: ReadonlySet<string>, permission: string): boolean {
  if (held.has(permission)) return true;
  const quotas: Readonly<Record<string, number>> = revealQuotas;
  const wanted = quotas[permission];
  return wanted !== undefined && Object.entries(quotas).some(([quota, perDay]) => perDay >= wanted && held.has(quota));
}
