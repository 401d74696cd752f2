import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { revealField } from '#platform/personal-data';

import { consentsOf } from './consents.ts';
import { customerSummaries } from './customer-summaries.ts';
import { readValues, valuePlace } from './identifier-value.ts';
import { maskAttribute, maskIdentifierValue } from './mask-value.ts';
import { requireCustomer } from './require-customer.ts';
import { readGoldenTraits, traitPlace } from './traits.ts';

interface IdentifierRow {
  readonly identifierId: number;
  readonly kind: string;
  readonly scope: string;
  readonly state: 'active' | 'contested' | 'shared' | 'blocked';
  readonly firstOn: string;
  readonly lastOn: string;
  readonly sources: number[];
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
    identifiers: rows.map((row) => ({
      ...row,
      value: maskIdentifierValue(row.kind, values.get(row.identifierId) ?? ''),
    })),
    attributes: traits.map(({ name, value, sourceId, saidAt, isLocked, cipher }) => ({
      name,
      value: cipher === null ? value : maskAttribute(name, String(value)),
      isPersonal: cipher !== null,
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
  const subject = { type: 'customer', id: String(customerId) };
  return revealField(ctx, { place: valuePlace(identifierId), cipher: row.cipher, reason, subject });
}

/** The plain value of one personal attribute of a customer the caller may see; counted and audited. */
export async function revealAttribute(
  ctx: Context,
  { customerId, name, reason }: { customerId: number; name: string; reason: string },
): Promise<string> {
  await requireCustomer(ctx, customerId);
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const [trait] = await readGoldenTraits(ctx.tx, vault, [customerId], [name]);
  if (!trait || trait.cipher === null) throw new NotFound('attribute');
  const subject = { type: 'customer', id: String(customerId) };
  return revealField(ctx, { place: traitPlace(trait), cipher: trait.cipher, reason, subject });
}
