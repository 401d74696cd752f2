import type { Actor } from '#platform/context';
import type { Tx } from '#platform/database';

/** What the books need to know of a request, a job or a pipeline batch: the transaction, the tenant, the time and who acts. */
export interface LedgerContext {
  readonly tx: Tx;
  readonly tenantId: number;
  readonly now: Date;
  readonly actor: Actor;
}
