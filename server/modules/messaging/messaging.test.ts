import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { identify } from '#customers';
import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { deliverWaiting } from './deliver.ts';
import { listInbox, openMessage, setMarketingRefused } from './inbox.ts';
import { sendMessages, suppressionOf } from './send-messages.ts';
import { MessagingSettings, quietUntil, saveSettings } from './settings.ts';
import { createTemplate } from './template.ts';
import { fillIn, variablesIn } from './variables.ts';

let db: TestDatabase;
const noon = new Date('2026-11-24T04:00:00Z');

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

let people = 0;
const newCustomer = async (email?: string): Promise<number> => {
  people += 1;
  const identifiers = [
    { kind: 'member_no', scope: 'test', value: `M${people}` },
    ...(email === undefined ? [] : [{ kind: 'email', scope: '', value: email }]),
  ];
  const [found] = await db.asSystem((ctx) =>
    identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
      { tenantId: db.tenantId, identifiers, at: noon, sourceId: 1, cause: 'sign_in' },
    ]),
  );
  return found?.customerId ?? 0;
};
const template = (channel: 'inbox' | 'email' | 'log', touchClass: 'service' | 'marketing', body = '您好 {{coupon}}') =>
  db.asStaff((ctx) => createTemplate(ctx, { name: '模板', channel, touchClass, subject: '通知', body }));
const send = (key: string, customerId: number, templateId: string, now = noon) =>
  db.asSystem((ctx) => sendMessages(ctx, [{ key, customerId, templateId, variables: { coupon: '满100减20' } }]), {
    now,
  });

/** Does something while the brand's clock is that of another zone. */
const inBrandZone = async (zone: string, work: () => Promise<void>) => {
  const admin = await db.admin();
  try {
    await admin.query(
      `insert into org.tenants (tenant_id, code, name) values ($1, 'zoned', '品牌') on conflict do nothing`,
      [db.tenantId],
    );
    await admin.query(
      `insert into org.brands (tenant_id, code, name, timezone, currency, theme) values ($1, 'zoned', '品牌', $2, 'CNY', '{}')`,
      [db.tenantId, zone],
    );
    await work();
    await admin.query(`delete from org.brands where tenant_id = $1 and code = 'zoned'`, [db.tenantId]);
  } finally {
    await admin.end();
  }
};

