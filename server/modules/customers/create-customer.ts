import { audit } from '#platform/audit';
import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import { newId } from '#platform/ids';

import { IdentifierUnusable } from './errors.ts';
import { identify } from './identify.ts';
import { normaliseIdentifier } from './normalise-identifier.ts';
import { projectCustomers } from './project-customers.ts';
import { recordTraits } from './record-traits.ts';

export interface NewCustomer {
  readonly phone?: string | undefined;
  readonly name?: string | undefined;
  readonly storeId?: number | undefined;
}

/** Creates a customer by hand, or returns the one the phone already belongs to. */
export async function createCustomer(
  ctx: Context,
  { phone, name, storeId }: NewCustomer,
): Promise<{ customerId: number }> {
  const { tx, now, tenantId, services } = ctx;
  const ref =
    phone === undefined
      ? { kind: 'record', scope: '', value: newId() }
      : normaliseIdentifier({ kind: 'phone', scope: '', value: phone });
  if (ref === null) throw new IdentifierUnusable('phone');
  const [found] = await identify({ tx, now, vaults: services.vaults }, [
    { tenantId, identifiers: [ref], at: now, sourceId: 0, cause: 'staff' },
  ]);
  const { customerId = null, originCustomerId = null } = found ?? {};
  if (customerId === null || originCustomerId === null) throw new IdentifierUnusable('phone');
  const vault = await services.vaults.forTenant(tx, tenantId);
  // Staff who see some stores only would otherwise lose sight of whom they just made.
  const home = storeId ?? (ctx.scope.all ? undefined : ctx.scope.storeIds[0]);
  const traits = { ...(name === undefined ? {} : { name }), ...(home === undefined ? {} : { store_id: home }) };
  await projectCustomers(
    tx,
    tenantId,
    await recordTraits(tx, vault, [{ identifierId: originCustomerId, customerId, sourceId: 0, saidAt: now, traits }]),
  );
  await audit(ctx, {
    action: 'customers.create',
    objectType: 'customer',
    objectId: String(customerId),
    details: { by: actorRef(ctx.actor) },
  });
  return { customerId };
}
