import { defineModule } from '#platform/module';

import { forgetOldSignIns, renewOldKeys } from './jobs.ts';
import { permissionCatalogue } from './permissions.ts';
import { routes } from './routes.ts';

export { assignRole, requireRecentSignIn } from './assign-role.ts';
export { authenticate, brandOf, customerCookie, sessionOf, staffCookie } from './authenticate.ts';
export type { ShopBrand, StaffSession } from './authenticate.ts';
export { addBrand, addRegion, addStore, changeStore } from './change-organisation.ts';
export { createTenant } from './create-tenant.ts';
export type { CreatedTenant, NewTenant } from './create-tenant.ts';
export { createCustomerSession, endCustomerSession, setCustomerCookie } from './customer-session.ts';
export { addStaff } from './invite-staff.ts';
export type { NewStaff } from './invite-staff.ts';
export { staffNames } from './manage-staff.ts';
export type { Brand, Region, Store } from './organisation.ts';
export { permissionCatalogue } from './permissions.ts';
export {
  brandClock,
  listBrands,
  listStores,
  readBrand,
  readOrganisation,
  readTenant,
  storesById,
} from './read-organisation.ts';
export { roleCatalogue } from './role-catalogue.ts';
export { isSignIn } from './sign-in.ts';

export const org = defineModule({
  name: 'org',
  dependsOn: [],
  permissions: permissionCatalogue.filter((permission) => permission.startsWith('org.')),
  routes,
  jobs: [forgetOldSignIns, renewOldKeys],
});
