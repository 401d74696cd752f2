import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

import { SettlementPlan } from './plan.ts';

export { SettlementPlan, decideCommission, planProblems } from './plan.ts';

const plan = z.object({ planId: z.uuid() });
const PlanView = z.object({
  planId: z.uuid(),
  name: z.string(),
  status: z.enum(['active', 'paused', 'archived']),
  revision: z.int(),
  draft: SettlementPlan.nullable(),
  published: SettlementPlan.nullable(),
  publishedVersion: z.int().nullable(),
  publishedAt: z.date().nullable(),
});
const Line = z.object({
  lineId: z.uuid(),
  planId: z.uuid(),
  version: z.int(),
  orderId: z.uuid(),
  periodOn: z.iso.date(),
  kind: z.enum(['estimated', 'payable']),
  amountMinor: z.int(),
  currency: z.string(),
  reason: z.record(z.string(), z.unknown()),
  at: z.date(),
});
const Statement = z.object({
  statementId: z.uuid(),
  partnerCustomerId: z.int(),
  partner: z.string(),
  periodOn: z.iso.date(),
  currency: z.string(),
  totalMinor: z.int(),
  state: z.enum(['open', 'accepted', 'disputed']),
  disputeReason: z.string().nullable(),
  createdAt: z.date(),
  answeredAt: z.date().nullable(),
});

export const listPlans = endpoint({
  method: 'GET',
  path: '/api/settlement/plans',
  summary: 'All settlement plans.',
  response: z.object({ items: z.array(PlanView) }),
});
export const createPlan = endpoint({
  method: 'POST',
  path: '/api/settlement/plans',
  summary: 'Starts a settlement plan as a draft.',
  body: z.object({ name: z.string().trim().min(1).max(120), content: SettlementPlan }),
  response: z.object({ planId: z.uuid() }),
});
export const savePlan = endpoint({
  method: 'PUT',
  path: '/api/settlement/plans/:planId',
  summary: 'Saves the draft of a plan, unless someone saved it meanwhile.',
  params: plan,
  body: z.object({ name: z.string().trim().min(1).max(120), content: SettlementPlan, revision: z.int() }),
  response: z.object({ revision: z.int() }),
});
export const publishPlan = endpoint({
  method: 'POST',
  path: '/api/settlement/plans/:planId/versions',
  summary: 'Publishes the draft; months that have begun keep their version.',
  params: plan,
  body: z.object({ note: z.string().max(200).default('') }),
  response: z.object({ version: z.int() }),
});
export const rehearsePlan = endpoint({
  method: 'POST',
  path: '/api/settlement/rehearsal',
  summary: 'What each partner would have earned under a plan, beside what they earned.',
  body: z.object({ content: SettlementPlan, months: z.int().min(1).max(24).default(3) }),
  response: z.object({
    nowMinor: z.int(),
    thenMinor: z.int(),
    partners: z.array(
      z.object({
        partnerCustomerId: z.int(),
        partner: z.string(),
        periodOn: z.iso.date(),
        orders: z.int(),
        measured: z.int(),
        nowMinor: z.int(),
        thenMinor: z.int(),
      }),
    ),
  }),
});
export const listPartners = endpoint({
  method: 'GET',
  path: '/api/settlement/partners',
  summary: 'The partners of a month (the present one by default) with what they earned.',
  query: z.object({ periodOn: z.iso.date().optional(), limit: z.coerce.number().int().min(1).max(200).default(100) }),
  response: z.object({
    items: z.array(
      z.object({
        partnerCustomerId: z.int(),
        partner: z.string(),
        orders: z.int(),
        keptBaseMinor: z.int(),
        amountMinor: z.int(),
        confirmedMinor: z.int(),
        rateBps: z.int(),
      }),
    ),
  }),
});
export const explainCommission = endpoint({
  method: 'GET',
  path: '/api/settlement/orders/:orderId',
  summary: "How an order's commission came about, movement by movement.",
  params: z.object({ orderId: z.uuid() }),
  response: z.object({ lines: z.array(Line.extend({ partnerCustomerId: z.int() })) }),
});
export const listStatements = endpoint({
  method: 'GET',
  path: '/api/settlement/statements',
  summary: 'Statements of all partners, newest month first.',
  query: z.object({
    partnerCustomerId: z.coerce.number().int().positive().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({ items: z.array(Statement.extend({ lines: z.int() })) }),
});
export const getStatement = endpoint({
  method: 'GET',
  path: '/api/settlement/statements/:statementId',
  summary: 'One statement with its lines.',
  params: z.object({ statementId: z.uuid() }),
  response: Statement.extend({ lines: z.array(Line) }),
});
export const closeMonth = endpoint({
  method: 'POST',
  path: '/api/settlement/closings',
  summary: 'Closes a month: what is payable and on no statement yet goes on one.',
  body: z.object({ periodOn: z.iso.date() }),
  response: z.object({ statements: z.int() }),
});

export const myEarnings = endpoint({
  method: 'GET',
  path: '/api/mall/earnings',
  summary: "The signed-in customer's commissions: expected, owed, and the orders behind them.",
  response: z.object({
    pendingMinor: z.int(),
    payableMinor: z.int(),
    thisMonthMinor: z.int(),
    todayMinor: z.int(),
    orders: z.array(
      z.object({
        orderId: z.uuid(),
        paidAt: z.date(),
        keptBaseMinor: z.int(),
        amountMinor: z.int(),
        rateBps: z.int(),
        state: z.enum(['estimated', 'confirmed', 'reversed']),
      }),
    ),
  }),
});
export const myStatements = endpoint({
  method: 'GET',
  path: '/api/mall/statements',
  summary: "The signed-in customer's statements.",
  response: z.object({ items: z.array(Statement.omit({ partner: true }).extend({ lines: z.int() })) }),
});
export const answerStatement = endpoint({
  method: 'POST',
  path: '/api/mall/statements/:statementId/answer',
  summary: 'The partner accepts a statement, or disputes it with a reason.',
  params: z.object({ statementId: z.uuid() }),
  body: z.object({ answer: z.enum(['accepted', 'disputed']), reason: z.string().trim().max(500).default('') }),
  response: z.object({}),
});
