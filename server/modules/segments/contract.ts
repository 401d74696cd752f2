import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

import { Condition, SegmentContent } from './condition.ts';

export { Condition, SegmentContent };

const SegmentView = z.object({
  segmentId: z.uuid(),
  name: z.string(),
  description: z.string(),
  status: z.enum(['active', 'paused', 'archived']),
  revision: z.int(),
  hasDraft: z.boolean(),
  publishedVersion: z.int().nullable(),
  publishedAt: z.date().nullable(),
  updatedAt: z.date(),
  customers: z.int(),
});
const Person = z.object({ customerId: z.int(), displayName: z.string() });
const id = z.object({ segmentId: z.uuid() });

export const listSegments = endpoint({
  method: 'GET',
  path: '/api/segments',
  summary: 'All segments with their size.',
  response: z.object({ items: z.array(SegmentView) }),
});

export const createSegment = endpoint({
  method: 'POST',
  path: '/api/segments',
  summary: 'Starts a segment as a draft.',
  body: z.object({ name: z.string().trim().min(1).max(120), content: SegmentContent }),
  response: z.object({ segmentId: z.uuid() }),
});

export const getSegment = endpoint({
  method: 'GET',
  path: '/api/segments/:segmentId',
  summary: 'One segment with its draft, its published content and its versions.',
  params: id,
  response: SegmentView.extend({
    draft: SegmentContent.nullable(),
    published: SegmentContent.nullable(),
    versions: z.array(
      z.object({
        version: z.int(),
        publishedAt: z.date(),
        publishedBy: z.string(),
        note: z.string(),
        restores: z.int().nullable(),
        content: SegmentContent,
      }),
    ),
  }),
});

export const saveSegment = endpoint({
  method: 'PUT',
  path: '/api/segments/:segmentId',
  summary: 'Saves the draft of a segment, unless someone saved it meanwhile.',
  params: id,
  body: z.object({ name: z.string().trim().min(1).max(120), content: SegmentContent, revision: z.int() }),
  response: z.object({ revision: z.int() }),
});

export const publishSegment = endpoint({
  method: 'POST',
  path: '/api/segments/:segmentId/versions',
  summary: 'Publishes the draft and fills the segment.',
  params: id,
  body: z.object({ note: z.string().max(200).default('') }),
  response: z.object({ version: z.int() }),
});

export const archiveSegment = endpoint({
  method: 'DELETE',
  path: '/api/segments/:segmentId',
  summary: 'Archives a segment; journeys and coupons no longer find it.',
  params: id,
  response: z.object({}),
});

export const countSegment = endpoint({
  method: 'POST',
  path: '/api/segments/count',
  summary: 'How many customers a condition holds for right now.',
  body: z.object({ condition: Condition }),
  response: z.object({ customers: z.int(), base: z.int() }),
});

export const previewSegment = endpoint({
  method: 'POST',
  path: '/api/segments/preview',
  summary: 'A first look at the people a condition holds for, with masked names.',
  body: z.object({ condition: Condition, limit: z.int().min(1).max(50).default(10) }),
  response: z.object({ items: z.array(Person) }),
});

export const listSegmentMembers = endpoint({
  method: 'GET',
  path: '/api/segments/:segmentId/members',
  summary: 'The people in a segment, paged by customer id.',
  params: id,
  query: z.object({
    after: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({ items: z.array(Person), total: z.int() }),
});

interface Explanation {
  condition: unknown;
  holds: boolean;
  parts: Explanation[];
}
const Explanation: z.ZodType<Explanation> = z.lazy(() =>
  z.object({ condition: z.unknown(), holds: z.boolean(), parts: z.array(Explanation) }),
);

export const explainSegment = endpoint({
  method: 'GET',
  path: '/api/segments/:segmentId/customers/:customerId',
  summary: 'Why a customer is or is not in a segment: every part of the condition with its answer.',
  params: z.object({ segmentId: z.uuid(), customerId: z.coerce.number().int().positive() }),
  response: z.object({ isMember: z.boolean(), explanation: Explanation }),
});
