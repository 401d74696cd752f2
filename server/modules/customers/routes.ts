import type { FastifyInstance } from 'fastify';

import { serve } from '#platform/route';

import * as contract from './contract.ts';
import { listCustomers } from './list-customers.ts';
import { mergeCustomers } from './merge-customers.ts';
import { readLinks, readProfile, revealIdentifier } from './read-profile.ts';
import { listConflicts, readIdentityQuality } from './read-quality.ts';
import { readTimeline } from './read-timeline.ts';
import { resolveConflict } from './resolve-conflict.ts';
import { splitCustomer } from './split-customer.ts';

const read = { audience: 'staff', permission: 'customers.read' } as const;
const reveal = { audience: 'staff', permission: 'customers.reveal' } as const;
const merge = { audience: 'staff', permission: 'customers.merge' } as const;

export function routes(app: FastifyInstance): void {
  serve(app, contract.listCustomers, read, (ctx, { query }) => listCustomers(ctx, query));
  serve(app, contract.getCustomer, read, (ctx, { params }) => readProfile(ctx, params.customerId));
  serve(app, contract.listTimeline, read, (ctx, { params, query }) => readTimeline(ctx, params.customerId, query));
  serve(app, contract.listLinks, read, async (ctx, { params }) => ({ links: await readLinks(ctx, params.customerId) }));
  serve(app, contract.revealIdentifier, reveal, async (ctx, { params, body }, { reply }) => {
    reply.header('cache-control', 'no-store');
    return { value: await revealIdentifier(ctx, { ...params, ...body }) };
  });
  serve(app, contract.mergeCustomers, merge, (ctx, { body }) => mergeCustomers(ctx, body));
  serve(app, contract.splitCustomer, merge, (ctx, { params, body }) => splitCustomer(ctx, { ...params, ...body }));
  serve(app, contract.listConflicts, read, (ctx, { query }) => listConflicts(ctx, query.limit));
  serve(app, contract.resolveConflict, merge, async (ctx, { params, body }) => {
    await resolveConflict(ctx, { ...params, ...body });
    return {};
  });
  serve(app, contract.getIdentityQuality, read, (ctx) => readIdentityQuality(ctx));
}