describe('caps, consent and quiet hours', () => {
  test('the second marketing message within seven days is held back with its reason; service messages are not', async () => {
    const customer = await newCustomer();
    const marketing = await template('inbox', 'marketing');
    expect(await send('cap-1', customer, marketing)).toMatchObject([{ state: 'sent' }]);
    expect(await send('cap-2', customer, marketing)).toMatchObject([{ state: 'suppressed', reason: 'cap_7_days' }]);
    expect(await send('cap-3', customer, await template('inbox', 'service'))).toMatchObject([{ state: 'sent' }]);
  });

  test('two senders at once never both take the last place under the cap', async () => {
    const customer = await newCustomer();
    const marketing = await template('log', 'marketing');
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, i) => send(`race-${i}`, customer, marketing)));
    expect(outcomes.flat().filter(({ state }) => state === 'reserved')).toHaveLength(1);
  });

  test('the same key is sent once, however often it is asked for', async () => {
    const customer = await newCustomer();
    const service = await template('inbox', 'service');
    await send('once', customer, service);
    expect(await send('once', customer, service)).toMatchObject([{ state: 'repeated' }]);
    const { items } = await db.asStaff((ctx) => listInbox(ctx, customer, { limit: 10 }));
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ subject: '通知', body: '您好 满100减20', isRead: false });
  });

  test('what a customer refused is not sent, and the refusal counts at once', async () => {
    const customer = await newCustomer();
    await db.asStaff((ctx) => setMarketingRefused(ctx, customer, ['inbox']));
    expect(await send('refused', customer, await template('inbox', 'marketing'))).toMatchObject([
      { state: 'suppressed', reason: 'refused_by_customer' },
    ]);
  });

  test('marketing at night waits for the morning', async () => {
    const customer = await newCustomer();
    const night = new Date('2026-11-24T15:30:00Z'); // 23:30 in Shanghai
    expect(await send('night', customer, await template('inbox', 'marketing'), night)).toMatchObject([
      { state: 'reserved' },
    ]);
    const [row] = await db.asSystem((ctx) =>
      ctx.tx.query<{ not_before: Date }>(`select not_before from messaging.sends where idempotency_key = 'night'`),
    );
    expect(row?.not_before.toISOString()).toBe('2026-11-25T00:00:00.000Z');
  });

  test.each([
    ['2026-11-24T12:59:00Z', null],
    ['2026-11-24T13:00:00Z', '2026-11-25T00:00:00.000Z'],
    ['2026-11-24T23:59:30Z', '2026-11-25T00:00:00.000Z'],
    ['2026-11-25T00:00:00Z', null],
  ])('quiet hours 21:00–08:00 in Shanghai at %s end at %s', (at, until) => {
    const { quietHours } = MessagingSettings.parse({});
    expect(quietUntil(new Date(at), quietHours, 'Asia/Shanghai')?.toISOString() ?? null).toBe(until);
  });

  test.each([
    // Clocks go forward in the night to 29 March, and back in the night to 25 October.
    ['2026-03-28T21:30:00Z', '2026-03-29T07:00:00.000Z'],
    ['2026-10-24T20:30:00Z', '2026-10-25T08:00:00.000Z'],
    ['2026-07-01T19:59:00Z', null],
    ['2026-07-01T20:00:00Z', '2026-07-02T07:00:00.000Z'],
  ])('quiet hours 21:00–08:00 in London at %s end at %s, whatever clocks do at night', (at, until) => {
    const { quietHours } = MessagingSettings.parse({});
    expect(quietUntil(new Date(at), quietHours, 'Europe/London')?.toISOString() ?? null).toBe(until);
  });

  test("quiet hours are those of the brand's own clock", async () => {
    const customer = await newCustomer();
    const marketing = await template('inbox', 'marketing');
    const lunch = new Date('2026-11-24T04:30:00Z'); // 23:30 the day before in New York
    await inBrandZone('America/New_York', async () =>
      expect(await send('abroad', customer, marketing, lunch)).toMatchObject([{ state: 'reserved' }]),
    );
    const [row] = await db.asSystem((ctx) =>
      ctx.tx.query<{ not_before: Date }>(`select not_before from messaging.sends where idempotency_key = 'abroad'`),
    );
    expect(row?.not_before.toISOString()).toBe('2026-11-24T13:00:00.000Z');
  });

  test('settings change what is allowed', () => {
    const history = { refused: [], in7: 1, in30: 2 };
    const marketing = { channel: 'inbox', touchClass: 'marketing' } as const;
    expect(suppressionOf(marketing, history, { marketingPer7Days: 2, marketingPer30Days: 3 })).toBeNull();
    expect(suppressionOf(marketing, history, { marketingPer7Days: 2, marketingPer30Days: 2 })).toBe('cap_30_days');
  });
});

test('reading a message is noted once', async () => {
  const customer = await newCustomer();
  await send('read', customer, await template('inbox', 'service'));
  const { items } = await db.asStaff((ctx) => listInbox(ctx, customer, { limit: 1 }));
  for (let i = 0; i < 2; i += 1) await db.asStaff((ctx) => openMessage(ctx, customer, items[0]?.messageId ?? ''));
  expect((await db.asStaff((ctx) => listInbox(ctx, customer, { limit: 1 }))).unread).toBe(0);
});

test('unknown variables become nothing', () => {
  expect(fillIn('亲爱的{{ name }}，{{coupon}}', { coupon: '券' })).toBe('亲爱的，券');
});

