import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { createTemplate as createCouponTemplate, CouponTerms, publishTemplate } from '#coupons';
import { identify } from '#customers';
import { createTemplate, listInbox } from '#messaging';
import { recordOrders } from '#orders';
import { createDefinition } from '#platform/definitions';
import type { ResolvedEvent } from '#platform/log/event';
import { createTag } from '#tags';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { advanceDue } from './advance-runs.ts';
import { Journey, journeyKind, journeyProblems } from './graph.ts';
import { publishJourney, setJourneyStatus } from './journey.ts';
import { previewMessage } from './preview-message.ts';
import { listRuns, nodeFigures, traceCustomer } from './read-journeys.ts';
import { rehearseJourney } from './rehearse.ts';
import { enterChunk } from './run-journeys.ts';
import { subscriptions } from './subscriptions.ts';

let db: TestDatabase;
let messageTemplateId = '0198c0de-0000-7000-8000-000000000000';
let tagId: number;
beforeAll(async () => {
  db = await openTestDatabase();
  messageTemplateId = await db.asStaff((ctx) =>
    createTemplate(ctx, { name: '关怀', channel: 'inbox', touchClass: 'service', subject: '您好', body: '欢迎' }),
  );
  tagId = await db.asStaff((ctx) =>
    createTag(ctx, { name: '旅程中', groupName: '', description: '', color: '#0F766E' }),
  );
});
afterAll(() => db.close());

let people = 0;
const person = async (name?: string) => {
  const [found] = await db.asSystem((ctx) =>
    identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
      {
        tenantId: db.tenantId,
        identifiers: [{ kind: 'member_no', scope: 'test', value: `J${(people += 1)}` }],
        at: ctx.now,
        sourceId: 1,
        cause: 'sign_in',
        ...(name === undefined ? {} : { traits: { name } }),
      },
    ]),
  );
  return found?.customerId ?? 0;
};
let sequence = 0;
const event = (customerId: number, name: string, messageId = `${name}-${(sequence += 1)}`): ResolvedEvent => ({
  tenantId: db.tenantId,
  sourceId: 1,
  messageId,
  type: 'track',
  name,
  occurredAt: Date.now(),
  receivedAt: Date.now(),
  identifiers: [],
  properties: {},
  resolvedCustomerId: customerId,
  originCustomerId: customerId,
  subjectKey: '1',
});
const deliver = (...events: ResolvedEvent[]) => db.asPipeline(async (ctx) => subscriptions[0]?.handle(ctx, events));
const advance = () => advanceDue(db, db.tenantId);
/** Lets waiting runs believe that so many minutes have passed. */
const pass = (minutes: number) =>
  db.asSystem((ctx) =>
    ctx.tx.execute(`update journeys.runs set due_at = due_at - make_interval(mins => $1) where due_at is not null`, [
      minutes,
    ]),
  );

type NodeList = ReadonlyArray<Record<string, unknown>>;
const journeyOf = (nodes: NodeList, more: Record<string, unknown> = {}) =>
  Journey.parse({ entry: { kind: 'event', event: 'Product Viewed' }, start: nodes[0]?.['id'] ?? null, nodes, ...more });
const publish = (journey: Journey) =>
  db.asStaff(async (ctx) => {
    const id = await createDefinition(ctx, journeyKind, { name: '旅程', content: journey });
    await publishJourney(ctx, id, '');
    return id;
  });
const outcomes = async (journeyId: string, customerId: number) => {
  const { runs } = await db.asStaff((ctx) => traceCustomer(ctx, journeyId, customerId));
  return runs.map((run) => [run.exitReason, ...run.steps.map(({ nodeId, outcome }) => `${nodeId}:${outcome}`)]);
};
const message = (id: string, next: string | null = null) => ({ id, kind: 'message', messageTemplateId, next });

// Journeys of earlier tests would react to the events of later ones.
beforeEach(() =>
  db.asSystem((ctx) => ctx.tx.execute(`update platform.definitions set status = 'archived' where kind = 'journey'`)),
);

