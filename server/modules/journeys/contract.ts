import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

import { Journey } from './graph.ts';

export { Journey, JourneyEntry, JourneyNode, journeyProblems } from './graph.ts';

const id = z.object({ journeyId: z.uuid() });
const JourneyView = z.object({
  journeyId: z.uuid(),
  name: z.string(),
  status: z.enum(['active', 'paused', 'archived']),
  revision: z.int(),
  hasDraft: z.boolean(),
  publishedVersion: z.int().nullable(),
  publishedAt: z.date().nullable(),
  updatedAt: z.date(),
  entered: z.int(),
  active: z.int(),
  ended: z.int(),
});

export const listJourneys = endpoint({
  method: 'GET',
  path: '/api/journeys',
  summary: 'All journeys with how many entered, are in them and came out.',
  response: z.object({ items: z.array(JourneyView) }),
});
export const createJourney = endpoint({
  method: 'POST',
  path: '/api/journeys',
  summary: 'Starts a journey as a draft.',
  body: z.object({ name: z.string().trim().min(1).max(120), content: Journey }),
  response: z.object({ journeyId: z.uuid() }),
});
export const getJourney = endpoint({
  method: 'GET',
  path: '/api/journeys/:journeyId',
  summary: 'One journey with its draft, its published content, its versions and the problems of the draft.',
  params: id,
  response: JourneyView.extend({
    draft: Journey.nullable(),
    published: Journey.nullable(),
    problems: z.array(
      z.object({ code: z.string(), path: z.string(), parameters: z.record(z.string(), z.unknown()).optional() }),
    ),
    versions: z.array(
      z.object({
        version: z.int(),
        publishedAt: z.date(),
        publishedBy: z.string(),
        note: z.string(),
        restores: z.int().nullable(),
      }),
    ),
  }),
});
export const saveJourney = endpoint({
  method: 'PUT',
  path: '/api/journeys/:journeyId',
  summary: 'Saves the draft of a journey, unless someone saved it meanwhile; answers with what still stops publishing.',
  params: id,
  body: z.object({ name: z.string().trim().min(1).max(120), content: Journey, revision: z.int() }),
  response: z.object({
    revision: z.int(),
    problems: z.array(
      z.object({ code: z.string(), path: z.string(), parameters: z.record(z.string(), z.unknown()).optional() }),
    ),
  }),
});
export const publishJourney = endpoint({
  method: 'POST',
  path: '/api/journeys/:journeyId/versions',
  summary:
    'Publishes the draft: new entrants take this version, running customers finish on theirs. A one-off journey lets its segment in.',
  params: id,
  body: z.object({ note: z.string().max(200).default('') }),
  response: z.object({ version: z.int() }),
});
export const rollBackJourney = endpoint({
  method: 'POST',
  path: '/api/journeys/:journeyId/roll-back',
  summary: 'Publishes the content of an earlier version again.',
  params: id,
  body: z.object({ toVersion: z.int().positive() }),
  response: z.object({ version: z.int() }),
});
export const setJourneyStatus = endpoint({
  method: 'PUT',
  path: '/api/journeys/:journeyId/status',
  summary: 'Pauses a journey (everyone stays where they are), resumes it, or stops it for good.',
  params: id,
  body: z.object({ status: z.enum(['active', 'paused', 'archived']) }),
  response: z.object({}),
});
export const rehearseJourney = endpoint({
  method: 'POST',
  path: '/api/journeys/rehearsal',
  summary: 'Runs a journey over real customers on a virtual clock, without any effect.',
  body: z.object({ content: Journey, customerIds: z.array(z.int().positive()).min(1).max(50).optional() }),
  response: z.object({
    customers: z.array(
      z.object({
        customerId: z.int(),
        displayName: z.string(),
        ended: z.string(),
        steps: z.array(z.object({ nodeId: z.string(), kind: z.string(), at: z.date(), outcome: z.string() })),
      }),
    ),
  }),
});
export const previewMessage = endpoint({
  method: 'POST',
  path: '/api/journeys/message-previews',
  summary: 'A text as one customer would read it now, their name masked, and the variables that would have no value.',
  body: z.object({
    subject: z.string().max(200).default(''),
    body: z.string().max(20_000),
    customerId: z.int().positive(),
    /** The coupon a journey would have given before. */
    couponTemplateId: z.uuid().optional(),
  }),
  response: z.object({
    subject: z.string(),
    body: z.string(),
    customer: z.string(),
    missing: z.array(z.string()),
  }),
});
export const getJourneyFigures = endpoint({
  method: 'GET',
  path: '/api/journeys/:journeyId/figures',
  summary: 'Live counts per node for the canvas.',
  params: id,
  response: z.object({
    standing: z.array(z.object({ nodeId: z.string(), customers: z.int() })),
    outcomes: z.array(z.object({ nodeId: z.string(), outcome: z.string(), count: z.int() })),
    exits: z.array(z.object({ reason: z.string(), count: z.int() })),
    /** Messages that have not left yet; `until` is when quiet hours let the first of them go. */
    held: z.array(z.object({ nodeId: z.string(), messages: z.int(), until: z.date().nullable() })),
  }),
});
export const listJourneyRuns = endpoint({
  method: 'GET',
  path: '/api/journeys/:journeyId/runs',
  summary: 'The people in a journey, latest first; of one node only with `nodeId`.',
  params: id,
  query: z.object({
    nodeId: z.string().max(40).optional(),
    cursor: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({
    items: z.array(
      z.object({
        runId: z.uuid(),
        customerId: z.int(),
        displayName: z.string(),
        version: z.int(),
        nodeId: z.string(),
        dueAt: z.date().nullable(),
        startedAt: z.date(),
        endedAt: z.date().nullable(),
        exitReason: z.string().nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
});
export const traceCustomer = endpoint({
  method: 'GET',
  path: '/api/journeys/:journeyId/customers/:customerId',
  summary: 'Why a customer did or did not get something: every step with its outcome and reason.',
  params: z.object({ journeyId: z.uuid(), customerId: z.coerce.number().int().positive() }),
  response: z.object({
    runs: z.array(
      z.object({
        runId: z.uuid(),
        version: z.int(),
        nodeId: z.string(),
        startedAt: z.date(),
        endedAt: z.date().nullable(),
        exitReason: z.string().nullable(),
        dueAt: z.date().nullable(),
        steps: z.array(
          z.object({
            step: z.int(),
            nodeId: z.string(),
            at: z.date(),
            outcome: z.string(),
            reason: z.string().nullable(),
          }),
        ),
      }),
    ),
  }),
});
