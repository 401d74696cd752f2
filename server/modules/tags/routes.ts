import type { FastifyInstance } from 'fastify';

import type { Context } from '#platform/context';
import { createDefinition, listDefinitions, publishDefinition, saveDraft } from '#platform/definitions';
import { serve } from '#platform/route';

import * as contract from './contract.ts';
import { explainRfm, findRfmRun, listRfmCustomers, readRfm } from './read-rfm.ts';
import { requestRfmRun } from './recompute-rfm.ts';
import { rfmModelKind } from './rfm-model.ts';
import type { RfmModel } from './rfm-model.ts';
import { addTag, createTag, listTags, removeTag, tagsOfCustomer } from './tag.ts';

const read = { audience: 'staff', permission: 'tags.read' } as const;
const write = { audience: 'staff', permission: 'tags.write' } as const;

export function routes(app: FastifyInstance): void {
  serve(app, contract.getRfm, read, (ctx) => readRfm(ctx));
  serve(app, contract.requestRfmRun, write, async (ctx) => ({ runId: await requestRfmRun(ctx) }));
  serve(app, contract.getRfmRun, read, (ctx, { params }) => findRfmRun(ctx, params.runId));
  serve(app, contract.saveRfmSettings, write, async (ctx, { body }) => ({ version: await publishSettings(ctx, body) }));
  serve(app, contract.listRfmCustomers, read, (ctx, { query }) => listRfmCustomers(ctx, query));
  serve(app, contract.explainRfm, read, (ctx, { params }) => explainRfm(ctx, params.customerId));
  serve(app, contract.listTags, read, async (ctx) => ({ items: await listTags(ctx) }));
  serve(app, contract.createTag, write, async (ctx, { body }) => ({ tagId: await createTag(ctx, body) }));
  serve(app, contract.addTag, write, async (ctx, { params, body }) => ({
    changed: await addTag(ctx, params.tagId, body.customerIds),
  }));
  serve(app, contract.removeTag, write, async (ctx, { params, body }) => ({
    changed: await removeTag(ctx, params.tagId, body.customerIds),
  }));
  serve(app, contract.customerTags, read, (ctx, { params }) => tagsOfCustomer(ctx, params.customerId));
}

/** A tenant has one RFM definition; saving publishes its next version. */
async function publishSettings(ctx: Context, content: RfmModel): Promise<number> {
  const [existing] = await listDefinitions(ctx, rfmModelKind);
  const definitionId = existing?.definitionId ?? (await createDefinition(ctx, rfmModelKind, { name: 'RFM', content }));
  if (existing) await saveDraft(ctx, rfmModelKind, definitionId, { content, revision: existing.revision });
  return (await publishDefinition(ctx, rfmModelKind, definitionId)).version;
}
