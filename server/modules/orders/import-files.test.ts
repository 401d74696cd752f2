import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openTestDatabase } from '#testing/database';
import type { TestDatabase } from '#testing/database';

import { applyCleaning } from './apply-cleaning.ts';
import { importOrders } from './import-orders.ts';
import type { ImportRequest } from './import-orders.ts';
import { readRejects } from './import-store.ts';
import type { Import } from './import-store.ts';
import { markImport, undoImport } from './undo-import.ts';

let db: TestDatabase;
let folder = '';
beforeAll(async () => {
  db = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'shuke-import-'));
});
afterAll(() => db.close());

let nextFile = 0;
async function importFile(content: string | Buffer, request: Partial<ImportRequest> = {}): Promise<Import> {
  const path = join(folder, `${(nextFile += 1)}.csv`);
  await writeFile(path, content);
  return importOrders({ ...db, signal: new AbortController().signal }, { tenantId: db.tenantId, path, ...request });
}

async function rejectsOf({ importId }: Import): Promise<string[]> {
  return db.asSystem(async (ctx) => {
    const found: string[] = [];
    for await (const rows of readRejects(ctx, importId)) {
      for (const { rowNo, faults } of rows)
        found.push(`${rowNo} ${faults.map(({ code, column }) => [code, column].filter(Boolean).join(' ')).join(', ')}`);
    }
    return found;
  });
}

async function orderOf(orderNo: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await db.asSystem((ctx) =>
    ctx.tx.query<Record<string, unknown>>(
      `select o.status, o.currency, o.payable_minor as payable, o.paid_minor as paid, o.refunded_minor as refunded, o.counted_minor as counted,
              to_char(o.placed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as placed, o.province, o.city, o.district, o.shop,
              o.attribution, o.customer_id is not null as "hasCustomer", o.receiver_phone is not null as "hasPhone", o.flags, o.kind,
              (select jsonb_agg(array[l.sku_code, l.quantity::text, l.amount_minor::text] order by l.line_no) from orders.order_lines l
                where l.tenant_id = o.tenant_id and l.order_id = o.order_id) as lines
         from orders.orders o where tenant_id = $1 and source_order_no = $2`,
      [ctx.tenantId, orderNo],
    ),
  );
  return row;
}

const csv = (...rows: readonly (readonly string[])[]) =>
  rows
    .map((row) => row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','))
    .join('\r\n');

/** A row under a header: cells by name, everything else empty. */
const under = (header: readonly string[], cells: Readonly<Record<string, string>>) =>
  header.map((name) => cells[name] ?? '');

