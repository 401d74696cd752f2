import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import type { IdentifierRef } from '#platform/log/event';

import { customerSummaries } from './customer-summaries.ts';
import { IdentifierRefused, IdentifierTaken, IdentifierUnusable } from './errors.ts';
import { explainIdentity } from './explain-identity.ts';
import { identifierKind } from './identifier-kinds.ts';
import { indexedValue, readValues } from './identifier-value.ts';
import { identify } from './identify.ts';
import type { IdentifierState, Verdict } from './identity-graph.ts';
import { normaliseIdentifier } from './normalise-identifier.ts';
import { lockIdentity } from './record-change.ts';
import { requireCustomer } from './require-customer.ts';

export interface AddedIdentifier {
  readonly customerId: number;
  readonly kind: string;
  /** The shop, app or brand the value belongs to; empty for one that is the same everywhere. */
  readonly scope: string;
  readonly value: string;
  readonly reason: string;
}

interface Holder {
  readonly id: number;
  readonly customerId: number;
  readonly state: IdentifierState;
}

/**
 * Adds an identifier to a customer on the word of staff, judged as any evidence is: throws `IdentifierTaken` when it is somebody
 * else's and `IdentifierRefused` when a rule keeps the two apart. Returns the customer, who may be known under another id afterwards.
 */
export async function addIdentifier(ctx: Context, wanted: AddedIdentifier): Promise<{ customerId: number }> {
  const { tx, tenantId, now, services } = ctx;
  const { customerId, kind, reason } = wanted;
  await requireCustomer(ctx, customerId);
  const ref = normaliseIdentifier(wanted);
  if (ref === null) throw new IdentifierUnusable(kind);
  await lockIdentity(tx, tenantId);
  const before = await holderOf(ctx, ref);
  if (before !== null) await requireFree(ctx, customerId, kind, before);
  const own = await mostTelling(ctx, customerId);
  if (own === null) throw new IdentifierRefused({ kind, why: 'weak' });
  if (before?.customerId === customerId) return { customerId };
  await identify({ tx, now, vaults: services.vaults }, [
    { tenantId, identifiers: [own.ref, ref], at: now, sourceId: 0, cause: 'staff' },
  ]);
  const after = await holderOf(ctx, ref);
  const joined = await customerOf(ctx, own.id);
  // What was written goes with the transaction: a refused identifier leaves nobody behind.
  if (after === null || joined !== after.customerId)
    throw new IdentifierRefused({ kind, why: await refusal(ctx, joined, [own.id, after?.id ?? 0]) });
  await audit(ctx, {
    action: 'customers.identifier.add',
    objectType: 'identifier',
    objectId: String(after.id),
    purpose: reason,
    details: { customer_id: joined, kind },
  });
  return { customerId: joined };
}

/** Whose the value is today: a recycled number is its newest owner's. */
async function holderOf({ tx, tenantId, services }: Context, ref: IdentifierRef): Promise<Holder | null> {
  const vault = await services.vaults.forTenant(tx, tenantId);
  const [holder] = await tx.query<Holder>(
    `select identifier_id as id, customer_id as "customerId", state from customers.identifiers
      where tenant_id = $1 and blind_index = $2 order by era desc limit 1`,
    [tenantId, vault.blindIndex(ref.kind, indexedValue(ref.scope, ref.value))],
  );
  return holder ?? null;
}

async function requireFree(ctx: Context, customerId: number, kind: string, holder: Holder): Promise<void> {
  if (holder.state === 'shared' || holder.state === 'blocked') throw new IdentifierRefused({ kind, why: holder.state });
  if (holder.customerId === customerId) return;
  // Somebody of another store is not named to whom may not see them.
  const [owner] = await customerSummaries(ctx, [holder.customerId]);
  throw new IdentifierTaken({
    kind,
    ...(owner
      ? { customerId: owner.customerId, customerNo: owner.customerNo, name: owner.displayName }
      : { why: 'elsewhere' }),
  });
}

/** The identifier that says most surely who the customer is today, with its plain value. */
async function mostTelling(
  { tx, tenantId, services }: Context,
  customerId: number,
): Promise<{ id: number; ref: IdentifierRef } | null> {
  const rows = await tx.query<{ id: number; kind: string; scope: string }>(
    `select i.identifier_id as id, i.kind, i.scope from customers.identifiers i
      where i.tenant_id = $1 and i.customer_id = $2 and i.state = 'active'
        and not exists (select from customers.identifiers e
                         where e.tenant_id = $1 and e.blind_index = i.blind_index and e.era > i.era)
      order by i.last_on desc, i.identifier_id limit 500`,
    [tenantId, customerId],
  );
  const [best] = rows.toSorted((x, y) => identifierKind(x.kind).priority - identifierKind(y.kind).priority);
  if (!best) return null;
  const vault = await services.vaults.forTenant(tx, tenantId);
  const value = (await readValues(tx, vault, [best.id])).get(best.id) ?? '';
  return { id: best.id, ref: { kind: best.kind, scope: best.scope, value } };
}

async function customerOf({ tx, tenantId }: Context, identifierId: number): Promise<number> {
  const [row] = await tx.query<{ customerId: number }>(
    `select customer_id as "customerId" from customers.identifiers where tenant_id = $1 and identifier_id = $2`,
    [tenantId, identifierId],
  );
  return row?.customerId ?? 0;
}

async function refusal(ctx: Context, customerId: number, pair: readonly number[]): Promise<Verdict> {
  const { links } = await explainIdentity(ctx, customerId);
  const between = links.find((link) => pair.includes(link.identifierId) && pair.includes(link.otherId));
  return between?.verdict ?? 'weak';
}
