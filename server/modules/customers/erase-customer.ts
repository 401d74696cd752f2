import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { recordErasure } from '#platform/erasures';
import type { Erasure } from '#platform/erasures';
import { NotPermitted } from '#platform/errors';
import { emit } from '#platform/outbox';

import { NotErasableYet } from './errors.ts';
import { valuePlace } from './identifier-value.ts';
import { personalFacts } from './personal-facts.ts';
import { countChange, lockIdentity } from './record-change.ts';
import { requireCustomer } from './require-customer.ts';

/**
 * Erases a person: identifiers, attributes, addresses and texts are gone, in every module; orders and money stay without a name.
 * Whoever comes back with the same phone is a new customer. Throws NotErasableYet while an order is under way.
 */
export async function eraseCustomer(
  ctx: Context,
  { customerId, reason }: { customerId: number; reason: string },
): Promise<void> {
  // Part of a person may lie in stores this member of staff does not see.
  if (!ctx.scope.all) throw new NotPermitted('customers.erase');
  await requireCustomer(ctx, customerId);
  for (const { hindrance } of personalFacts()) {
    const why = await hindrance?.(ctx, customerId);
    if (why) throw new NotErasableYet(why);
  }
  const subjects = await forget(ctx, customerId);
  await recordErasure(ctx, { subjects });
  await announce(ctx, customerId, reason);
}

/** Erases in a restored older state whoever was erased after it. Returns the customers erased. */
export async function eraseAgain(ctx: Context, { erasureId, subjects, erasedAt }: Erasure): Promise<number[]> {
  await lockIdentity(ctx.tx, ctx.tenantId);
  const found = await ctx.tx.query<{ id: number }>(
    `select distinct i.customer_id as id from customers.identifiers i join customers.customers c using (tenant_id, customer_id)
      where i.tenant_id = $1 and i.identifier_id = any ($2::bigint[]) and c.status <> 'erased' order by 1`,
    [ctx.tenantId, subjects],
  );
  for (const { id } of found) {
    await forget(ctx, id);
    await announce(ctx, id, `erased on ${erasedAt}, before this state was restored`);
  }
  await recordErasure(ctx, { subjects, erasureId });
  return found.map(({ id }) => id);
}

async function announce(ctx: Context, customerId: number, reason: string): Promise<void> {
  await audit(ctx, {
    action: 'customers.erase',
    objectType: 'customer',
    objectId: String(customerId),
    purpose: reason,
  });
  await emit(ctx, [
    {
      tenantId: ctx.tenantId,
      name: 'Customer Erased',
      messageId: `customer-erased:${customerId}`,
      occurredAt: ctx.now,
      customerId,
      properties: {},
    },
  ]);
}

/** Returns the ids of the identifiers that are nobody's now. */
async function forget(ctx: Context, customerId: number): Promise<number[]> {
  const { tx, tenantId } = ctx;
  await lockIdentity(tx, tenantId);
  for (const { erase } of personalFacts()) await erase(ctx, customerId);
  const rows = await tx.query<{ id: number }>(
    `select identifier_id as id from customers.identifiers where tenant_id = $1 and customer_id = $2 order by 1 for update`,
    [tenantId, customerId],
  );
  const ids = rows.map(({ id }) => id);
  const vault = await ctx.services.vaults.forTenant(tx, tenantId);
  // The rows stay, under a value nobody has: facts keep their origin, and the number of a newcomer finds its id taken.
  await tx.execute(
    `update customers.identifiers i
        set blind_index = uuid_send(gen_random_uuid()), last_four = null, value_cipher = n.cipher, state = 'blocked', entangled = false
       from unnest($2::bigint[], $3::bytea[]) n(id, cipher) where i.tenant_id = $1 and i.identifier_id = n.id`,
    [tenantId, ids, ids.map((id) => vault.encrypt(valuePlace(id), ''))],
  );
  await tx.execute(
    `delete from customers.links where tenant_id = $1 and (a = any ($2::bigint[]) or b = any ($2::bigint[]))`,
    [tenantId, ids],
  );
  await tx.execute(
    `delete from customers.decision_members where tenant_id = $1 and identifier_id = any ($2::bigint[])`,
    [tenantId, ids],
  );
  await tx.execute(
    `update customers.merge_conflicts set status = 'obsolete', resolved_at = $3
      where tenant_id = $1 and status = 'open' and (identifier_id = any ($2::bigint[]) or other_id = any ($2::bigint[]))`,
    [tenantId, ids, ctx.now],
  );
  await tx.execute(`delete from customers.traits where tenant_id = $1 and customer_id = $2`, [tenantId, customerId]);
  const absorbed = await tx.query<{ id: number }>(`select id from customers.erase($1, $2) as id`, [
    tenantId,
    customerId,
  ]);
  await tx.execute(
    `update platform.sessions set revoked_at = $3
      where tenant_id = $1 and subject_kind = 'customer' and subject_id = any ($2::text[]) and revoked_at is null`,
    [tenantId, absorbed.map(({ id }) => String(id)), ctx.now],
  );
  await countChange(tx, tenantId, { changedIds: ids, newCustomers: 0 });
  return ids.length > 0 ? ids : [customerId];
}
