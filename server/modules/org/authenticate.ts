import type { FastifyRequest } from 'fastify';

import { audit } from '#platform/audit';
import { everyStore } from '#platform/context';
import type { DataScope, Locale } from '#platform/context';
import type { Database, Tx } from '#platform/database';
import { NotSignedIn } from '#platform/errors';
import type { Authenticate, Identity } from '#platform/http';
import type { Access } from '#platform/route';
import { recentSignInS, tokenSha256 } from '#platform/sessions';

import { BrandUnknown } from './errors.ts';
import { ownAccount, recentSignIn } from './permissions.ts';
import { readyMadeRole } from './role-catalogue.ts';
import { staffPlace } from './staff.ts';
import type { RoleAssignment } from './staff.ts';

export const staffCookie = 'shuke_session';
export const customerCookie = 'shuke_customer';

/** A signed-in staff member's session as the routes of this module need it. */
export interface StaffSession {
  readonly sessionId: string;
  readonly tenantId: number;
  readonly staffId: string;
  readonly authzVersion: number;
  readonly reauthenticatedAt: Date;
  readonly secondFactor: boolean;
  readonly expiresAt: Date;
  readonly assignments: readonly HeldRole[];
}

/** A role as held: what it permits, and the stores it reaches (`null`: all of the tenant). */
export interface HeldRole extends RoleAssignment {
  readonly permissions: readonly string[];
  readonly storeIds: readonly number[] | null;
}

/** The shop a visitor is in. */
export interface ShopBrand {
  readonly tenantId: number;
  readonly brandId: number;
  readonly code: string;
  readonly name: string;
  readonly timezone: string;
  readonly currency: string;
  readonly theme: Readonly<Record<string, unknown>>;
}

const sessions = new WeakMap<FastifyRequest, StaffSession>();
const brands = new WeakMap<FastifyRequest, ShopBrand>();

/** The session behind a request of a staff endpoint. */
export function sessionOf(request: FastifyRequest): StaffSession {
  const session = sessions.get(request);
  if (!session) throw new NotSignedIn();
  return session;
}

/** The brand a request of a customer or shopper endpoint is about. */
export function brandOf(request: FastifyRequest): ShopBrand {
  const brand = brands.get(request);
  if (!brand) throw new BrandUnknown();
  return brand;
}

/**
 * Tells who a request comes from. Roles, status and scope are read anew for every request, so a change works at once on every
 * process. The data scope is the stores of those roles that include the permission asked for, not of all roles together.
 */
export function authenticate(database: Database): Authenticate {
  return async (request, access) => {
    switch (access.audience) {
      case 'public':
        return nobody;
      case 'staff':
        return staffIdentity(database, request, access.permission);
      case 'customer':
      case 'shopper':
        return visitorIdentity(database, request, access.audience);
      default:
        return access satisfies never;
    }
  };
}

const nobody: Identity = {
  tenantId: 0,
  actor: { kind: 'anonymous' },
  scope: { all: false, storeIds: [] },
  permissions: new Set(),
};

interface SessionRow {
  session_id: string;
  tenant_id: number;
  staff_id: string;
  name: Buffer;
  locale: Locale;
  authz_version: number;
  reauthenticated_at: Date;
  second_factor: boolean;
  expires_at: Date;
  seen_at: Date;
  assignments: (RoleAssignment & { permissions: string[] | null; storeIds: number[] | null })[];
}

async function staffIdentity(database: Database, request: FastifyRequest, permission: string): Promise<Identity> {
  const token = request.cookies[staffCookie];
  if (!token) throw new NotSignedIn();
  const [row] = await beforeTenant(database, (tx) =>
    tx.query<SessionRow>(`select * from org.find_session($1)`, [tokenSha256(token)]),
  );
  if (!row) throw new NotSignedIn();
  const session = readSession(row);
  sessions.set(request, session);
  const permissions = new Set([ownAccount, ...session.assignments.flatMap((held) => held.permissions)]);
  if (row.seen_at.getTime() - row.reauthenticated_at.getTime() < recentSignInS * 1_000) permissions.add(recentSignIn);
  const identity: Identity = {
    tenantId: row.tenant_id,
    actor: { kind: 'staff', id: row.staff_id, name: await nameOf(database, request, row) },
    scope: narrowed(scopeFor(session.assignments, permission), permission, request),
    permissions,
    locale: row.locale,
  };
  if (!permissions.has(permission)) await recordDenial(database, request, identity, permission);
  return identity;
}

function readSession(row: SessionRow): StaffSession {
  return {
    sessionId: row.session_id,
    tenantId: row.tenant_id,
    staffId: row.staff_id,
    authzVersion: row.authz_version,
    reauthenticatedAt: row.reauthenticated_at,
    secondFactor: row.second_factor,
    expiresAt: row.expires_at,
    assignments: row.assignments.map(({ permissions, ...held }) => ({
      ...held,
      permissions: readyMadeRole(held.roleCode)?.permissions ?? permissions ?? [],
    })),
  };
}