describe('exports of the platforms', () => {
  test('Taobao in GB18030: wrapped numbers, guarded phones, joined addresses', async () => {
    const header = [
      '订单编号',
      '买家会员名',
      '买家应付货款',
      '买家应付邮费',
      '总金额',
      '买家实际支付金额',
      '订单状态',
      '收货人姓名',
      '收货地址',
      '联系手机',
      '订单创建时间',
      '订单付款时间',
      '店铺名称',
    ];
    const text = csv(
      header,
      under(header, {
        订单编号: '="900001"',
        买家会员名: '快乐小猫',
        买家应付货款: '99.00',
        买家应付邮费: '10.00',
        总金额: '109.00',
        买家实际支付金额: '109.00',
        订单状态: '交易成功',
        收货地址: '王小明，86-13867891230，浙江省 杭州市 西湖区 文三路 1 号(310000)',
        订单创建时间: '2026-03-01 08:00:00',
        订单付款时间: '2026-03-01 08:01:00',
        店铺名称: '旗舰店',
      }),
    );
    const imported = await importFile(gb18030(text));
    expect(imported).toMatchObject({
      state: 'done',
      ordersCreated: 1,
      rowsRejected: 0,
      settings: { format: 'taobao_orders', encoding: 'gb18030' },
    });
    expect(await orderOf('900001')).toMatchObject({
      status: 'received',
      payable: 10_900,
      paid: 10_900,
      placed: '2026-03-01 00:00:00',
      province: '浙江省',
      city: '杭州市',
      district: '西湖区',
      hasCustomer: true,
      hasPhone: true,
      shop: '旗舰店',
    });
  });

  test('Douyin: one row per sub-order, amounts added up, a line refunded', async () => {
    const header = [
      '主订单编号',
      '子订单编号',
      '选购商品',
      '商家编码',
      '商品数量',
      '商品金额',
      '订单提交时间',
      '支付完成时间',
      '订单状态',
      '售后状态',
      '订单应付金额',
      '运费',
      '收件人手机号',
      '达人ID',
      '省',
      '市',
      '区',
    ];
    const row = (line: string, cells: Record<string, string>) =>
      under(header, {
        主订单编号: '\t700001',
        子订单编号: `\t${line}`,
        订单提交时间: '2026/3/1 8:00',
        支付完成时间: '2026/3/1 8:01',
        订单状态: '已发货',
        达人ID: '8899',
        收件人手机号: '138****5678',
        省: '广东',
        ...cells,
      });
    await importFile(
      `\uFEFF${csv(header, row('1', { 商家编码: 'A', 商品数量: '2', 订单应付金额: '60.00', 运费: '10' }), row('2', { 商家编码: 'B', 商品数量: '1', 订单应付金额: '30.00', 售后状态: '退款成功' }))}`,
    );
    expect(await orderOf('700001')).toMatchObject({
      status: 'shipped',
      payable: 9_000,
      refunded: 3_000,
      hasCustomer: false,
      hasPhone: false,
      attribution: { host_id: '8899' },
      lines: [
        ['A', '2', '5000'],
        ['B', '1', '3000'],
      ],
    });
  });

  test('Pinduoduo: thousands separators, trailing tabs, the day taken from the order number', async () => {
    const header = [
      '商品',
      '订单号',
      '订单状态',
      '商品数量(件)',
      '支付时间',
      '商品规格',
      '商家编码-规格维度',
      '商品总价(元)',
      '邮费(元)',
      '用户实付金额(元)',
      '商家实收金额(元)',
      '省',
    ];
    await importFile(
      csv(
        header,
        under(header, {
          商品: '沙发\t',
          订单号: '260314-0001\t',
          订单状态: '已取消',
          '商品数量(件)': '1',
          '商家编码-规格维度': 'SOFA',
          '商品总价(元)': '1,299.00',
          '邮费(元)': '0',
          '用户实付金额(元)': '1,299.00',
          '商家实收金额(元)': '1,299.00',
        }),
      ),
    );
    expect(await orderOf('260314-0001')).toMatchObject({
      status: 'cancelled',
      placed: '2026-03-13 16:00:00',
      payable: 129_900,
      flags: ['cancelled'],
      counted: 0,
    });
  });

  test('JD: order fields repeated on each item, a discount spread over the items, masked phone ignored', async () => {
    const header = [
      '订单号',
      '商品ID',
      '商品名称',
      '订购数量',
      '下单时间',
      '京东价',
      '订单金额',
      '结算金额',
      '应付金额',
      '订单状态',
      '下单帐号',
      '客户姓名',
      '客户地址',
      '联系电话',
      '运费金额',
    ];
    const row = (cells: Record<string, string>) =>
      under(header, {
        订单号: '500001',
        下单时间: '2026-03-01 08:00:00',
        订单金额: '300.00',
        应付金额: '200.00',
        订单状态: '完成',
        下单帐号: 'jd_abc',
        客户地址: '广东深圳市福田区深南路 1 号',
        联系电话: '1******6198',
        运费金额: '0',
        ...cells,
      });
    await importFile(
      csv(
        header,
        row({ 商品ID: 'J1', 订购数量: '1', 京东价: '100.00' }),
        row({ 商品ID: 'J2', 订购数量: '2', 京东价: '100.00' }),
      ),
    );
    expect(await orderOf('500001')).toMatchObject({
      payable: 20_000,
      lines: [
        ['J1', '1', '6667'],
        ['J2', '2', '13333'],
      ],
      province: '广东',
      city: '深圳市',
      district: '福田区',
      hasPhone: false,
      hasCustomer: true,
    });
  });

  test('Youzan: 分销员 stands twice and the second one counts', async () => {
    const header = [
      '订单号',
      '归属店铺',
      '订单状态',
      '订单创建时间',
      '应收订单金额',
      '订单实付金额',
      '全部商品名称',
      '买家手机号',
      '分销员',
      '订单已退款金额',
      '分销员',
    ];
    const cells = [
      'E1',
      '总店',
      '已完成',
      '2026-03-01 08:00:00',
      '88.00',
      '88.00',
      '杯子',
      '13867891230',
      'first',
      '8.00',
      'D-17',
    ];
    await importFile(csv(header, cells));
    expect(await orderOf('E1')).toMatchObject({
      status: 'received',
      refunded: 800,
      attribution: { distributor_code: 'D-17' },
      hasCustomer: true,
    });
  });

  test('Shopify: order fields on the first line only, the total counted once, lines within quotes', async () => {
    const header = [
      'Name',
      'Email',
      'Financial Status',
      'Paid at',
      'Fulfillment Status',
      'Currency',
      'Subtotal',
      'Shipping',
      'Taxes',
      'Total',
      'Created at',
      'Lineitem quantity',
      'Lineitem name',
      'Lineitem price',
      'Lineitem sku',
      'Notes',
      'Refunded Amount',
    ];
    await importFile(
      csv(
        header,
        under(header, {
          Name: '#1001',
          Email: 'a.b@shop.cn',
          'Financial Status': 'paid',
          'Paid at': '2026-03-12 09:14:02 +0000',
          'Fulfillment Status': 'fulfilled',
          Currency: 'USD',
          Subtotal: '27.00',
          Shipping: '5.00',
          Taxes: '0',
          Total: '32.00',
          'Created at': '2026-03-12 09:14:00 +0000',
          'Lineitem quantity': '1',
          'Lineitem price': '10.00',
          'Lineitem sku': 'S1',
          Notes: 'two\nlines',
          'Refunded Amount': '0.00',
        }),
        under(header, { Name: '#1001', 'Lineitem quantity': '2', 'Lineitem price': '10.00', 'Lineitem sku': 'S2' }),
      ),
    );
    expect(await orderOf('#1001')).toMatchObject({
      status: 'shipped',
      currency: 'USD',
      payable: 3_200,
      counted: 2_700,
      lines: [
        ['S1', '1', '900'],
        ['S2', '2', '1800'],
      ],
      placed: '2026-03-12 09:14:00',
    });
  });

  test('any other file whose columns have common names', async () => {
    const imported = await importFile('order_no;order date;sku;qty;price;mobile\nG1;2026-03-01;X;3;1.50;13867891230\n');
    expect(imported).toMatchObject({ ordersCreated: 1, settings: { format: 'generic', delimiter: ';' } });
    expect(await orderOf('G1')).toMatchObject({
      status: 'paid',
      payable: 450,
      placed: '2026-02-28 16:00:00',
      hasCustomer: true,
    });
  });
});