describe('a run', () => {
  test('waits, decides, acts and ends, and each node happens once', async () => {
    const journey = await publish(
      journeyOf([
        { id: 'wait', kind: 'wait', minutes: 60, next: 'is-known' },
        { id: 'is-known', kind: 'condition', condition: { kind: 'known', known: true }, yes: 'tag', no: null },
        { id: 'tag', kind: 'tag', tagId, act: 'add', next: 'hello' },
        message('hello'),
      ]),
    );
    const customer = await person();
    await deliver(event(customer, 'Product Viewed'));
    await advance();
    await advance();
    expect(await outcomes(journey, customer)).toEqual([[null, 'wait:waiting']]);
    await pass(59);
    expect(await advance()).toBe(0);
    await pass(1);
    await advance();
    await advance();
    expect(await outcomes(journey, customer)).toEqual([
      ['completed', 'wait:waiting', 'wait:waited', 'is-known:yes', 'tag:tagged', 'hello:sent'],
    ]);
  });

  test('a message held by quiet hours counts as waiting until it has left, then as sent or failed', async () => {
    const templateId = await db.asStaff((ctx) =>
      createTemplate(ctx, { name: '上新', channel: 'log', touchClass: 'marketing', subject: '上新', body: '来看看' }),
    );
    const journey = await publish(
      journeyOf([{ id: 'tell', kind: 'message', messageTemplateId: templateId, next: null }]),
    );
    const customers = [await person(), await person(), await person()];
    await deliver(...customers.map((customer) => event(customer, 'Product Viewed')));
    await advance();
    const sends = (change: string, to = customers) =>
      db.asSystem((ctx) =>
        ctx.tx.execute(
          `update messaging.sends set ${change} where tenant_id = $1 and journey_id = $2 and customer_id = any($3)`,
          [ctx.tenantId, journey, to],
        ),
      );
    const figures = () => db.asStaff((ctx) => nodeFigures(ctx, journey));
    const morning = new Date('2031-01-01T00:00:00Z');
    await sends(`not_before = '${morning.toISOString()}'`);
    const night = await figures();
    expect(night.outcomes).toEqual([{ nodeId: 'tell', outcome: 'reserved', count: 3 }]);
    expect(night.held).toEqual([{ nodeId: 'tell', messages: 3, until: morning }]);
    await sends(`state = 'sent', sent_at = now()`, customers.slice(1));
    await sends(`state = 'failed', reason = 'no_address'`, customers.slice(0, 1));
    const day = await figures();
    expect(day.outcomes).toEqual([
      { nodeId: 'tell', outcome: 'failed', count: 1 },
      { nodeId: 'tell', outcome: 'sent', count: 2 },
    ]);
    expect(day.held).toEqual([]);
  });

  test('gives a coupon once, and a template that has none left does not hold anybody up', async () => {
    const templateId = await db.asStaff(async (ctx) => {
      const terms = CouponTerms.parse({
        name: '新客券',
        kind: 'amount_off',
        rule: { steps: [{ thresholdFen: 10_000, offFen: 2_000 }] },
        validity: { days: 30 },
        cap: 1,
      });
      const template = await createCouponTemplate(ctx, terms);
      await publishTemplate(ctx, template.templateId);
      return template.templateId;
    });
    const journey = await publish(
      journeyOf([{ id: 'give', kind: 'coupon', couponTemplateId: templateId, next: 'hello' }, message('hello')]),
    );
    const [a, b] = [await person(), await person()];
    await deliver(event(a, 'Product Viewed'), event(b, 'Product Viewed'));
    await advance();
    const results = [...(await outcomes(journey, a)), ...(await outcomes(journey, b))]
      .map(([, give]) => give ?? '')
      .toSorted((x, y) => x.localeCompare(y));
    expect(results).toEqual(['give:issued', 'give:not_issued']);
  });

  test('a message says what its reader is told: name, points, last purchase, and the coupon given before it', async () => {
    const [couponTemplateId, textId] = await db.asStaff(async (ctx) => {
      const terms = CouponTerms.parse({
        name: '回归礼',
        kind: 'amount_off',
        rule: { steps: [{ thresholdFen: 10_000, offFen: 2_050 }] },
        validity: { until: new Date('2031-05-06T00:00:00Z') },
      });
      const { templateId } = await createCouponTemplate(ctx, terms);
      await publishTemplate(ctx, templateId);
      const body =
        '{{name|亲}}，上次的{{last_product|宝贝}}好用吗？{{points|0}}分。送您{{coupon_name}}{{coupon_amount}}，{{coupon_expires_on}}前用，券码{{coupon_code}}';
      return [
        templateId,
        await createTemplate(ctx, {
          name: '回归',
          channel: 'inbox',
          touchClass: 'service',
          subject: '给{{name|您}}',
          body,
        }),
      ];
    });
    const journey = await publish(
      journeyOf([
        { id: 'give', kind: 'coupon', couponTemplateId, next: 'tell' },
        { id: 'tell', kind: 'message', messageTemplateId: textId, next: null },
      ]),
    );
    const [buyer, stranger] = [await person('林小满'), await person()];
    await db.asSystem((ctx) =>
      recordOrders(ctx, [
        {
          sourceId: 1,
          sourceOrderNo: 'LAST-1',
          sourceUpdatedAt: ctx.now,
          channel: 'mall',
          buyer: [{ kind: 'member_no', scope: 'test', value: `J${people - 1}` }],
          head: { status: 'paid', placedAt: ctx.now, paidAt: ctx.now, payableMinor: 30_000, paidMinor: 30_000 },
          lines: [
            { skuCode: 'A', title: '湿巾', quantity: 1, unitPriceMinor: 1_000, amountMinor: 1_000 },
            { skuCode: 'B', title: '婴儿面霜', quantity: 1, unitPriceMinor: 29_000, amountMinor: 29_000 },
          ],
        },
      ]),
    );
    await deliver(event(buyer, 'Product Viewed'), event(stranger, 'Product Viewed'));
    await advance();
    const read = async (customerId: number) =>
      (await db.asStaff((ctx) => listInbox(ctx, customerId, { limit: 1 }))).items[0];
    const told = await read(buyer);
    expect(told?.subject).toBe('给林小满');
    expect(told?.body).toMatch(
      /^林小满，上次的婴儿面霜好用吗？0分。送您回归礼¥20\.50，2031年5月6日前用，券码[0-9A-Z]{12}$/,
    );
    expect((await read(stranger))?.body).toMatch(/^亲，上次的宝贝好用吗？0分。送您回归礼¥20\.50/);
    expect((await outcomes(journey, buyer))[0]).toEqual(['completed', 'give:issued', 'tell:sent']);
    // Staff who try the text see the name masked, and what would be missing.
    const preview = await db.asStaff((ctx) =>
      previewMessage(ctx, {
        subject: '',
        body: '{{name}} {{tier}} {{coupon_amount}}',
        customerId: buyer,
        couponTemplateId,
      }),
    );
    expect(preview).toMatchObject({ body: '林**  ¥20.50', missing: ['tier'] });
  });

  test('goes on by the awaited event, or by the time-out, whichever comes first', async () => {
    const journey = await publish(
      journeyOf([
        { id: 'until', kind: 'wait_event', event: 'Order Paid', minutes: 120, happened: 'thanks', timedOut: 'remind' },
        message('thanks'),
        message('remind'),
      ]),
    );
    const [buyer, sleeper] = [await person(), await person()];
    await deliver(event(buyer, 'Product Viewed'), event(sleeper, 'Product Viewed'));
    await advance();
    await deliver(event(buyer, 'Order Paid'));
    await advance();
    expect(await outcomes(journey, buyer)).toEqual([['completed', 'until:waiting', 'until:happened', 'thanks:sent']]);
    await pass(121);
    await advance();
    expect(await outcomes(journey, sleeper)).toEqual([
      ['completed', 'until:waiting', 'until:timed_out', 'remind:sent'],
    ]);
  });

  test('leaves at once on an exit event, also in the middle of a wait', async () => {
    const journey = await publish(
      journeyOf([{ id: 'wait', kind: 'wait', minutes: 600, next: 'late' }, message('late')], {
        exitOn: ['Order Paid'],
      }),
    );
    const customer = await person();
    await deliver(event(customer, 'Product Viewed'));
    await advance();
    await deliver(event(customer, 'Order Paid'));
    await pass(700);
    await advance();
    expect(await outcomes(journey, customer)).toEqual([['exit_event', 'wait:waiting']]);
  });

  test('happens once although two workers move journeys and one of them dies in the middle', async () => {
    const journey = await publish(journeyOf([{ id: 'a', kind: 'tag', tagId, act: 'add', next: 'b' }, message('b')]));
    const customers = await Promise.all(Array.from({ length: 20 }, person));
    await deliver(...customers.map((customer) => event(customer, 'Product Viewed')));
    const dying = vi.spyOn(db.database, 'work').mockImplementationOnce(async (visibility, work) =>
      db.database.transaction(visibility, async (tx) => {
        await work(tx);
        throw new Error('killed before the commit');
      }),
    );
    await expect(advance()).rejects.toThrow();
    dying.mockRestore();
    await Promise.all([advance(), advance(), advance()]);
    for (const customer of customers)
      expect(await outcomes(journey, customer)).toEqual([['completed', 'a:tagged', 'b:sent']]);
    const [sent] = await db.asSystem((ctx) =>
      ctx.tx.query<{ count: number }>(`select count(*)::int as count from messaging.sends where journey_id = $1`, [
        journey,
      ]),
    );
    expect(sent?.count).toBe(20);
  });
});

