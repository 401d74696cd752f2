import type { Tx } from '#platform/database';

import { lockIdentity } from './record-change.ts';

/**
 * After all customers of a tenant were removed: numbers begin again, and every process finds that it knows nothing of the tenant any
 * more (the count of changes goes on while their list is gone).
 */
export async function restartIdentity(tx: Tx, tenantId: number): Promise<void> {
  await lockIdentity(tx, tenantId);
  await tx.execute(
    `update customers.identity_state set writes = writes + 1, version = version + 2, next_customer_no = default, xid = pg_current_xact_id()
      where tenant_id = $1`,
    [tenantId],
  );
}
