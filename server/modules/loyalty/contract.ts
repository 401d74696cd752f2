import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

import { ProgrammeContent } from './programme.ts';

export { ProgrammeContent };

const uuid = z.uuid();
const limit = z.coerce.number().int().min(1).max(200).default(50);
const customerId = z.coerce.number().int().positive();
const programme = z.object({ programmeId: uuid });
const done = z.object({});

const Balance = z.object({
  balance: z.number(),
  available: z.number(),
  pending: z.number(),
  held: z.number(),
  debt: z.number(),
});
const Progress = z.object({
  kind: z.enum(['spend', 'orders', 'single_order']),
  window: z.string(),
  reached: z.number(),
  needed: z.number(),
});
export const StandingView = z.object({
  memberships: z
    .array(
      z.object({
        programmeId: uuid,
        programme: z.string(),
        joinedAt: z.date().nullable(),
        tier: z.object({ code: z.string(), name: z.string() }).nullable(),
        tierSince: z.date().nullable(),
        validUntil: z.date().nullable(),
        observedUntil: z.date().nullable(),
        benefits: z.array(z.object({ code: z.string(), name: z.string(), kind: z.string() })).readonly(),
        next: z.object({ code: z.string(), name: z.string(), missing: z.array(Progress).readonly() }).nullable(),
      }),
    )
    .readonly(),
  points: Balance,
  expiring: z.array(z.object({ points: z.number(), expiresAt: z.date() })).readonly(),
});
export const PointsLine = z.object({
  transferId: z.number(),
  reason: z.string(),
  reference: z.string(),
  amount: z.number(),
  balanceAfter: z.number(),
  enteredAt: z.date(),
});
export const ProgrammeView = z.object({
  programmeId: uuid,
  name: z.string(),
  status: z.enum(['active', 'paused', 'archived']),
  revision: z.number(),
  draft: ProgrammeContent.nullable(),
  publishedVersion: z.number().nullable(),
  published: ProgrammeContent.nullable(),
  publishedAt: z.date().nullable(),
  updatedAt: z.date(),
});
export const MemberView = z.object({
  customerId: z.number(),
  displayName: z.string(),
  phone: z.string().nullable(),
  joinedAt: z.date(),
  tierCode: z.string().nullable(),
  tierSince: z.date().nullable(),
  validUntil: z.date().nullable(),
  grantedUntil: z.date().nullable(),
  observedUntil: z.date().nullable(),
  points: Balance.nullable(),
});

export const listProgrammes = endpoint({
  method: 'GET',
  path: '/api/loyalty/programmes',
  summary: 'Lists loyalty programmes with their draft and published rules.',
  response: z.object({ items: z.array(ProgrammeView) }),
});
export const createProgramme = endpoint({
  method: 'POST',
  path: '/api/loyalty/programmes',
  summary: 'Starts a programme as a draft; without content it starts from the usual ladder.',
  body: z.object({ name: z.string().trim().min(1).max(80), content: ProgrammeContent.optional() }),
  response: ProgrammeView,
});
export const saveProgramme = endpoint({
  method: 'PUT',
  path: '/api/loyalty/programmes/:programmeId',
  summary: 'Saves the draft of a programme.',
  params: programme,
  body: z.object({
    name: z.string().trim().min(1).max(80).optional(),
    content: ProgrammeContent,
    revision: z.int().min(0),
  }),
  response: ProgrammeView,
});
export const publishProgramme = endpoint({
  method: 'POST',
  path: '/api/loyalty/programmes/:programmeId/publication',
  summary: 'Puts the draft into force.',
  params: programme,
  body: z.object({ note: z.string().max(200).default('') }),
  response: ProgrammeView,
});
export const rehearseProgramme = endpoint({
  method: 'POST',
  path: '/api/loyalty/programmes/:programmeId/rehearsal',
  summary: 'Counts how many customers each tier of the given rules would have today, without changing anything.',
  params: programme,
  body: z.object({ content: ProgrammeContent }),
  response: z.object({
    customers: z.number(),
    tiers: z.array(z.object({ tierCode: z.string().nullable(), members: z.number(), before: z.number() })),
  }),
});

