import type { Context } from '#platform/context';
import { normaliseEmail, normalisePhone } from '#platform/personal-data';
import type { TenantVault } from '#platform/vault';

import { indexedValue, valuePlace } from './identifier-value.ts';
import { searchableName } from './record-traits.ts';

type SearchContext = Pick<Context, 'tx' | 'tenantId' | 'services'>;

const mostFound = 200;
const lastFourKinds = ['phone', 'receiver_phone', 'member_no'];

/**
 * The customers a search text means: a whole phone number or e-mail address, the last four characters of a phone or card, a whole card
 * number, a customer number, an order or ticket number, or a whole name. Every way is an equality on an index; the caller sees only
 * those within their stores.
 */
export async function searchCustomers(ctx: SearchContext, text: string): Promise<number[]> {
  const search = text.trim();
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const indexes = exactIndexes(vault, search);
  const found = new Set([
    ...(await byIndex(ctx, indexes)),
    ...(await byNumber(ctx, search)),
    ...(await byLastFour(ctx, vault, search)),
    ...(await byReference(ctx, search)),
    ...(await byName(ctx, vault, search)),
  ]);
  return [...found].slice(0, mostFound);
}

function exactIndexes(vault: TenantVault, search: string): Buffer[] {
  const phone = search.replaceAll(/\D/g, '').length >= 5 ? normalisePhone(search) : null;
  const email = normaliseEmail(search);
  return [
    ...(phone === null
      ? []
      : ['phone', 'receiver_phone'].map((kind) => vault.blindIndex(kind, indexedValue('', phone)))),
    ...(email === null ? [] : [vault.blindIndex('email', indexedValue('', email))]),
  ];
}

async function byIndex({ tx, tenantId }: SearchContext, indexes: readonly Buffer[]): Promise<number[]> {
  if (indexes.length === 0) return [];
  const rows = await tx.query<{ id: number }>(
    `select distinct customer_id as id from customers.identifiers where tenant_id = $1 and blind_index = any ($2::bytea[])`,
    [tenantId, indexes],
  );
  return rows.map(({ id }) => id);
}

async function byNumber({ tx, tenantId }: SearchContext, search: string): Promise<number[]> {
  const number = /^#?(\d{1,9})$/.exec(search)?.[1];
  if (number === undefined) return [];
  const rows = await tx.query<{ id: number }>(
    `select customer_id as id from customers.people where tenant_id = $1 and customer_no = $2`,
    [tenantId, Number(number)],
  );
  return rows.map(({ id }) => id);
}

/** The index has two bytes and is shared by others: each value is compared after it is decrypted. */
async function byLastFour({ tx, tenantId }: SearchContext, vault: TenantVault, search: string): Promise<number[]> {
  if (!/^[\w-]{4,40}$/.test(search)) return [];
  const rows = await tx.query<{ id: number; customerId: number; kind: string; cipher: Buffer }>(
    `select identifier_id as id, customer_id as "customerId", kind, value_cipher as cipher from customers.identifiers
      where tenant_id = $1 and last_four = any ($2::bytea[]) limit 2000`,
    [tenantId, lastFourKinds.map((kind) => vault.lastFourIndex(kind, search))],
  );
  return rows.flatMap(({ id, customerId, kind, cipher }) => {
    const value = vault.decrypt(valuePlace(id), cipher);
    const isMeant = search.length === 4 ? value.endsWith(search) : kind === 'member_no' && value === search;
    return isMeant ? [customerId] : [];
  });
}

async function byReference({ tx, tenantId }: SearchContext, search: string): Promise<number[]> {
  if (search.length < 5 || search.length > 100) return [];
  const rows = await tx.query<{ id: number }>(
    `select distinct i.customer_id as id from customers.timeline t
       join customers.identifiers i on i.tenant_id = t.tenant_id and i.identifier_id = t.origin_customer_id
      where t.tenant_id = $1 and t.reference <> '' and t.reference = $2 limit 20`,
    [tenantId, search],
  );
  return rows.map(({ id }) => id);
}

async function byName({ tx, tenantId }: SearchContext, vault: TenantVault, search: string): Promise<number[]> {
  if (/\d/.test(search) || searchableName(search).length < 2) return [];
  const rows = await tx.query<{ id: number }>(
    `select distinct customer_id as id from customers.traits where tenant_id = $1 and blind_index = $2 limit ${mostFound}`,
    [tenantId, vault.blindIndex('name', searchableName(search))],
  );
  return rows.map(({ id }) => id);
}