describe('entering', () => {
  const once = (more: Record<string, unknown> = {}) => journeyOf([message('hello')], more);

  test('the same event never starts two runs, and without re-entry nobody enters again', async () => {
    const journey = await publish(once());
    const customer = await person();
    const first = event(customer, 'Product Viewed');
    await deliver(first, first);
    await advance();
    await deliver(event(customer, 'Product Viewed'));
    await advance();
    expect(await outcomes(journey, customer)).toHaveLength(1);
  });

  test('with re-entry after exit a new event starts a new run', async () => {
    const journey = await publish(once({ reentry: 'after_exit' }));
    const customer = await person();
    for (let i = 0; i < 2; i += 1) {
      await deliver(event(customer, 'Product Viewed'));
      await advance();
    }
    expect(await outcomes(journey, customer)).toHaveLength(2);
  });

  test('stops at its limit of entrants, also under concurrent batches', async () => {
    const journey = await publish(once({ maxEntrants: 3 }));
    const customers = await Promise.all(Array.from({ length: 10 }, person));
    await Promise.all(customers.map((customer) => deliver(event(customer, 'Product Viewed'))));
    const [entered] = await db.asSystem((ctx) =>
      ctx.tx.query<{ count: number }>(`select count(*)::int as count from journeys.runs where journey_id = $1`, [
        journey,
      ]),
    );
    expect(entered?.count).toBe(3);
  });

  test('a paused journey lets nobody in and moves nobody; a stopped one ends its runs', async () => {
    const journey = await publish(journeyOf([{ id: 'wait', kind: 'wait', minutes: 1, next: null }]));
    const [inside, outside] = [await person(), await person()];
    await deliver(event(inside, 'Product Viewed'));
    await advance();
    await db.asStaff((ctx) => setJourneyStatus(ctx, journey, 'paused'));
    await pass(5);
    await deliver(event(outside, 'Product Viewed'));
    expect(await advance()).toBe(0);
    expect(await outcomes(journey, outside)).toEqual([]);
    await db.asStaff((ctx) => setJourneyStatus(ctx, journey, 'archived'));
    expect((await outcomes(journey, inside))[0]?.[0]).toBe('stopped');
  });

  test('a one-off journey lets its segment in, once', async () => {
    const { publishSegment, segmentKind } = await import('#segments');
    const customer = await person();
    const segmentId = await db.asStaff(async (ctx) => {
      const id = await createDefinition(ctx, segmentKind, {
        name: '所有人',
        content: { condition: { kind: 'known', known: true }, description: '' },
      });
      await publishSegment(ctx, id, '');
      return id;
    });
    const journey = await publish(once({ entry: { kind: 'one_off', segmentId } }));
    while (await enterChunk(db, db.tenantId));
    await advance();
    expect(await outcomes(journey, customer)).toEqual([['completed', 'hello:sent']]);
  });
});

