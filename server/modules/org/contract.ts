import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

const id = z.coerce.number().int().positive();
const uuid = z.uuid();
const locale = z.enum(['zh-CN', 'en']);
const name = z.string().trim().min(1).max(80);
const code = z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'use 2 to 40 small letters, digits and dashes');
const password = z.string().min(1).max(512);
const secondFactorCode = z.string().trim().min(6).max(40);
const done = z.object({});
const page = { limit: z.coerce.number().int().min(1).max(200).default(50) };

export const RoleAssignmentView = z.object({
  roleCode: z.string().max(60),
  nodeKind: z.enum(['tenant', 'brand', 'region', 'store']),
  nodeId: z.coerce.number().int().min(0),
});
export const BrandView = z.object({
  brandId: z.number(),
  code: z.string(),
  name: z.string(),
  timezone: z.string(),
  currency: z.string(),
  theme: z.record(z.string(), z.unknown()),
  status: z.enum(['active', 'closed']),
});
export const RegionView = z.object({
  regionId: z.number(),
  brandId: z.number(),
  parentRegionId: z.number().nullable(),
  name: z.string(),
});
const OpeningHours = z.object({
  days: z.array(z.number().int().min(1).max(7)).min(1).max(7).readonly(),
  opens: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  closes: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
});
const StoreContent = z.object({
  regionId: z.number().int().positive().nullable(),
  code: z.string().trim().min(1).max(40),
  name,
  province: z.string().trim().max(40),
  city: z.string().trim().max(40),
  district: z.string().trim().max(40),
  street: z.string().trim().max(200),
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  hours: z.array(OpeningHours).max(20).readonly(),
  capabilities: z
    .array(z.enum(['ships_orders', 'pick_up', 'verifies', 'repairs', 'returns']))
    .max(5)
    .readonly(),
});
export const StoreView = StoreContent.extend({
  storeId: z.number(),
  brandId: z.number(),
  kind: z.enum(['store', 'outlet']),
  status: z.enum(['open', 'paused', 'closed']),
});
export const StaffView = z.object({
  staffId: uuid,
  name: z.string(),
  login: z.string(),
  phone: z.string().nullable(),
  employeeNo: z.string(),
  locale,
  status: z.enum(['invited', 'active', 'disabled']),
  authzVersion: z.number(),
  createdAt: z.date(),
  lastSignInAt: z.date().nullable(),
  roles: z.array(RoleAssignmentView).readonly(),
});
export const RoleView = z.object({
  roleCode: z.string(),
  name: z.string(),
  readyMade: z.boolean(),
  permissions: z.array(z.string()).readonly(),
  holders: z.number(),
});
export const SessionView = z.object({
  staff: z.object({ staffId: uuid, name: z.string(), login: z.string(), locale }),
  tenant: z.object({ tenantId: z.number(), code: z.string(), name: z.string(), timezone: z.string() }),
  brands: z.array(BrandView).readonly(),
  permissions: z.array(z.string()).readonly(),
  /** Roles with the stores they reach; `null` is the whole company. */
  roles: z.array(RoleAssignmentView.extend({ storeIds: z.array(z.number()).readonly().nullable() })).readonly(),
  secondFactor: z.boolean(),
  reauthenticatedAt: z.date(),
  expiresAt: z.date(),
  authzVersion: z.number(),
});

// Signing in, and one's own account.
export const signIn = endpoint({
  method: 'POST',
  path: '/api/session',
  summary: 'Signs a staff member in; asks for a code where a second factor is set up.',
  body: z.object({ login: z.string().min(1).max(200), password, code: secondFactorCode.optional() }),
  response: z.object({ status: z.enum(['signed_in', 'code_required']) }),
});
export const currentSession = endpoint({
  method: 'GET',
  path: '/api/session',
  summary: 'Who is signed in, what they may do and where.',
  response: SessionView,
});
export const signOut = endpoint({
  method: 'DELETE',
  path: '/api/session',
  summary: 'Ends the session of this browser.',
  response: done,
});
export const confirmIdentity = endpoint({
  method: 'POST',
  path: '/api/session/confirmation',
  summary: 'Proves again who sits there, for sensitive acts in the next ten minutes.',
  body: z.object({ password, code: secondFactorCode.optional() }),
  response: done,
});
export const changePassword = endpoint({
  method: 'PUT',
  path: '/api/session/password',
  summary: 'Changes the own password and ends all other sessions.',
  body: z.object({ current: password, next: password }),
  response: done,
});
export const changeLocale = endpoint({
  method: 'PUT',
  path: '/api/session/locale',
  summary: 'Sets the language of the own screens.',
  body: z.object({ locale }),
  response: done,
});
export const listDevices = endpoint({
  method: 'GET',
  path: '/api/session/devices',
  summary: 'The browsers in which one is signed in.',
  response: z.object({
    items: z.array(
      z.object({
        sessionId: uuid,
        userAgent: z.string(),
        network: z.string(),
        createdAt: z.date(),
        lastSeenAt: z.date(),
        expiresAt: z.date(),
        current: z.boolean(),
      }),
    ),
  }),
});
export const endDevice = endpoint({
  method: 'DELETE',
  path: '/api/session/devices/:sessionId',
  summary: 'Ends one of the own sessions.',
  params: z.object({ sessionId: uuid }),
  response: done,
});
export const beginTotp = endpoint({
  method: 'POST',
  path: '/api/session/totp',
  summary: 'Begins to set up a second factor.',
  response: z.object({ secret: z.string(), uri: z.string() }),
});
export const finishTotp = endpoint({
  method: 'PUT',
  path: '/api/session/totp',
  summary: 'Turns the second factor on; the recovery codes are shown this once.',
  body: z.object({ code: z.string().regex(/^\d{6}$/) }),
  response: z.object({ recoveryCodes: z.array(z.string()).readonly() }),
});
export const removeTotp = endpoint({
  method: 'DELETE',
  path: '/api/session/totp',
  summary: 'Turns the own second factor off.',
  response: done,
});
export const acceptInvitation = endpoint({
  method: 'POST',
  path: '/api/invitations/acceptance',
  summary: 'Sets the password of whoever holds the link.',
  body: z.object({ token: z.string().min(20).max(100), password }),
  response: done,
});

