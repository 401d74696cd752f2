import type { FastifyInstance } from 'fastify';

import { serve } from '#platform/route';

import * as contract from './contract.ts';
import { findOwnData } from './find-own-data.ts';
import { requestRemoval } from './request-removal.ts';
import { findSeeding } from './seeding.ts';

const administrator = { audience: 'staff', permission: 'org.write' } as const;

/** Whether there is demo data, and removing it. */
export function routes(app: FastifyInstance): void {
  serve(app, contract.readDemo, administrator, async (ctx) => {
    const seeding = await findSeeding(ctx);
    if (!seeding) return { demo: null };
    const { customers, months, finishedAt, removalRequestedAt, removalStep, removalError } = seeding;
    const own = await findOwnData(ctx, seeding);
    return { demo: { customers, months, filledAt: finishedAt, removalRequestedAt, removalStep, removalError, own } };
  });
  serve(app, contract.removeDemoData, administrator, async (ctx, { body }) => {
    await requestRemoval(ctx, body);
    return {};
  });
}
