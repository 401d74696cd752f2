import type { FastifyInstance } from 'fastify';

import type { Context } from '#platform/context';
import {
  createDefinition,
  findDefinition,
  listDefinitions,
  saveDraft,
  setDefinitionStatus,
  versionsOf,
} from '#platform/definitions';
import type { Definition } from '#platform/definitions';
import { NotFound } from '#platform/errors';
import { serve } from '#platform/route';

import { segmentKind } from './condition.ts';
import type { SegmentContent } from './condition.ts';
import * as contract from './contract.ts';
import { countCondition, explainCondition, listMembers, previewCondition, publishSegment } from './segment.ts';

const read = { audience: 'staff', permission: 'segments.read' } as const;
const write = { audience: 'staff', permission: 'segments.write' } as const;

export function routes(app: FastifyInstance): void {
  serve(app, contract.listSegments, read, async (ctx) => {
    const sizes = await sizesOf(ctx);
    return { items: (await listDefinitions(ctx, segmentKind)).map((one) => view(one, sizes)) };
  });
  serve(app, contract.createSegment, write, async (ctx, { body }) => ({
    segmentId: await createDefinition(ctx, segmentKind, body),
  }));
  serve(app, contract.getSegment, read, async (ctx, { params }) => {
    const definition = await findDefinition(ctx, segmentKind, params.segmentId);
    const versions = await versionsOf(ctx, segmentKind, params.segmentId);
    return {
      ...view(definition, await sizesOf(ctx)),
      draft: definition.draft,
      published: definition.published,
      versions,
    };
  });
  serve(app, contract.saveSegment, write, async (ctx, { params, body }) => ({
    revision: await saveDraft(ctx, segmentKind, params.segmentId, body),
  }));
  serve(app, contract.publishSegment, write, async (ctx, { params, body }) => ({
    version: await publishSegment(ctx, params.segmentId, body.note),
  }));
  serve(app, contract.archiveSegment, write, async (ctx, { params }) => {
    await setDefinitionStatus(ctx, segmentKind, params.segmentId, 'archived');
    return {};
  });
  serve(app, contract.countSegment, read, (ctx, { body }) => countCondition(ctx, body.condition));
  serve(app, contract.previewSegment, read, async (ctx, { body }) => ({
    items: await previewCondition(ctx, body.condition, body.limit),
  }));
  serve(app, contract.listSegmentMembers, read, (ctx, { params, query }) => listMembers(ctx, params.segmentId, query));
  serve(app, contract.explainSegment, read, (ctx, { params }) => explain(ctx, params));
}

async function sizesOf(ctx: Context): Promise<ReadonlyMap<string, number>> {
  const rows = await ctx.tx.query<{ segment_id: string; customers: number }>(
    `select m.segment_id, count(*)::int as customers from segments.members m
       join customers.people p using (tenant_id, customer_id) where m.tenant_id = $1 group by m.segment_id`,
    [ctx.tenantId],
  );
  return new Map(rows.map(({ segment_id, customers }) => [segment_id, customers]));
}

function view(definition: Definition<SegmentContent>, sizes: ReadonlyMap<string, number>) {
  const { definitionId, draft, published, ...rest } = definition;
  return {
    ...rest,
    segmentId: definitionId,
    description: (draft ?? published)?.description ?? '',
    hasDraft: draft !== null,
    customers: sizes.get(definitionId) ?? 0,
  };
}

async function explain(ctx: Context, { segmentId, customerId }: { segmentId: string; customerId: number }) {
  const { published, draft } = await findDefinition(ctx, segmentKind, segmentId);
  const condition = (published ?? draft)?.condition;
  const [person] = await ctx.tx.query<{ is_member: boolean }>(
    `select exists (select from segments.members m where m.tenant_id = $1 and m.segment_id = $2 and m.customer_id = $3) as is_member
       from customers.people p where p.tenant_id = $1 and p.customer_id = $3`,
    [ctx.tenantId, segmentId, customerId],
  );
  if (!person || !condition) throw new NotFound('customer');
  return { isMember: person.is_member, explanation: await explainCondition(ctx, condition, customerId) };
}