const retail = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

describe('rows that cannot be taken', () => {
  test('are named with their reasons, and take the rest of their order along', async () => {
    const imported = await importFile(
      [
        retail,
        'R1,A,cup,2,2011-01-05 10:00:00,1.00,1.0,UK',
        'R1,B,cup,two,2011-01-05 10:00:00,1.00,1.0,UK',
        'R2,A,cup,1,2011-02-30 10:00:00,1.00,1.0,UK',
        'R3,A,cup,1,2011-01-05 10:00:00,1.x,1.0,UK',
        ',A,cup,1,2011-01-05 10:00:00,1.00,1.0,UK',
        'R4,A,cup',
        'R5,A,cup,1,2011-01-05 10:00:00,1.00,1.0,UK,more',
        'R6,A,c\u0000p,1,2011-01-05 10:00:00,1.00,1.0,UK',
        `R7,${'A'.repeat(33_000)},cup,1,2011-01-05 10:00:00,1.00,1.0,UK`,
        'R8,A,cup,1.5,2011-01-05 10:00:00,1.00,1.0,UK',
        'R9,A,cup,1,2011-01-05 10:00:00,1.00,1.0,UK,',
      ].join('\n'),
    );
    expect(await rejectsOf(imported)).toEqual([
      '2 other_row_of_order_rejected',
      '3 not_a_quantity Quantity',
      '4 not_a_time InvoiceDate',
      '5 not_an_amount UnitPrice',
      '6 order_number_missing',
      '7 too_few_cells',
      '8 too_many_cells',
      '9 nul_character Description',
      '10 cell_too_long StockCode',
      '11 not_a_quantity Quantity',
    ]);
    expect(imported).toMatchObject({ state: 'done', ordersCreated: 1, rowsRejected: 10, rowsDone: 11 });
    expect(await orderOf('R9')).toBeDefined();
  });

  test('broken characters are reported on their row, the rest of the file is taken', async () => {
    const bytes = Buffer.concat([
      Buffer.from(
        `${retail}\n${Array.from({ length: 50 }, (_, index) => `U${index},A,杯子,1,2011-01-05 10:00:00,1.00,,UK`).join('\n')}\nU99,A,`,
      ),
      Buffer.from([0xff, 0xfe, 0x41]),
      Buffer.from(',1,2011-01-05 10:00:00,1.00,,UK\n'),
    ]);
    const imported = await importFile(bytes);
    expect(imported).toMatchObject({ ordersCreated: 50, settings: { encoding: 'utf-8' } });
    expect(await rejectsOf(imported)).toEqual(['52 unreadable_characters Description']);
  });

  test('a value the database refuses rejects its own order only', async () => {
    const imported = await importFile(
      `${retail}\nV1,A,cup,1,2011-01-05 10:00:00,1.00,,UK\nV2,A,cup,2147483647,2011-01-05 10:00:00,99999999.00,,UK\n`,
    );
    expect(imported).toMatchObject({ state: 'done', ordersCreated: 1 });
    expect(await rejectsOf(imported)).toEqual(['3 order_contradicts_itself']);
  });

  test('an order of too many rows is rejected without being held in memory', async () => {
    const rows = Array.from({ length: 6_000 }, () => 'W1,A,cup,1,2011-01-05 10:00:00,1.00,,UK');
    const imported = await importFile([retail, ...rows, 'W2,A,cup,1,2011-01-05 10:00:00,1.00,,UK'].join('\n'));
    expect(imported).toMatchObject({ ordersCreated: 1, rowsRejected: 6_000 });
  });
});