export const listMembers = endpoint({
  method: 'GET',
  path: '/api/loyalty/programmes/:programmeId/members',
  summary: 'Lists members with tier and points.',
  params: programme,
  query: z.object({ tierCode: z.string().max(40).optional(), cursor: customerId.optional(), limit }),
  response: z.object({ items: z.array(MemberView), nextCursor: z.number().nullable() }),
});
export const tierReport = endpoint({
  method: 'GET',
  path: '/api/loyalty/programmes/:programmeId/tier-report',
  summary: 'Members, purchases and movements per tier over a period.',
  params: programme,
  query: z.object({ from: z.coerce.date(), until: z.coerce.date() }),
  response: z.object({
    items: z.array(
      z.object({
        tierCode: z.string().nullable(),
        members: z.number(),
        buyers: z.number(),
        orders: z.number(),
        spendMinor: z.number(),
        reached: z.number(),
        lost: z.number(),
      }),
    ),
  }),
});
export const grantTier = endpoint({
  method: 'PUT',
  path: '/api/loyalty/programmes/:programmeId/members/:customerId/tier',
  summary: 'Gives a customer a tier by hand, until a time, with a reason.',
  params: z.object({ programmeId: uuid, customerId }),
  body: z.object({
    tierCode: z.string().min(1).max(40),
    until: z.coerce.date(),
    note: z.string().trim().min(1).max(200),
  }),
  response: done,
});

export const customerStanding = endpoint({
  method: 'GET',
  path: '/api/loyalty/customers/:customerId',
  summary: 'A customer’s standing, points and changes of tier.',
  params: z.object({ customerId }),
  response: StandingView.extend({
    tierChanges: z.array(
      z.object({
        changeId: uuid,
        programmeId: uuid,
        fromTier: z.string().nullable(),
        toTier: z.string().nullable(),
        cause: z.string(),
        progress: z.array(Progress).readonly(),
        actor: z.string(),
        changedAt: z.date(),
      }),
    ),
  }),
});
const statementQuery = z.object({ cursor: z.coerce.number().int().positive().optional(), limit });
const Statement = z.object({ items: z.array(PointsLine), nextCursor: z.number().nullable() });
export const customerPoints = endpoint({
  method: 'GET',
  path: '/api/loyalty/customers/:customerId/points',
  summary: 'A customer’s points statement, newest first.',
  params: z.object({ customerId }),
  query: statementQuery,
  response: Statement,
});
export const adjustPoints = endpoint({
  method: 'POST',
  path: '/api/loyalty/customers/:customerId/points',
  summary: 'Gives or takes points by hand, with a reason.',
  params: z.object({ customerId }),
  body: z.object({
    points: z
      .int()
      .min(-10_000_000)
      .max(10_000_000)
      .refine((value) => value !== 0, 'must not be 0'),
    note: z.string().trim().min(1).max(200),
    key: z.string().trim().min(1).max(100),
  }),
  response: Balance,
});
export const pointsLiability = endpoint({
  method: 'GET',
  path: '/api/loyalty/points/liability',
  summary: 'What the company owes in points, and twelve months of movements.',
  response: z.object({
    outstanding: z.number(),
    issued: z.number(),
    redeemed: z.number(),
    expired: z.number(),
    redemptionRateBps: z.number(),
    outstandingFen: z.number(),
    expectedBreakage: z.number(),
    months: z
      .array(
        z.object({
          monthOn: z.string(),
          earned: z.number(),
          clawedBack: z.number(),
          spent: z.number(),
          returned: z.number(),
          expired: z.number(),
        }),
      )
      .readonly(),
  }),
});

export const ownStanding = endpoint({
  method: 'GET',
  path: '/api/mall/membership',
  summary: 'The signed-in customer’s tier, progress, benefits and points.',
  response: StandingView,
});
export const ownPoints = endpoint({
  method: 'GET',
  path: '/api/mall/points',
  summary: 'The signed-in customer’s points statement, newest first.',
  query: statementQuery,
  response: Statement,
});
