import type { FastifyInstance } from 'fastify';

import type { Context } from '#platform/context';
import { createDefinition, listDefinitions, publishDefinition, saveDraft } from '#platform/definitions';
import { NotSignedIn } from '#platform/errors';
import { serve } from '#platform/route';

import { answerStatement } from './answer-statement.ts';
import { closeMonth, previewClosing } from './close-statements.ts';
import * as contract from './contract.ts';
import { settlementPlanKind } from './plan.ts';
import {
  explainCommission,
  listPartners,
  listStatementLines,
  listStatements,
  ownStatementLines,
  readEarnings,
  readStatement,
} from './read-settlement.ts';
import { rehearsePlan } from './rehearse-plan.ts';
import { shareEarning } from './share-earning.ts';

const read = { audience: 'staff', permission: 'settlement.read' } as const;
const write = { audience: 'staff', permission: 'settlement.write' } as const;
const approve = { audience: 'staff', permission: 'settlement.approve' } as const;
const customer = { audience: 'customer' } as const;

export function routes(app: FastifyInstance): void {
  serve(app, contract.listPlans, read, async (ctx) => ({
    items: (await listDefinitions(ctx, settlementPlanKind)).map(({ definitionId, ...one }) => ({
      ...one,
      planId: definitionId,
    })),
  }));
  serve(app, contract.createPlan, write, async (ctx, { body }) => ({
    planId: await createDefinition(ctx, settlementPlanKind, body),
  }));
  serve(app, contract.savePlan, write, async (ctx, { params, body }) => ({
    revision: await saveDraft(ctx, settlementPlanKind, params.planId, body),
  }));
  serve(app, contract.publishPlan, approve, async (ctx, { params, body }) => ({
    version: (await publishDefinition(ctx, settlementPlanKind, params.planId, body)).version,
  }));
  serve(app, contract.rehearsePlan, read, (ctx, { body }) => rehearsePlan(ctx, body.content, body.months));
  serve(app, contract.listPartners, read, (ctx, { query }) => listPartners(ctx, query));
  serve(app, contract.explainCommission, read, (ctx, { params }) => explainCommission(ctx, params.orderId));
  serve(app, contract.listStatements, read, (ctx, { query }) => listStatements(ctx, query));
  serve(app, contract.getStatement, read, (ctx, { params }) => readStatement(ctx, params.statementId));
  serve(app, contract.listStatementLines, read, (ctx, { params, query }) =>
    listStatementLines(ctx, params.statementId, query),
  );
  serve(app, contract.previewClosing, read, (ctx, { query }) => previewClosing(ctx, query.periodOn));
  serve(app, contract.closeMonth, approve, (ctx, { body }) => closeMonth(ctx, body.periodOn));
  serve(app, contract.myEarnings, customer, (ctx) => readEarnings(ctx, customerOf(ctx)));
  serve(app, contract.myStatements, customer, async (ctx) => ({
    items: (await listStatements(ctx, { partnerCustomerId: customerOf(ctx), limit: 24 })).items,
  }));
  serve(app, contract.myStatementLines, customer, (ctx, { params, query }) =>
    ownStatementLines(ctx, params.statementId, query, customerOf(ctx)),
  );
  serve(app, contract.shareEarning, customer, async (ctx, { query }) => ({
    earning: await shareEarning(ctx, customerOf(ctx), query.productId),
  }));
  serve(app, contract.answerStatement, customer, async (ctx, { params, body }) => {
    await answerStatement(ctx, customerOf(ctx), params.statementId, body);
    return {};
  });
}

function customerOf({ actor }: Context): number {
  if (actor.kind !== 'customer') throw new NotSignedIn();
  return actor.customerId;
}
