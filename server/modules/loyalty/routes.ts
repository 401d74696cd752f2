import type { FastifyInstance } from 'fastify';

import { customerSummaries } from '#customers';
import { balancesOf, customerStatement } from '#ledger';
import type { Context } from '#platform/context';
import { createDefinition, findDefinition, listDefinitions, publishDefinition, saveDraft } from '#platform/definitions';
import type { Definition } from '#platform/definitions';
import { NotFound, NotSignedIn } from '#platform/errors';
import { serve } from '#platform/route';

import { points } from './accounts.ts';
import * as contract from './contract.ts';
import { adjustPoints } from './grant-points.ts';
import { grantTier } from './grant-tier.ts';
import { listMembers, listTierChanges, readStanding } from './members.ts';
import { programmeKind, starterProgramme } from './programme.ts';
import type { ProgrammeContent } from './programme.ts';
import { rehearseProgramme } from './rehearse-programme.ts';
import { readLiability, readTierReport } from './reports.ts';

const read = { audience: 'staff', permission: 'loyalty.read' } as const;
const write = { audience: 'staff', permission: 'loyalty.write' } as const;
const adjust = { audience: 'staff', permission: 'loyalty.adjust' } as const;
const customer = { audience: 'customer' } as const;

/** Programmes, members, points, and the customer's own membership. */
export function routes(app: FastifyInstance): void {
  programmes(app);
  members(app);
  pointsRoutes(app);
  mall(app);
}

function programmes(app: FastifyInstance): void {
  serve(app, contract.listProgrammes, read, async (ctx) => ({
    items: (await listDefinitions(ctx, programmeKind)).map(view),
  }));
  serve(app, contract.createProgramme, write, async (ctx, { body }) => {
    const id = await createDefinition(ctx, programmeKind, {
      name: body.name,
      content: body.content ?? starterProgramme,
    });
    return view(await findDefinition(ctx, programmeKind, id));
  });
  serve(app, contract.saveProgramme, write, async (ctx, { params, body }) => {
    await saveDraft(ctx, programmeKind, params.programmeId, body);
    return view(await findDefinition(ctx, programmeKind, params.programmeId));
  });
  serve(app, contract.publishProgramme, write, async (ctx, { params, body }) => {
    await publishDefinition(ctx, programmeKind, params.programmeId, body);
    return view(await findDefinition(ctx, programmeKind, params.programmeId));
  });
  serve(app, contract.rehearseProgramme, write, (ctx, { params, body }) =>
    rehearseProgramme(ctx, params.programmeId, body.content),
  );
}

function view({ definitionId, ...rest }: Definition<ProgrammeContent>) {
  return { programmeId: definitionId, ...rest };
}

function members(app: FastifyInstance): void {
  serve(app, contract.listMembers, read, async (ctx, { params, query: { cursor, ...query } }) => {
    const items = await listMembers(ctx, { ...params, ...query, after: cursor ?? 0 });
    const ids = items.map(({ customerId }) => customerId);
    const names = new Map((await customerSummaries(ctx, ids)).map((summary) => [summary.customerId, summary]));
    const named = items.map((item) => ({
      ...item,
      displayName: names.get(item.customerId)?.displayName ?? '',
      phone: names.get(item.customerId)?.phone ?? null,
    }));
    return { items: named, nextCursor: nextCursor(ids, query.limit) };
  });
  serve(app, contract.tierReport, read, async (ctx, { params, query }) => {
    const { published } = await findDefinition(ctx, programmeKind, params.programmeId);
    if (!published) throw new NotFound('The published programme');
    return { items: await readTierReport(ctx, { ...params, content: published }, query) };
  });
  serve(app, contract.grantTier, write, async (ctx, { params, body }) => {
    await grantTier(ctx, { ...params, ...body });
    return {};
  });
  serve(app, contract.customerStanding, read, async (ctx, { params: { customerId } }) => {
    await requireVisible(ctx, customerId);
    return { ...(await readStanding(ctx, customerId)), tierChanges: await listTierChanges(ctx, customerId) };
  });
}

function pointsRoutes(app: FastifyInstance): void {
  serve(app, contract.customerPoints, read, async (ctx, { params: { customerId }, query }) => {
    await requireVisible(ctx, customerId);
    return statement(ctx, customerId, query);
  });
  serve(app, contract.adjustPoints, adjust, async (ctx, { params: { customerId }, body }) => {
    await requireVisible(ctx, customerId);
    await adjustPoints(ctx, { customerId, ...body });
    const balance = (await balancesOf(ctx, points, [customerId])).get(customerId);
    if (!balance) throw new NotFound('The customer');
    return balance;
  });
  serve(app, contract.pointsLiability, read, (ctx) => readLiability(ctx));
}

function mall(app: FastifyInstance): void {
  serve(app, contract.ownStanding, customer, (ctx) => readStanding(ctx, customerOf(ctx)));
  serve(app, contract.ownPoints, customer, (ctx, { query }) => statement(ctx, customerOf(ctx), query));
}

/** A customer outside the caller's scope does not exist. */
async function requireVisible(ctx: Context, customerId: number): Promise<void> {
  const [visible] = await customerSummaries(ctx, [customerId]);
  if (!visible) throw new NotFound('The customer');
}

async function statement(
  ctx: Context,
  customerId: number,
  { cursor, limit }: { cursor?: number | undefined; limit: number },
) {
  const items = await customerStatement(ctx, { kind: points, customerId, before: cursor, limit });
  return {
    items,
    nextCursor: nextCursor(
      items.map(({ transferId }) => transferId),
      limit,
    ),
  };
}

function customerOf({ actor }: Context): number {
  if (actor.kind !== 'customer') throw new NotSignedIn();
  return actor.customerId;
}

function nextCursor(positions: readonly number[], limit: number): number | null {
  const last = positions.at(-1);
  return last !== undefined && positions.length === limit ? last : null;
}
