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
  /** As the buyer and the channel know the order. */
  orderNo: z.string().nullable(),
  periodOn: z.iso.date(),
  kind: z.enum(['estimated', 'payable']),
  amountMinor: z.int(),
  currency: z.string(),
  reason: z.record(z.string(), z.unknown()),
  at: z.date(),
});
const page = (limit: number) => ({
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(limit),
});
/** The first day of a month. */
const month = z.iso.date().regex(/-01$/, 'is the first day of a month');
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
  query: z.object({ periodOn: month.optional(), ...page(100) }),
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
    nextCursor: z.string().nullable(),
    /** Of the whole month, whatever the page. */
    figures: z.object({
      partners: z.int(),
      orders: z.int(),
      keptBaseMinor: z.int(),
      amountMinor: z.int(),
      confirmedMinor: z.int(),
    }),
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
    state: z.enum(['open', 'accepted', 'disputed']).optional(),
    ...page(50),
  }),
  response: z.object({
    items: z.array(Statement.extend({ lines: z.int() })),
    nextCursor: z.string().nullable(),
    /** Of all statements asked for, whatever their state and page; the total in the brand's currency. */
    figures: z.object({ statements: z.int(), totalMinor: z.int(), open: z.int(), disputed: z.int() }),
  }),
});
export const getStatement = endpoint({
  method: 'GET',
  path: '/api/settlement/statements/:statementId',
  summary: 'One statement.',
  params: z.object({ statementId: z.uuid() }),
  response: Statement.extend({ lines: z.int() }),
});
export const listStatementLines = endpoint({
  method: 'GET',
  path: '/api/settlement/statements/:statementId/lines',
  summary: 'The lines of a statement, in the order in which they came about.',
  params: z.object({ statementId: z.uuid() }),
  query: z.object(page(100)),
  response: z.object({ items: z.array(Line), nextCursor: z.string().nullable() }),
});
export const previewClosing = endpoint({
  method: 'GET',
  path: '/api/settlement/closings/preview',
  summary: 'What closing a month would put on statements now.',
  query: z.object({ periodOn: month }),
  response: z.object({ statements: z.int(), lines: z.int(), totalMinor: z.int() }),
});
export const closeMonth = endpoint({
  method: 'POST',
  path: '/api/settlement/closings',
  summary: 'Closes a month: what is payable and on no statement yet goes on one.',
  body: z.object({ periodOn: month }),
  response: z.object({ statements: z.int(), totalMinor: z.int() }),
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
export const myStatementLines = endpoint({
  method: 'GET',
  path: '/api/mall/statements/:statementId/lines',
  summary: "The lines of one of the signed-in customer's statements.",
  params: z.object({ statementId: z.uuid() }),
  query: z.object(page(50)),
  response: z.object({
    items: z.array(
      Line.pick({ lineId: true, amountMinor: true, currency: true, at: true }).extend({
        /** The last signs of the order's number: enough to tell orders apart, not to ask about another person's. */
        orderTail: z.string().nullable(),
        /** Paid, earned, or taken back; the rate it was reckoned by. */
        code: z.enum(['commission_due', 'commission_confirmed', 'commission_changed']),
        baseMinor: z.int().nullable(),
        rateBps: z.int().nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});
export const shareEarning = endpoint({
  method: 'GET',
  path: '/api/mall/share-earnings',
  summary:
    'What the next order through a share would earn the signed-in customer, by the plan and what they brought this month; null without a plan.',
  query: z.object({ productId: z.uuid().optional() }),
  response: z.object({
    earning: z
      .object({
        rateBps: z.int(),
        /** For one piece at its lowest price; null for a share of no product. */
        amountMinor: z.int().nullable(),
        currency: z.string(),
        /** Days after receipt until it is owed. */
        holdDays: z.int(),
      })
      .nullable(),
  }),
});
export const answerStatement = endpoint({
  method: 'POST',
  path: '/api/mall/statements/:statementId/answer',
  summary: 'The partner accepts a statement, or disputes it with a reason.',
  params: z.object({ statementId: z.uuid() }),
  body: z.object({ answer: z.enum(['accepted', 'disputed']), reason: z.string().trim().max(500).default('') }),
  response: z.object({}),
});
