import type { JobDefinition } from '#platform/jobs';

import { cancelOverdue, perTenant } from './cancel-order.ts';
import { receiveOverdue } from './deliver-order.ts';
import { readSettings } from './settings.ts';

export const jobs: readonly JobDefinition[] = [
  {
    name: 'mall.cancel-unpaid',
    cron: '* * * * *',
    handle: (ctx) =>
      perTenant(
        ctx,
        'mall.cancel-unpaid',
        `select distinct tenant_id from mall.orders where state = 'unpaid' and pay_before <= now()`,
        (tenant) => cancelOverdue(tenant),
      ),
  },
  {
    name: 'mall.receive-overdue',
    cron: '17 * * * *',
    handle: (ctx) =>
      perTenant(
        ctx,
        'mall.receive-overdue',
        `select distinct tenant_id from mall.orders where state = 'shipped'`,
        async (tenant) => receiveOverdue(tenant, (await readSettings(tenant)).settings.receiptDays),
      ),
  },
  {
    name: 'mall.forget-codes',
    cron: '41 3 * * *',
    async handle({ database }) {
      await database.work({ tenantId: null, scope: { all: true } }, (tx) =>
        tx.execute(`delete from mall.sign_in_codes where expires_at < now() - interval '1 day'`),
      );
    },
  },
];
