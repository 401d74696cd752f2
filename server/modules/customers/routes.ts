import type { FastifyInstance } from 'fastify';

import { serve } from '#platform/route';

import { addIdentifier } from './add-identifier.ts';
import { blockIdentifier } from './block-identifier.ts';
import { addAttribute, changeAttributes, listAttributes } from './change-attributes.ts';
import { recordConsents } from './consents.ts';
import * as contract from './contract.ts';
import { createCustomer } from './create-customer.ts';
import { eraseCustomer } from './erase-customer.ts';
import { explainIdentity } from './explain-identity.ts';
import { listCustomers } from './list-customers.ts';
import { mergeCustomers } from './merge-customers.ts';
import { readProfile, revealAttribute, revealIdentifier } from './read-profile.ts';
import { listConflicts, readIdentityQuality } from './read-quality.ts';
import { readTimeline } from './read-timeline.ts';
import { requireCustomer } from './require-customer.ts';
import { resolveConflict } from './resolve-conflict.ts';
import { splitCustomer, undoMerge } from './split-customer.ts';

const read = { audience: 'staff', permission: 'customers.read' } as const;
const reveal = { audience: 'staff', permission: 'customers.reveal' } as const;
const write = { audience: 'staff', permission: 'customers.write' } as const;
const erase = { audience: 'staff', permission: 'customers.erase' } as const;
const merge = { audience: 'staff', permission: 'customers.merge' } as const;

export function routes(app: FastifyInstance): void {
  serve(app, contract.listCustomers, read, (ctx, { query }) => listCustomers(ctx, query));
  serve(app, contract.getCustomer, read, (ctx, { params }) => readProfile(ctx, params.customerId));
  serve(app, contract.listTimeline, read, (ctx, { params, query }) => readTimeline(ctx, params.customerId, query));
  serve(app, contract.listLinks, read, (ctx, { params }) => explainIdentity(ctx, params.customerId));
  serve(app, contract.revealIdentifier, reveal, async (ctx, { params, body }, { reply }) => {
    reply.header('cache-control', 'no-store');
    return { value: await revealIdentifier(ctx, { ...params, ...body }) };
  });
  serve(app, contract.revealAttribute, reveal, async (ctx, { params, body }, { reply }) => {
    reply.header('cache-control', 'no-store');
    return { value: await revealAttribute(ctx, { ...params, ...body }) };
  });
  serve(app, contract.createCustomer, write, (ctx, { body }) => createCustomer(ctx, body));
  serve(app, contract.changeAttributes, write, async (ctx, { params, body }) => {
    await changeAttributes(ctx, { ...params, ...body });
    return {};
  });
  serve(app, contract.listAttributes, read, (ctx) => listAttributes(ctx));
  serve(app, contract.addAttribute, write, async (ctx, { body }) => {
    await addAttribute(ctx, body);
    return {};
  });
  serve(app, contract.giveConsent, write, async (ctx, { params, body }) => {
    await requireCustomer(ctx, params.customerId);
    await recordConsents(ctx, [{ ...params, ...body, source: 'staff' }]);
    return {};
  });
  serve(app, contract.eraseCustomer, erase, async (ctx, { params, body }) => {
    await eraseCustomer(ctx, { ...params, ...body });
    return {};
  });
  serve(app, contract.addIdentifier, merge, (ctx, { params, body }) => addIdentifier(ctx, { ...params, ...body }));
  serve(app, contract.blockIdentifier, merge, async (ctx, { params, body }) => {
    await blockIdentifier(ctx, { ...params, ...body });
    return {};
  });
  serve(app, contract.undoMerge, merge, (ctx, { params, body }) => undoMerge(ctx, { ...params, ...body }));
  serve(app, contract.mergeCustomers, merge, (ctx, { body }) => mergeCustomers(ctx, body));
  serve(app, contract.splitCustomer, merge, (ctx, { params, body }) => splitCustomer(ctx, { ...params, ...body }));
  serve(app, contract.listConflicts, read, (ctx, { query }) => listConflicts(ctx, query));
  serve(app, contract.resolveConflict, merge, async (ctx, { params, body }) => {
    await resolveConflict(ctx, { ...params, ...body });
    return {};
  });
  serve(app, contract.getIdentityQuality, read, (ctx) => readIdentityQuality(ctx));
}