test('the people of a journey page through without a gap or a double, also those who entered at the same instant', async () => {
  const journey = await publish(journeyOf([message('hello')]));
  const everybody: number[] = [];
  for (let index = 0; index < 7; index += 1) everybody.push(await person());
  await deliver(...everybody.map((customerId) => event(customerId, 'Product Viewed')));
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await db.asStaff((ctx) => listRuns(ctx, journey, { limit: 3, cursor }));
    seen.push(...page.items.map(({ customerId }) => customerId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen.toSorted((a, b) => a - b)).toEqual(everybody.toSorted((a, b) => a - b));
  await expect(db.asStaff((ctx) => listRuns(ctx, journey, { limit: 3, cursor: 'x' }))).rejects.toThrow('cursor');
});

test('a rehearsal takes the same way on a virtual clock and changes nothing', async () => {
  const customer = await person();
  const journey = journeyOf([{ id: 'wait', kind: 'wait', minutes: 90, next: 'hello' }, message('hello')]);
  const [rehearsed] = await db.asStaff((ctx) => rehearseJourney(ctx, journey, [customer]), {
    now: new Date('2026-11-24T00:00:00Z'),
  });
  expect(rehearsed?.steps.map(({ nodeId, outcome, at }) => [nodeId, outcome, at.toISOString()])).toEqual([
    ['wait', 'waiting', '2026-11-24T00:00:00.000Z'],
    ['wait', 'waited', '2026-11-24T01:30:00.000Z'],
    ['hello', 'would_send', '2026-11-24T01:30:00.000Z'],
  ]);
  const sends = await db.asSystem((ctx) =>
    ctx.tx.query(`select from messaging.sends where customer_id = $1`, [customer]),
  );
  expect(sends).toEqual([]);
});

test.each([
  ['journey_without_start', journeyOf([])],
  ['journey_leads_nowhere', journeyOf([message('a', 'b')])],
  ['journey_node_unreachable', journeyOf([message('a'), message('b')])],
  ['journey_loop_without_wait', journeyOf([message('a', 'b'), message('b', 'a')])],
])('publishing is refused with %s', (code, journey) => {
  expect(journeyProblems(null, journey).map((problem) => problem.code)).toContain(code);
});

test('a loop with a wait is allowed', () => {
  expect(
    journeyProblems(null, journeyOf([{ id: 'w', kind: 'wait', minutes: 5, next: 'm' }, message('m', 'w')])),
  ).toEqual([]);
});
