import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { InvalidInput } from '#platform/errors';

import { builtInAttribute, builtInAttributes } from './attributes.ts';
import type { AttributeType } from './attributes.ts';
import { AttributeTaken, AttributeUnknown } from './errors.ts';
import { projectCustomers } from './project-customers.ts';
import { recordTraits } from './record-traits.ts';
import { requireCustomer } from './require-customer.ts';

interface CustomAttribute {
  readonly name: string;
  readonly label: string;
  readonly type: AttributeType;
  readonly choices: string[];
}

/** What staff say wins over what sources say; locked, also over what other staff's tools import later. */
const staffPriority = 100;
const staffSource = 0;

/** Sets, locks or clears attributes of a customer by hand. */
export async function changeAttributes(
  ctx: Context,
  {
    customerId,
    attributes,
    isLocked,
  }: { customerId: number; attributes: Readonly<Record<string, string | number | boolean | null>>; isLocked: boolean },
): Promise<void> {
  await requireCustomer(ctx, customerId);
  const custom = new Map((await readCustomAttributes(ctx)).map((attribute) => [attribute.name, attribute]));
  const problems = Object.entries(attributes).flatMap(([name, value]) => {
    const attribute = builtInAttribute(name) ?? custom.get(name);
    if (!attribute) throw new AttributeUnknown(name);
    return fits(value, attribute) ? [] : [{ path: `body.attributes.${name}`, message: `is no ${attribute.type}` }];
  });
  if (problems.length > 0) throw new InvalidInput(problems);
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const claim = { identifierId: customerId, customerId, sourceId: staffSource, saidAt: ctx.now, traits: attributes };
  await projectCustomers(
    ctx.tx,
    ctx.tenantId,
    await recordTraits(ctx.tx, vault, [{ ...claim, priority: staffPriority, isLocked }]),
  );
  await audit(ctx, {
    action: 'customers.attributes.change',
    objectType: 'customer',
    objectId: String(customerId),
    details: { names: Object.keys(attributes), locked: isLocked },
  });
}

function fits(
  value: string | number | boolean | null,
  { type, choices }: { readonly type: AttributeType; readonly choices?: readonly string[] | undefined },
): boolean {
  if (value === null) return true;
  switch (type) {
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
    case 'choice':
      return typeof value === 'string' && (choices ?? []).includes(value);
    case 'text':
      return typeof value === 'string' && value.length <= 2_000;
    default:
      return type satisfies never;
  }
}

async function readCustomAttributes({ tx, tenantId }: Context): Promise<CustomAttribute[]> {
  return tx.query<CustomAttribute>(
    `select name, label, type, choices from customers.attributes where tenant_id = $1 and archived_at is null order by created_at, name`,
    [tenantId],
  );
}

/** Adds an attribute of the tenant's own. */
export async function addAttribute(ctx: Context, attribute: CustomAttribute): Promise<void> {
  if (builtInAttribute(attribute.name)) throw new AttributeTaken(attribute.name);
  const { name, label, type, choices } = attribute;
  const added = await ctx.tx.execute(
    `insert into customers.attributes (tenant_id, name, label, type, choices, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [ctx.tenantId, name, label, type, type === 'choice' ? choices : [], ctx.now],
  );
  if (added === 0) throw new AttributeTaken(name);
  await audit(ctx, { action: 'customers.attribute.add', objectType: 'attribute', objectId: name });
}

/** Every attribute there is, with how many of the known customers the caller sees have it filled. */
export async function listAttributes(ctx: Context) {
  const custom = await readCustomAttributes(ctx);
  const filled = await ctx.tx.query<{ name: string; customers: number; sources: number[] }>(
    `select t.name, count(distinct t.customer_id)::int as customers, array_agg(distinct t.source_id) as sources
       from customers.traits t
      where t.tenant_id = $1 and (t.value is not null or t.value_cipher is not null)
        and exists (select from customers.people p where p.tenant_id = t.tenant_id and p.customer_id = t.customer_id)
      group by t.name`,
    [ctx.tenantId],
  );
  const [base] = await ctx.tx.query<{ customers: number }>(
    `select count(*)::int as customers from customers.people where tenant_id = $1 and is_known`,
    [ctx.tenantId],
  );
  const of = new Map(filled.map((row) => [row.name, row]));
  const all = [
    ...builtInAttributes.map((attribute) => ({
      ...attribute,
      label: null,
      choices: [...(attribute.choices ?? [])],
      isPersonal: attribute.personal !== undefined,
    })),
    ...custom.map((attribute) => ({ ...attribute, group: 'custom' as const, isPersonal: false })),
  ];
  return {
    customers: base?.customers ?? 0,
    items: all.map(({ name, label, group, type, choices, isPersonal }) => ({
      name,
      label,
      group,
      type,
      choices,
      isPersonal,
      filled: of.get(name)?.customers ?? 0,
      sources: of.get(name)?.sources ?? [],
    })),
  };
}
