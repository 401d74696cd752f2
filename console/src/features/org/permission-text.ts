/** Acts that move money, change who may do what, or show personal data: listed apart and marked. */
const sensitive = new Set([
  'org.staff.write',
  'org.roles.write',
  'customers.reveal',
  'customers.merge',
  'customers.erase',
  'coupons.issue',
  'journeys.publish',
  'loyalty.adjust',
  'settlement.approve',
  'definitions.publish',
  'platform.operate',
]);

/** Whether a permission deserves a second look before it is given. */
export function isSensitive(permission: string): boolean {
  return sensitive.has(permission);
}

/** Permissions by module, in the catalogue's order. */
export function byModule(permissions: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return Map.groupBy(permissions, (permission) => permission.split('.')[0] ?? permission);
}
