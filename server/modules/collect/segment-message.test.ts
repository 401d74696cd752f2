import fc from 'fast-check';
import { expect, test } from 'vitest';

import { faultOf } from './segment-message.ts';
import { limits, SegmentMessage } from './segment-schema.ts';

const awkward = fc.oneof(
  fc.constant(undefined),
  fc.constant(null),
  fc.constant(''),
  fc.constant(' '),
  fc.constant(NaN),
  fc.constant(Infinity),
  fc.integer(),
  fc.boolean(),
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    'x'.repeat(50),
    'x'.repeat(51),
    'x'.repeat(limits.messageIdLength),
    'x'.repeat(limits.messageIdLength + 1),
  ),
  fc.constantFrom(
    'x'.repeat(limits.nameLength),
    'x'.repeat(limits.nameLength + 1),
    'x'.repeat(limits.idLength),
    'x'.repeat(limits.idLength + 1),
  ),
  fc.constant([]),
  fc.constant({}),
  fc.array(
    fc.record(
      { id: fc.constantFrom('a', '', 1, null, NaN), type: fc.constantFrom('openid', '', 1, 'x'.repeat(51)) },
      { requiredKeys: [] },
    ),
    {
      maxLength: 2,
    },
  ),
);
const keys = [
  'messageId',
  'userId',
  'anonymousId',
  'previousId',
  'groupId',
  'event',
  'name',
  'timestamp',
  'originalTimestamp',
  'sentAt',
  'properties',
  'traits',
  'unknown',
];
const message = fc.record(
  {
    type: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('track', 'identify', 'page', 'screen', 'group', 'alias') },
      awkward,
    ),
    ...Object.fromEntries(keys.map((key) => [key, awkward])),
    context: fc.oneof(awkward, fc.record({ externalIds: awkward, traits: awkward }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
);
/** Well-formed calls with one or two fields put out of order. */
const nearMiss = fc
  .tuple(
    fc.constantFrom('track', 'identify', 'page', 'screen', 'group', 'alias'),
    fc.array(fc.tuple(fc.constantFrom(...keys), awkward), { maxLength: 2 }),
  )
  .map(([type, changes]) => ({
    type,
    userId: 'u1',
    anonymousId: 'a1',
    previousId: 'p1',
    groupId: 'g1',
    event: 'Product Viewed',
    messageId: 'm1',
    properties: { sku: 'x' },
    context: { page: {} },
    ...Object.fromEntries(changes),
  }));

test.each([
  ['anything', fc.oneof(message, awkward), 0],
  ['a call with a field out of order', nearMiss, 500],
])('the hand-written check takes exactly what the schema takes: %s', (_what, arbitrary, leastTaken) => {
  let taken = 0;
  fc.assert(
    fc.property(arbitrary, (candidate) => {
      const bySchema = SegmentMessage.safeParse(candidate).success;
      if (bySchema) taken += 1;
      expect(faultOf(candidate) === null).toBe(bySchema);
    }),
    { numRuns: 4_000 },
  );
  expect(taken).toBeGreaterThanOrEqual(leastTaken);
});

test.each([
  [{ type: 'track', userId: 'u', event: '' }, 'event_name_invalid'],
  [{ type: 'track', event: 'x' }, 'identity_missing'],
  [{ type: 'track', userId: null, anonymousId: null, event: 'x' }, 'identity_missing'],
  [{ type: 'buy', userId: 'u' }, 'type_unknown'],
  [{ type: 'group', userId: 'u' }, 'group_id_missing'],
  [{ type: 'alias', userId: 'u' }, 'previous_id_missing'],
  [{ type: 'page', userId: 'u', properties: [] }, 'object_expected'],
  [{ type: 'page', userId: {} }, 'id_invalid'],
  [[], 'not_an_object'],
])('%j is refused as %s', (candidate, reason) => {
  expect(faultOf(candidate)?.reason).toBe(reason);
});