describe('encodings', () => {
  const text = `${retail}\nN1,A,杯子 £5,1,2011-01-05 10:00:00,1.00,,UK\n`;
  test.each([
    ['utf-8', Buffer.from(text)],
    ['utf-16le', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['utf-16be', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['windows-1252', Buffer.from(text.replace('杯子', 'caf\u00e9'), 'latin1')],
  ])('%s is read', async (encoding, bytes) => {
    const imported = await importFile(bytes);
    expect(imported).toMatchObject({ state: 'done', rowsRejected: 0, settings: { encoding } });
  });
});

describe('files that are refused, each with a named reason', () => {
  test.each([
    ['a workbook', Buffer.from('PK\u0003\u0004rest of a zip'), 'import_file_not_text'],
    [
      'a binary file',
      Buffer.from(Array.from({ length: 1_000 }, (_, index) => (index * 7) % 256)),
      'import_file_not_text',
    ],
    ['an empty file', Buffer.alloc(0), 'import_file_empty'],
    ['a file without the columns of an order', Buffer.from('name,age\nA,1\n'), 'import_columns_missing'],
    [
      'more columns than any export has',
      Buffer.from(`${Array.from({ length: 500 }, (_, index) => `c${index}`).join(',')}\n`),
      'import_too_many_columns',
    ],
  ])('%s', async (_, bytes, code) => {
    await expect(importFile(bytes)).rejects.toMatchObject({ code });
  });

  test('a quotation mark that is never closed ends the import with the row it stands in', async () => {
    const imported = await importFile(
      `${retail}\nQ1,A,cup,1,2011-01-05 10:00:00,1.00,,UK\nQ2,A,"cup,1,2011-01-05 10:00:00,1.00,,UK\n`,
    );
    expect(imported).toMatchObject({ state: 'failed', errorCode: 'import_quote_not_closed', errorDetails: { row: 3 } });
    expect(await orderOf('Q1')).toBeUndefined();
  });

  test('a line of 200 MB is refused at once and in little memory', async () => {
    const path = join(folder, 'long.csv');
    await writeFile(path, `${retail}\nL1,A,`);
    const piece = 'x'.repeat(1 << 20);
    for (let mb = 0; mb < 200; mb += 1) await writeFile(path, piece, { flag: 'a' });
    const before = process.memoryUsage.rss();
    const imported = await importOrders(
      { ...db, signal: new AbortController().signal },
      { tenantId: db.tenantId, path },
    );
    expect(imported).toMatchObject({ state: 'failed', errorCode: 'import_row_too_long' });
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 << 20);
  });
});

test('orders whose rows lie apart are put together all the same', async () => {
  const rows = Array.from(
    { length: 300 },
    (_, index) => `X${index % 100},S${Math.floor(index / 100)},cup,1,2011-01-05 10:00:00,1.00,,UK`,
  );
  const imported = await importFile([retail, ...rows].join('\n'));
  expect(imported).toMatchObject({ ordersCreated: 100, rowsDone: 300, partsDone: 1 });
  expect(await orderOf('X7')).toMatchObject({
    payable: 300,
    lines: [
      ['S0', '1', '100'],
      ['S1', '1', '100'],
      ['S2', '1', '100'],
    ],
  });
});

const youzanRow = (no: string, status: string) => [
  no,
  '总店',
  status,
  '2026-03-01 08:00:00',
  '88.00',
  '88.00',
  '杯子',
  '2026-03-01 08:01:00',
];

test('a later export of the same orders changes what changed and nothing else', async () => {
  const header = [
    '订单号',
    '归属店铺',
    '订单状态',
    '订单创建时间',
    '应收订单金额',
    '订单实付金额',
    '全部商品名称',
    '买家付款时间',
  ];
  await importFile(csv(header, youzanRow('Y1', '待发货'), youzanRow('Y2', '待发货')));
  const later = await importFile(csv(header, youzanRow('Y1', '已发货'), youzanRow('Y2', '待发货')));
  expect(later).toMatchObject({ ordersCreated: 0, ordersUpdated: 1, ordersUnchanged: 1 });
  const earlier = await importFile(csv(header, youzanRow('Y1', '待发货'), youzanRow('Y2', '待发货')));
  expect(earlier).toMatchObject({ ordersUpdated: 0, ordersUnchanged: 2 });
  expect(await orderOf('Y1')).toMatchObject({ status: 'shipped' });
});

/** Text as GB18030 bytes, by looking each character up in the decoder. */
function gb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030');
  const table = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail !== 0x7f) table.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
    }
  }
  return Buffer.from(
    Array.from(text).flatMap((character) =>
      character < '\u0080' ? [character.charCodeAt(0)] : (table.get(character) ?? [63]),
    ),
  );
}

