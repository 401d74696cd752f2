import { setTimeout as sleep } from 'node:timers/promises';

import { customersToday, identify } from '#customers';
import type { Evidence, Resolution } from '#customers';
import { isConnectionLoss } from '#platform/database';
import type { Database } from '#platform/database';
import type { LogEvent, PipelineContext } from '#platform/log/event';
import { runPipeline } from '#platform/log/pipeline';
import { adoptWarehouse, ForeignWarehouse } from '#platform/log/warehouse-identity';
import { runWarehouseWriter } from '#platform/log/warehouse-writer';
import type { Logger } from '#platform/logger';
import type { Services } from '#platform/services';
import { WarehouseUnavailable } from '#platform/warehouse/client';
import { migrateWarehouse } from '#platform/warehouse/migrate';

import { subscriptions, warehouseMigrations } from './app.ts';

interface PipelineMeans {
  readonly database: Database;
  readonly services: Services;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** What a behaviour event says about who it is about. */
function evidenceOf(event: LogEvent): Evidence {
  return {
    tenantId: event.tenantId,
    identifiers: event.identifiers,
    at: new Date(event.occurredAt),
    sourceId: event.sourceId,
    cause: event.type === 'identify' || event.type === 'alias' ? event.type : 'event',
    traits: event.traits,
    claimed: event.claimed,
  };
}

/** Behaviour is identified by what it carries; facts name their customer, who may have been merged since. */
export async function resolveCustomers(
  { tx, now, services: { vaults } }: PipelineContext,
  events: readonly LogEvent[],
): Promise<Resolution[]> {
  const behaviour = events.filter(({ customerId }) => customerId === undefined);
  const identified = (await identify({ tx, now, vaults }, behaviour.map(evidenceOf))).values();
  const today = await customersToday(
    { tx },
    events.flatMap(({ tenantId, customerId }) => (customerId === undefined ? [] : [{ tenantId, customerId }])),
  );
  return events.map(({ tenantId, customerId }): Resolution => {
    if (customerId === undefined) {
      const next = identified.next();
      if (next.done) throw new Error('identity answered for fewer events than asked');
      return next.value;
    }
    return {
      customerId: today.get(`${tenantId}:${customerId}`) ?? null,
      originCustomerId: customerId,
      subjectKey: String(customerId),
    };
  });
}

/** Follows the log until the signal: customers, subscriptions and, at its own pace, the warehouse. */
export async function runEventPipeline(means: PipelineMeans): Promise<void> {
  await Promise.all([runPipeline({ ...means, resolve: resolveCustomers, subscriptions }), copyToWarehouse(means)]);
}

/** The warehouse may come up later than the shop, or go away again at once: its schema waits for it. */
async function copyToWarehouse(means: PipelineMeans): Promise<void> {
  const { services, logger, signal } = means;
  while (!signal.aborted) {
    try {
      if (await services.warehouse.ping()) {
        const applied = await migrateWarehouse(services.warehouse, warehouseMigrations);
        if (applied.length > 0) logger.info({ applied }, 'warehouse schema brought up to date');
        if (await adoptWarehouse(means)) logger.info('the warehouse is copied anew from the log');
        break;
      }
    } catch (error) {
      if (error instanceof ForeignWarehouse) {
        logger.error({ err: error }, error.message);
        await sleep(60_000, undefined, { signal }).catch(() => undefined);
        continue;
      }
      if (!(error instanceof WarehouseUnavailable) && !(error instanceof Error && isConnectionLoss(error))) throw error;
      logger.warn({ err: error }, 'the warehouse went away while it was made ready; trying again');
    }
    await sleep(1_000, undefined, { signal }).catch(() => undefined); // Woken by the signal.
  }
  await runWarehouseWriter(means);
}
