import type { Config } from '#platform/config';
import { everyStore, systemContext } from '#platform/context';
import type { Context } from '#platform/context';
import type { Database } from '#platform/database';
import type { Logger } from '#platform/logger';
import type { Services } from '#platform/services';

/** What the seed works with. */
export interface SeedMeans {
  readonly config: Config;
  readonly database: Database;
  readonly services: Services;
  readonly logger: Logger;
}

/** Runs a piece of work in a transaction of its own, as the seed; with `now` as if it were then. */
export type Within = <T>(work: (ctx: Context) => Promise<T>, now?: Date) => Promise<T>;

/** Transactions of the seed in one tenant. */
export function within({ database, services }: SeedMeans, tenantId: number): Within {
  return (work, now) =>
    database.work({ tenantId, scope: everyStore }, async (tx) => {
      return work(systemContext({ tx, tenantId, services, name: 'seed', now }));
    });
}
