import type { FastifyInstance } from 'fastify';

import { customerSummaries } from '#customers';
import type { Context } from '#platform/context';
import { createDefinition, findDefinition, listDefinitions, saveDraft, versionsOf } from '#platform/definitions';
import type { Definition } from '#platform/definitions';
import { serve } from '#platform/route';
import { segmentMembers } from '#segments';

import * as contract from './contract.ts';
import { journeyKind, journeyProblems } from './graph.ts';
import type { Journey } from './graph.ts';
import { publishJourney, rollBackJourney, setJourneyStatus } from './journey.ts';
import { previewMessage } from './preview-message.ts';
import { journeyFigures, listRuns, nodeFigures, traceCustomer } from './read-journeys.ts';
import { rehearseJourney } from './rehearse.ts';

const read = { audience: 'staff', permission: 'journeys.read' } as const;
const write = { audience: 'staff', permission: 'journeys.write' } as const;
const publish = { audience: 'staff', permission: 'journeys.publish' } as const;

export function routes(app: FastifyInstance): void {
  serve(app, contract.listJourneys, read, async (ctx) => {
    const figures = await journeyFigures(ctx);
    return { items: (await listDefinitions(ctx, journeyKind)).map((one) => view(one, figures)) };
  });
  serve(app, contract.createJourney, write, async (ctx, { body }) => ({
    journeyId: await createDefinition(ctx, journeyKind, body),
  }));
  serve(app, contract.getJourney, read, async (ctx, { params }) => {
    const definition = await findDefinition(ctx, journeyKind, params.journeyId);
    return {
      ...view(definition, await journeyFigures(ctx)),
      draft: definition.draft,
      published: definition.published,
      problems: definition.draft ? journeyProblems(ctx, definition.draft) : [],
      versions: await versionsOf(ctx, journeyKind, params.journeyId),
    };
  });
  serve(app, contract.saveJourney, write, async (ctx, { params, body }) => ({
    revision: await saveDraft(ctx, journeyKind, params.journeyId, body),
    problems: journeyProblems(ctx, body.content),
  }));
  serve(app, contract.publishJourney, publish, async (ctx, { params, body }) => ({
    version: await publishJourney(ctx, params.journeyId, body.note),
  }));
  serve(app, contract.rollBackJourney, publish, async (ctx, { params, body }) => ({
    version: await rollBackJourney(ctx, params.journeyId, body.toVersion),
  }));
  serve(app, contract.setJourneyStatus, publish, async (ctx, { params, body }) => {
    await setJourneyStatus(ctx, params.journeyId, body.status);
    return {};
  });
  serve(app, contract.rehearseJourney, read, async (ctx, { body }) => ({
    customers: await rehearse(ctx, body.content, body.customerIds),
  }));
  serve(app, contract.getJourneyFigures, read, async (ctx, { params }) => {
    await findDefinition(ctx, journeyKind, params.journeyId);
    return nodeFigures(ctx, params.journeyId);
  });
  serve(app, contract.previewMessage, read, (ctx, { body }) => previewMessage(ctx, body));
  serve(app, contract.listJourneyRuns, read, (ctx, { params, query }) => listRuns(ctx, params.journeyId, query));
  serve(app, contract.traceCustomer, read, (ctx, { params }) =>
    traceCustomer(ctx, params.journeyId, params.customerId),
  );
}

function view(
  definition: Definition<Journey>,
  figures: ReadonlyMap<string, { entered: number; active: number; ended: number }>,
) {
  const { definitionId, draft, ...rest } = definition;
  return {
    ...rest,
    journeyId: definitionId,
    hasDraft: draft !== null,
    ...(figures.get(definitionId) ?? { entered: 0, active: 0, ended: 0 }),
  };
}

/** Without named customers: the first ones of the entry's segment, or the ones seen last. */
async function rehearse(ctx: Context, content: Journey, named: readonly number[] | undefined) {
  const customerIds = named ?? (await someCustomers(ctx, content));
  const people = new Map((await customerSummaries(ctx, customerIds)).map((one) => [one.customerId, one.displayName]));
  const visible = customerIds.filter((customerId) => people.has(customerId));
  const rehearsed = await rehearseJourney(ctx, content, visible);
  return rehearsed.map((one) => ({ ...one, steps: [...one.steps], displayName: people.get(one.customerId) ?? '' }));
}

async function someCustomers(ctx: Context, { entry }: Journey): Promise<number[]> {
  if (entry.kind !== 'event') return segmentMembers(ctx, entry.segmentId, { limit: 10 });
  const rows = await ctx.tx.query<{ customer_id: number }>(
    `select customer_id from customers.people where tenant_id = $1 and is_known order by last_seen_at desc, customer_id limit 10`,
    [ctx.tenantId],
  );
  return rows.map(({ customer_id }) => customer_id);
}