test('a variable without a value says what was written for that case', () => {
  const text = '{{name|亲}}，{{points | no}}分';
  expect(variablesIn(text, '{{name}}')).toEqual(['name', 'points']);
  expect([fillIn(text, {}), fillIn(text, { name: '李', points: 0 })]).toEqual(['亲， no分', '李，0分']);
});

/** A mail server that answers as told and keeps what it was sent. */
async function mailServer(replyToData: string): Promise<{ url: string; letters: string[]; server: Server }> {
  const letters: string[] = [];
  const server = createServer((socket) => {
    let body: string[] | null = null;
    socket.write('220 test\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const line of chunk
        .toString()
        .split('\r\n')
        .filter((one, i, all) => one !== '' || i < all.length - 1)) {
        if (body !== null) {
          if (line === '.') {
            letters.push(body.join('\n'));
            body = null;
            socket.write(`${replyToData}\r\n`);
          } else body.push(line);
        } else if (/^DATA/i.test(line)) {
          body = [];
          socket.write('354 go\r\n');
        } else socket.write(/^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, letters, server };
}

describe('e-mail', () => {
  const deliver = (url: string | null) =>
    deliverWaiting(
      {
        ...db,
        services: {
          ...db.services,
          config: { ...db.services.config, smtp: url === null ? null : { url, from: 'Shop <shop@example.com>' } },
        },
        logger: pino({ level: 'silent' }),
        signal: new AbortController().signal,
      },
      db.tenantId,
    );
  const stateOf = async (key: string) => {
    const [row] = await db.asSystem((ctx) =>
      ctx.tx.query<{ state: string; reason: string | null; attempts: number }>(
        `select state, reason, attempts from messaging.sends where idempotency_key = $1`,
        [key],
      ),
    );
    return row;
  };

  test('reaches the address of the customer through SMTP', async () => {
    const { url, letters, server } = await mailServer('250 stored');
    await send('mail-ok', await newCustomer('mei@heyun-baby.cn'), await template('email', 'service', '订单已发货'));
    await deliver(url);
    server.close();
    expect(await stateOf('mail-ok')).toEqual({ state: 'sent', reason: null, attempts: 1 });
    expect(letters[0]).toContain('mei@heyun-baby.cn');
  });

  test('refused by the server is tried again later; nobody to write to is a failure; both say why', async () => {
    const { url, server } = await mailServer('451 try later');
    await send('mail-451', await newCustomer('li@heyun-baby.cn'), await template('email', 'service'));
    await send('mail-none', await newCustomer(), await template('email', 'service'));
    await deliver(url);
    server.close();
    expect(await stateOf('mail-451')).toMatchObject({ state: 'reserved', attempts: 1 });
    expect(await stateOf('mail-none')).toMatchObject({ state: 'failed', reason: 'no_address' });
  });

  test('a send whose process died in the middle becomes unknown and is not repeated', async () => {
    await send('mail-died', await newCustomer('wang@heyun-baby.cn'), await template('email', 'service'));
    await db.asSystem((ctx) =>
      ctx.tx.execute(
        `update messaging.sends set state = 'sending', sending_since = now() - interval '1 hour' where idempotency_key = 'mail-died'`,
      ),
    );
    const { url, letters, server } = await mailServer('250 stored');
    await deliver(url);
    server.close();
    expect(await stateOf('mail-died')).toMatchObject({ state: 'unknown', reason: 'interrupted' });
    expect(letters).toEqual([]);
  });
});

test("another tenant's customer reads nothing of ours", async () => {
  const customer = await newCustomer();
  await send('mine', customer, await template('inbox', 'service'));
  expect(
    (await db.asStaff((ctx) => listInbox(ctx, customer, { limit: 10 }), { tenantId: db.otherTenantId })).items,
  ).toEqual([]);
  await db.asStaff((ctx) => saveSettings(ctx, MessagingSettings.parse({ marketingPer7Days: 9 })), {
    tenantId: db.otherTenantId,
  });
});