/** The stores a permission reaches: those of the roles that include it. One's own account is not limited by stores. */
export function scopeFor(assignments: readonly HeldRole[], permission: string): DataScope {
  const granting =
    permission === ownAccount ? assignments : assignments.filter((held) => held.permissions.includes(permission));
  if (granting.some(({ storeIds }) => storeIds === null)) return everyStore;
  const storeIds = new Set(granting.flatMap((held) => held.storeIds ?? []));
  return { all: false, storeIds: [...storeIds].toSorted((a, b) => a - b) };
}

// The console's store switch: it can only take stores away.
function narrowed(scope: DataScope, permission: string, request: FastifyRequest): DataScope {
  const wanted = request.headers['x-stores'];
  if (permission === ownAccount || typeof wanted !== 'string' || !/^(\d{1,9}(,\d{1,9})*)?$/.test(wanted)) return scope;
  const storeIds = wanted === '' ? [] : wanted.split(',').map(Number);
  if (scope.all) return { all: false, storeIds };
  return { all: false, storeIds: storeIds.filter((storeId) => scope.storeIds.includes(storeId)) };
}

const names = new Map<string, string>();

// Decrypted once per process and spelling: the key is the ciphertext itself, so a changed name is another entry.
async function nameOf(database: Database, request: FastifyRequest, row: SessionRow): Promise<string> {
  const key = row.name.toString('base64');
  let name = names.get(key);
  if (name === undefined) {
    const { vaults } = request.server.services;
    const vault = await database.read({ tenantId: row.tenant_id, scope: everyStore }, (tx) =>
      vaults.forTenant(tx, row.tenant_id),
    );
    name = vault.decrypt(staffPlace(row.staff_id, 'name'), row.name);
    if (names.size >= 5_000) names.clear();
    names.set(key, name);
  }
  return name;
}

async function recordDenial(
  database: Database,
  request: FastifyRequest,
  identity: Identity,
  permission: string,
): Promise<void> {
  await database.transaction({ tenantId: identity.tenantId, scope: identity.scope }, async (tx) =>
    audit(request.server.contextFor(request, identity, tx), {
      action: 'org.permission-denied',
      objectType: 'permission',
      objectId: permission,
      result: 'denied',
      details: { method: request.method, route: request.routeOptions.url ?? '' },
    }),
  );
}

interface BrandRow {
  tenant_id: number;
  brand_id: number;
  code: string;
  name: string;
  timezone: string;
  currency: string;
  theme: Record<string, unknown>;
}

async function visitorIdentity(
  database: Database,
  request: FastifyRequest,
  audience: Exclude<Access['audience'], 'staff' | 'public'>,
): Promise<Identity> {
  const query = request.query as Readonly<Record<string, unknown>> | undefined;
  const wanted = request.headers['x-brand'] ?? query?.['brand'];
  const token = request.cookies[customerCookie];
  const brand = await findBrand(database, typeof wanted === 'string' ? wanted : null);
  const customerId = token ? await beforeTenant(database, (tx) => customerOf(tx, token, brand.tenant_id)) : null;
  brands.set(request, {
    tenantId: brand.tenant_id,
    brandId: brand.brand_id,
    code: brand.code,
    name: brand.name,
    timezone: brand.timezone,
    currency: brand.currency,
    theme: brand.theme,
  });
  if (customerId === null && audience === 'customer') throw new NotSignedIn();
  return {
    tenantId: brand.tenant_id,
    actor: customerId === null ? { kind: 'anonymous' } : { kind: 'customer', customerId },
    scope: everyStore,
    permissions: new Set(),
  };
}

const brandMemoryMs = 1_000;
const brandMemories = new WeakMap<
  Database,
  Map<string | null, { readonly row: BrandRow; readonly readAtMs: number }>
>();

/** The brand a visitor names. Every request of a shop asks for the same few, so they are remembered for a second. */
async function findBrand(database: Database, wanted: string | null): Promise<BrandRow> {
  const memory = brandMemories.get(database) ?? new Map<string | null, { row: BrandRow; readAtMs: number }>();
  brandMemories.set(database, memory);
  const known = memory.get(wanted);
  const nowMs = performance.now();
  if (known && nowMs - known.readAtMs < brandMemoryMs) return known.row;
  const [row] = await beforeTenant(database, (tx) => tx.query<BrandRow>(`select * from org.find_brand($1)`, [wanted]));
  if (!row) throw new BrandUnknown();
  if (memory.size >= 1_000) memory.clear();
  memory.set(wanted, { row, readAtMs: nowMs });
  return row;
}

// A session of another tenant's customer is worth nothing in this shop.
async function customerOf(tx: Tx, token: string, tenantId: number): Promise<number | null> {
  const [row] = await tx.query<{ subject_id: string }>(
    `select subject_id from platform.find_session($1) where subject_kind = 'customer' and tenant_id = $2`,
    [tokenSha256(token), tenantId],
  );
  return row ? Number(row.subject_id) : null;
}

function beforeTenant<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.read({ tenantId: null, scope: { all: false, storeIds: [] } }, work);
}
