import type { JobDefinition } from '#platform/jobs';
import { archiveLog } from '#platform/log/archive';
import { reconcileWarehouse, repairWarehouse } from '#platform/log/reconcile';

export const jobs: readonly JobDefinition[] = [
  {
    name: 'collect.archive-log',
    cron: '17 * * * *',
    async handle(ctx) {
      await archiveLog(ctx);
    },
  },
  {
    name: 'collect.reconcile-warehouse',
    cron: '*/15 * * * *',
    async handle({ database, services, logger }) {
      if (!(await services.warehouse.ping())) return;
      const damaged = await reconcileWarehouse({ database, services });
      if (damaged.length === 0) return;
      logger.error(
        { damaged: damaged.slice(0, 20), hours: damaged.length },
        'warehouse and log disagree; rewriting the hours',
      );
      const events = await repairWarehouse({ database, services }, damaged);
      logger.info({ events, hours: damaged.length }, 'damaged hours of the warehouse rewritten from the log');
    },
  },
];