// The organisation.
export const readTree = endpoint({
  method: 'GET',
  path: '/api/org/tree',
  summary: 'Company, brands, regions and stores as far as the scope reaches.',
  response: z.object({
    tenant: z.object({ tenantId: z.number(), code: z.string(), name: z.string() }),
    brands: z.array(BrandView).readonly(),
    regions: z.array(RegionView).readonly(),
    stores: z.array(StoreView).readonly(),
  }),
});
export const addBrand = endpoint({
  method: 'POST',
  path: '/api/org/brands',
  summary: 'Adds a brand with a mall of its own.',
  body: z.object({
    code,
    name,
    timezone: z.string().max(60).default('Asia/Shanghai'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('CNY'),
    theme: z.record(z.string().max(40), z.unknown()).default({}),
  }),
  response: BrandView,
});
export const changeBrand = endpoint({
  method: 'PATCH',
  path: '/api/org/brands/:brandId',
  summary: 'Changes name, time zone, theme or status of a brand.',
  params: z.object({ brandId: id }),
  body: z.object({
    name: name.optional(),
    timezone: z.string().max(60).optional(),
    theme: z.record(z.string().max(40), z.unknown()).optional(),
    status: z.enum(['active', 'closed']).optional(),
  }),
  response: BrandView,
});
export const addRegion = endpoint({
  method: 'POST',
  path: '/api/org/regions',
  summary: 'Adds a region under a brand or another region.',
  body: z.object({
    brandId: z.number().int().positive(),
    parentRegionId: z.number().int().positive().nullable().default(null),
    name,
  }),
  response: RegionView,
});
export const changeRegion = endpoint({
  method: 'PATCH',
  path: '/api/org/regions/:regionId',
  summary: 'Renames a region or moves it with everything below it.',
  params: z.object({ regionId: id }),
  body: z.object({ name: name.optional(), parentRegionId: z.number().int().positive().nullable().optional() }),
  response: RegionView,
});
export const listStores = endpoint({
  method: 'GET',
  path: '/api/org/stores',
  summary: 'Stores in scope.',
  query: z.object({
    search: z.string().trim().max(80).optional(),
    brandId: id.optional(),
    status: z.enum(['open', 'paused', 'closed']).optional(),
    cursor: z
      .string()
      .regex(/^\d{1,9}$/)
      .optional(),
    ...page,
  }),
  response: z.object({ items: z.array(StoreView).readonly(), nextCursor: z.string().nullable(), total: z.number() }),
});
export const addStore = endpoint({
  method: 'POST',
  path: '/api/org/stores',
  summary: 'Adds a store or service outlet.',
  body: StoreContent.extend({
    brandId: z.number().int().positive(),
    kind: z.enum(['store', 'outlet']).default('store'),
    regionId: StoreContent.shape.regionId.default(null),
    province: StoreContent.shape.province.default(''),
    city: StoreContent.shape.city.default(''),
    district: StoreContent.shape.district.default(''),
    street: StoreContent.shape.street.default(''),
    latitude: StoreContent.shape.latitude.default(null),
    longitude: StoreContent.shape.longitude.default(null),
    hours: StoreContent.shape.hours.default([]),
    capabilities: StoreContent.shape.capabilities.default([]),
  }),
  response: StoreView,
});
export const changeStore = endpoint({
  method: 'PATCH',
  path: '/api/org/stores/:storeId',
  summary: 'Changes a store in scope.',
  params: z.object({ storeId: id }),
  body: StoreContent.extend({ status: z.enum(['open', 'paused', 'closed']) }).partial(),
  response: StoreView,
});

// People and roles.
export const listStaff = endpoint({
  method: 'GET',
  path: '/api/org/staff',
  summary: 'People in scope; search takes a whole login, phone or employee number.',
  query: z.object({
    search: z.string().trim().max(120).optional(),
    status: z.enum(['invited', 'active', 'disabled']).optional(),
    roleCode: z.string().max(60).optional(),
    cursor: uuid.optional(),
    ...page,
  }),
  response: z.object({ items: z.array(StaffView).readonly(), nextCursor: z.string().nullable(), total: z.number() }),
});
export const inviteStaff = endpoint({
  method: 'POST',
  path: '/api/org/staff',
  summary: 'Adds a person; answers with the secret of their invitation link, shown this once.',
  body: z.object({
    login: z.string().trim().min(3).max(120),
    name,
    phone: z.string().trim().min(5).max(30).optional(),
    employeeNo: z.string().trim().max(40).optional(),
    locale: locale.optional(),
    roles: z.array(RoleAssignmentView).max(20).default([]),
  }),
  response: z.object({ staffId: uuid, invitation: z.string().nullable() }),
});
const staffParams = z.object({ staffId: uuid });
export const readStaff = endpoint({
  method: 'GET',
  path: '/api/org/staff/:staffId',
  summary: 'One person in scope.',
  params: staffParams,
  response: StaffView,
});
export const changeStaff = endpoint({
  method: 'PATCH',
  path: '/api/org/staff/:staffId',
  summary: 'Changes name, employee number, language or status of a person.',
  params: staffParams,
  body: z.object({
    name: name.optional(),
    employeeNo: z.string().trim().max(40).optional(),
    locale: locale.optional(),
    status: z.enum(['active', 'disabled']).optional(),
  }),
  response: StaffView,
});
export const renewInvitation = endpoint({
  method: 'POST',
  path: '/api/org/staff/:staffId/invitation',
  summary: 'A new link to accept the invitation or choose a new password; older links die.',
  params: staffParams,
  response: z.object({ invitation: z.string() }),
});
export const endStaffSessions = endpoint({
  method: 'DELETE',
  path: '/api/org/staff/:staffId/sessions',
  summary: 'Signs a person out everywhere.',
  params: staffParams,
  response: z.object({ ended: z.number() }),
});
export const resetStaffTotp = endpoint({
  method: 'DELETE',
  path: '/api/org/staff/:staffId/totp',
  summary: 'Removes the second factor of a person who lost it.',
  params: staffParams,
  response: done,
});
export const assignRole = endpoint({
  method: 'POST',
  path: '/api/org/staff/:staffId/roles',
  summary: 'Gives a person a role at a node of the organisation.',
  params: staffParams,
  body: RoleAssignmentView,
  response: StaffView,
});
export const withdrawRole = endpoint({
  method: 'DELETE',
  path: '/api/org/staff/:staffId/roles/:roleCode/:nodeKind/:nodeId',
  summary: 'Takes a role at a node from a person.',
  params: staffParams.extend(RoleAssignmentView.shape),
  response: StaffView,
});
export const listRoles = endpoint({
  method: 'GET',
  path: '/api/org/roles',
  summary: 'Ready-made and own roles, and every permission there is.',
  response: z.object({ items: z.array(RoleView).readonly(), permissions: z.array(z.string()).readonly() }),
});
const roleContent = { name: z.string().trim().min(1).max(40), permissions: z.array(z.string().max(60)).max(200) };
export const createRole = endpoint({
  method: 'POST',
  path: '/api/org/roles',
  summary: 'Makes a role of the company’s own.',
  body: z.object({ code: z.string().regex(/^[a-z0-9-]{1,40}$/), ...roleContent }),
  response: z.object({ roleCode: z.string() }),
});
const roleParams = z.object({ roleCode: z.string().max(60) });
export const changeRole = endpoint({
  method: 'PUT',
  path: '/api/org/roles/:roleCode',
  summary: 'Changes an own role for all its holders at once.',
  params: roleParams,
  body: z.object(roleContent),
  response: done,
});
export const removeRole = endpoint({
  method: 'DELETE',
  path: '/api/org/roles/:roleCode',
  summary: 'Removes an own role that nobody holds.',
  params: roleParams,
  response: done,
});

// The audit log.
export const listAudit = endpoint({
  method: 'GET',
  path: '/api/org/audit',
  summary: 'Entries of the audit log, newest first.',
  query: z.object({
    actor: z.string().max(120).optional(),
    action: z.string().max(80).optional(),
    objectType: z.string().max(40).optional(),
    objectId: z.string().max(120).optional(),
    result: z.enum(['ok', 'denied']).optional(),
    from: z.coerce.date().optional(),
    to: z.coerce.date().optional(),
    cursor: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional(),
    ...page,
  }),
  response: z.object({
    items: z.array(
      z.object({
        seq: z.number(),
        at: z.date(),
        actor: z.string(),
        actorName: z.string().nullable(),
        action: z.string(),
        objectType: z.string(),
        objectId: z.string(),
        purpose: z.string(),
        result: z.enum(['ok', 'denied']),
        details: z.record(z.string(), z.unknown()),
        network: z.string(),
        requestId: z.string(),
        hash: z.string(),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});
export const readAuditState = endpoint({
  method: 'GET',
  path: '/api/org/audit/state',
  summary: 'Length and last hash of the audit chain, and how many acts wait to be sealed.',
  response: z.object({ entries: z.number(), hash: z.string().nullable(), waiting: z.number() }),
});
