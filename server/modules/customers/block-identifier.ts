import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import { judgeAgain } from './decide-identity.ts';
import { countChange, lockIdentity } from './record-change.ts';
import { requireCustomer } from './require-customer.ts';

/** Silences an identifier that is no person's (the store's own phone), or lets it speak again; whom it held together is judged again. */
export async function blockIdentifier(
  ctx: Context,
  {
    customerId,
    identifierId,
    isBlocked,
    reason,
  }: { customerId: number; identifierId: number; isBlocked: boolean; reason: string },
): Promise<void> {
  const { tx, tenantId } = ctx;
  await requireCustomer(ctx, customerId);
  await lockIdentity(tx, tenantId);
  const changed = await tx.query<{ id: number }>(
    `update customers.identifiers set state = $3
      where tenant_id = $1 and state <> $3 and blind_index =
            (select blind_index from customers.identifiers where tenant_id = $1 and identifier_id = $2 and customer_id = $4)
      returning identifier_id as id`,
    [tenantId, identifierId, isBlocked ? 'blocked' : 'active', customerId],
  );
  if (changed.length === 0) throw new NotFound('Identifier');
  await countChange(tx, tenantId, { changedIds: changed.map(({ id }) => id), newCustomers: 0 });
  const near = await tx.query<{ id: number }>(
    `select b as id from customers.links where tenant_id = $1 and a = $2
      union select a from customers.links where tenant_id = $1 and b = $2`,
    [tenantId, identifierId],
  );
  await judgeAgain(ctx, [identifierId, ...near.map(({ id }) => id)]);
  await audit(ctx, {
    action: isBlocked ? 'customers.identifier.block' : 'customers.identifier.unblock',
    objectType: 'identifier',
    objectId: String(identifierId),
    purpose: reason,
  });
}