const retailRow = (no: string) => `${no},A,cup,1,2011-01-05 10:00:00,1.00,,UK`;

test('an import is taken back and brought back; what another source reported since keeps counting', async () => {
  const first = await importFile([retail, retailRow('Z1'), retailRow('Z2')].join('\n'));
  const second = await importFile([retail, retailRow('Z2'), `Z2,E5,cup,1,2011-01-06 10:00:00,1.00,,UK`].join('\n'));
  expect(second).toMatchObject({ ordersUpdated: 1 });
  const mark = async (isUndone: boolean) => {
    await db.asStaff((ctx) => undoImport(ctx, first.importId, isUndone));
    await markImport(
      { ...db, signal: new AbortController().signal },
      { tenantId: db.tenantId, importId: first.importId },
    );
  };
  await mark(true);
  expect(await orderOf('Z1')).toMatchObject({ counted: 0, flags: ['import_undone'] });
  expect(await orderOf('Z2')).toMatchObject({ counted: 200, flags: [] });
  await applyCleaning({ ...db, signal: new AbortController().signal }, db.tenantId);
  expect(await orderOf('Z1')).toMatchObject({ counted: 0 });
  await mark(false);
  expect(await orderOf('Z1')).toMatchObject({ counted: 100, flags: [] });
});
