import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { maskEmail, maskIdentifier, maskName, maskPhone, revealField } from '#platform/personal-data';

import { consentsOf } from './consents.ts';
import { customerSummaries } from './customer-summaries.ts';
import { causesOf } from './evidence.ts';
import { readValues, valuePlace } from './identifier-value.ts';
import { requireCustomer } from './require-customer.ts';
import { readGoldenTraits } from './traits.ts';

interface IdentifierRow {
  identifierId: number;
  kind: string;
  scope: string;
  state: 'active' | 'contested' | 'shared' | 'blocked';
  firstOn: string;
  lastOn: string;
  sources: number[];
}

function maskedValue(kind: string, value: string): string {
  if (kind === 'phone' || kind === 'receiver_phone') return maskPhone(value);
  return kind === 'email' ? maskEmail(value) : maskIdentifier(value);
}

/** Everything known of one customer; personal data masked, each attribute and identifier with where it comes from. */
export async function readProfile(ctx: Context, customerId: number) {
  const [summary] = await customerSummaries(ctx, [customerId]);
  if (!summary) throw new NotFound('customer');
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const rows = await ctx.tx.query<IdentifierRow>(
    `select identifier_id as "identifierId", kind, scope, state, first_on as "firstOn", last_on as "lastOn", sources
       from customers.identifiers where tenant_id = $1 and customer_id = $2 order by kind, first_on, identifier_id limit 500`,
    [ctx.tenantId, customerId],
  );
  const values = await readValues(
    ctx.tx,
    vault,
    rows.map(({ identifierId }) => identifierId),
  );
  const traits = await readGoldenTraits(ctx.tx, vault, [customerId]);
  const consents = (await consentsOf(ctx, [customerId])).get(customerId) ?? [];
  return {
    ...summary,
    identifiers: rows.map((row) => ({ ...row, value: maskedValue(row.kind, values.get(row.identifierId) ?? '') })),
    attributes: traits.map(({ name, value, sourceId, saidAt, isLocked, cipher }) => ({
      name,
      value: cipher === null ? value : maskName(String(value)),
      sourceId,
      saidAt,
      isLocked,
    })),
    consents: [...consents],
  };
}

/** The plain value of one identifier of a customer the caller may see; counted and audited. */
export async function revealIdentifier(
  ctx: Context,
  { customerId, identifierId, reason }: { customerId: number; identifierId: number; reason: string },
): Promise<string> {
  await requireCustomer(ctx, customerId);
  const [row] = await ctx.tx.query<{ cipher: Buffer }>(
    `select value_cipher as cipher from customers.identifiers where tenant_id = $1 and customer_id = $2 and identifier_id = $3`,
    [ctx.tenantId, customerId, identifierId],
  );
  if (!row) throw new NotFound('identifier');
  return revealField(ctx, {
    place: valuePlace(identifierId),
    cipher: row.cipher,
    reason,
    subject: { type: 'customer', id: String(customerId) },
  });
}

/** The pairs of identifiers that were seen together, within the customer and out to others, with their evidence. */
export async function readLinks(ctx: Context, customerId: number) {
  await requireCustomer(ctx, customerId);
  const rows = await ctx.tx.query<{
    identifierId: number;
    otherId: number;
    isInside: boolean;
    causes: number;
    firstOn: string;
    lastOn: string;
  }>(
    `select l.a as "identifierId", l.b as "otherId", a.customer_id = b.customer_id as "isInside", l.causes,
            l.first_on as "firstOn", l.last_on as "lastOn"
       from customers.links l
       join customers.identifiers a on a.tenant_id = l.tenant_id and a.identifier_id = l.a
       join customers.identifiers b on b.tenant_id = l.tenant_id and b.identifier_id = l.b
      where l.tenant_id = $1 and (a.customer_id = $2 or b.customer_id = $2) order by l.first_on, l.a, l.b limit 500`,
    [ctx.tenantId, customerId],
  );
  return rows.map((row) => ({ ...row, causes: causesOf(row.causes) }));
}
