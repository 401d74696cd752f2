import type { FastifyInstance } from 'fastify';

import { defineModule } from '#platform/module';
import { serve } from '#platform/route';

import { listCockpitPeople, readCockpit } from './cockpit.ts';
import * as contract from './contract.ts';

const read = { audience: 'staff', permission: 'insights.read' } as const;

function routes(app: FastifyInstance): void {
  serve(app, contract.getCockpit, read, (ctx, { query }) => readCockpit(ctx, query));
  serve(app, contract.listCockpitPeople, read, async (ctx, { query }) => ({
    items: await listCockpitPeople(ctx, query),
  }));
}

export const insights = defineModule({
  name: 'insights',
  dependsOn: ['customers', 'orders', 'coupons', 'messaging', 'referral', 'settlement'],
  permissions: ['insights.read'],
  routes,
});
