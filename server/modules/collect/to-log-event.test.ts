import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { SegmentMessage } from './segment-message.ts';
import { toLogEvent, toMs } from './to-log-event.ts';
import type { Reception } from './to-log-event.ts';

const receivedAt = Date.parse('2026-11-22T12:00:00.000Z');
const reception = (change: Partial<Reception> = {}): Reception => ({
  source: { tenantId: 3, sourceId: 9, kind: 'server' },
  receivedAt,
  ip: '203.0.113.7',
  ...change,
});
const track = (change: Partial<SegmentMessage> = {}): SegmentMessage => ({
  type: 'track',
  event: 'Product Viewed',
  userId: 'u1',
  messageId: 'm1',
  ...change,
});

test('a wrong clock of the sender cancels out', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e10, max: 1e10 }), fc.integer({ min: 0, max: 864e5 }), (skewMs, agoMs) => {
      const at = (ms: number) => new Date(ms + skewMs).toISOString();
      const event = toLogEvent(
        track({ originalTimestamp: at(receivedAt - agoMs) }),
        reception({ sentAt: at(receivedAt) }),
      );
      expect(event.occurredAt).toBe(receivedAt - agoMs);
    }),
  );
});

test.each([
  ['no times at all', {}, {}, receivedAt],
  ['a time without sentAt is trusted', { timestamp: '2026-11-20T08:00:00Z' }, {}, Date.parse('2026-11-20T08:00:00Z')],
  ['a time without a zone is UTC', { timestamp: '2026-11-20T08:00:00' }, {}, Date.parse('2026-11-20T08:00:00Z')],
  ['more than a day in the future is not believed', { timestamp: '2026-11-24T12:00:01Z' }, {}, receivedAt],
  ['nonsense is not believed', { timestamp: 'yesterday' }, {}, receivedAt],
  [
    'sentAt of the call beats that of the batch',
    { timestamp: '2026-11-22T11:00:00Z', sentAt: '2026-11-22T11:00:10Z' },
    { sentAt: '2026-11-22T15:00:00Z' },
    receivedAt - 10_000,
  ],
  [
    'an import keeps its times',
    { timestamp: '2020-01-01T00:00:00Z' },
    { sentAt: '2026-11-22T15:00:00Z', historical: true },
    Date.parse('2020-01-01T00:00:00Z'),
  ],
])('%s', (_what, message, change, expected) => {
  expect(toLogEvent(track(message), reception(change)).occurredAt).toBe(expected);
});

test('milliseconds as a number and time zones are understood', () => {
  expect(toMs(1_700_000_000_000)).toBe(1_700_000_000_000);
  expect(toMs('2026-11-22T20:00:00+08:00')).toBe(receivedAt);
  expect(toMs('')).toBeNull();
});

test('every way to name a person becomes an identifier, once', () => {
  const { identifiers } = toLogEvent(
    {
      type: 'identify',
      userId: 1001,
      anonymousId: 'anon-1',
      traits: { phone: '139 1234 5678', email: ' Wang@Example.CN ', name: '王小明' },
      context: {
        traits: { phone: '13912345678' },
        externalIds: [
          { id: 'oX1', type: 'openid', scope: 'wxapp1' },
          { id: 'U1', type: 'wechat_unionid' },
          { id: 'anon-1', type: 'anonymous_id' },
          { id: '不是电话', type: 'phone' },
        ],
      },
    },
    reception(),
  );
  expect(identifiers).toEqual([
    { kind: 'member_no', scope: '', value: '1001' },
    { kind: 'device', scope: '', value: 'anon-1' },
    { kind: 'openid', scope: 'wxapp1', value: 'oX1' },
    { kind: 'unionid', scope: '', value: 'U1' },
    { kind: 'phone', scope: '', value: '+8613912345678' },
    { kind: 'email', scope: '', value: 'wang@example.cn' },
  ]);
});

const alias = (previousId: string) => toLogEvent({ type: 'alias', userId: 'u1', previousId }, reception()).identifiers;

test('an alias joins the previous id, and says nothing when both sides are the same', () => {
  expect(alias('a1')).toContainEqual({ kind: 'device', scope: '', value: 'a1' });
  expect(alias('u1')).toEqual([{ kind: 'member_no', scope: '', value: 'u1' }]);
});

test('what a visitor typed is a claim and carries the address it came from; a server is believed', () => {
  const browser = reception({ source: { tenantId: 3, sourceId: 9, kind: 'browser' } });
  expect(toLogEvent(track(), browser)).toMatchObject({ claimed: true, context: { ip: '203.0.113.7' } });
  const fromServer = toLogEvent(track(), reception());
  expect(fromServer.claimed).toBeUndefined();
  expect(fromServer.context).toBeUndefined();
});

test.each([
  [{ type: 'page', userId: 'u', name: 'Home', properties: { path: '/' } }, 'Page Viewed', { name: 'Home', path: '/' }],
  [{ type: 'screen', userId: 'u' }, 'Screen Viewed', {}],
  [{ type: 'group', userId: 'u', groupId: 'g1' }, 'Group Joined', { group_id: 'g1' }],
  [{ type: 'track', userId: 'u', event: ' Product Viewed ' }, 'Product Viewed', {}],
] as const)('%j is logged as %s', (message, name, properties) => {
  expect(toLogEvent(message, reception())).toMatchObject({ name, properties });
});

test('a call without a message id gets one', () => {
  const ids = [null, undefined, ''].map((messageId) => toLogEvent(track({ messageId }), reception()).messageId);
  expect(new Set(ids).size).toBe(3);
  expect(toLogEvent(track(), reception()).messageId).toBe('m1');
});
