import { createReadStream } from 'node:fs';

import { parse } from 'csv-parse';

/**
 * What an Online Retail file must become, computed with csv-parse and plain arithmetic: shares no code with the product. Money in pence.
 */
export interface RetailFigures {
  readonly lines: number;
  readonly invoices: number;
  readonly sales: Sum;
  readonly cancelled: Sum;
  readonly adjustments: number;
  readonly freeOrders: number;
  /** Lines that repeat another line of the file in every column, and of which invoice there are most. */
  readonly duplicateLines: number;
  readonly mostDuplicates: { readonly invoiceNo: string; readonly duplicates: number; readonly countedPence: number };
  readonly customers: number;
  readonly rfm: RfmFigures;
}

interface Sum {
  readonly orders: number;
  readonly countedPence: number;
}

interface Cell {
  readonly customers: number;
  readonly pence: number;
}

export interface RfmFigures {
  readonly customers: number;
  /** The day recency counts from: the one after the last sale. */
  readonly asOfOn: string;
  /** By `r f`, each 1 to 5. */
  readonly matrix: ReadonlyMap<string, Cell>;
  readonly groups: ReadonlyMap<string, Cell>;
  /** R, F and M of each scored buyer, as days, orders, pence and the three scores. */
  readonly buyers: ReadonlyMap<string, readonly number[]>;
}

interface Line {
  readonly pence: number;
  readonly quantity: number;
  readonly isGoods: boolean;
  readonly isDuplicate: boolean;
}

interface Invoice {
  readonly no: string;
  readonly buyer: string;
  /** Local day of its first line. */
  day: string;
  readonly lines: Line[];
}

const notGoods = /^(post|dot|c2|m|s|d|b|amazonfee|bank charges|cruk|adjust\d*|test\d*|gift_.*)$/i;

/** Quantity times price in thousandths, half a penny away from zero; never through a binary fraction. */
function penceOf(quantity: number, price: string): number {
  const [whole = '0', part = ''] = price.replace('-', '').split('.');
  const mills = Number(whole) * 1_000 + Number(part.padEnd(3, '0').slice(0, 3));
  const product = Math.abs(quantity) * mills;
  const pence = Math.floor(product / 10) + (product % 10 >= 5 ? 1 : 0);
  return quantity < 0 !== price.startsWith('-') ? -pence : pence;
}

/** Reads the file once. */
export async function retailFigures(file: string): Promise<RetailFigures> {
  const invoices = new Map<string, Invoice>();
  const seen = new Set<string>();
  let lines = 0;
  const rows = createReadStream(file).pipe(parse({ from_line: 2 })) as AsyncIterable<string[]>;
  for await (const row of rows) {
    const [no = '', stockCode = '', , quantity = '', at = '', price = '', buyer = ''] = row;
    lines += 1;
    const content = row.join('\u0000');
    const invoice = invoices.get(no) ?? { no, buyer: buyer.split('.')[0] ?? '', day: at.slice(0, 10), lines: [] };
    invoices.set(no, invoice);
    if (at.slice(0, 10) < invoice.day) invoice.day = at.slice(0, 10);
    invoice.lines.push({
      pence: penceOf(Number(quantity), price),
      quantity: Number(quantity),
      isGoods: !notGoods.test(stockCode.trim()),
      isDuplicate: seen.has(content),
    });
    seen.add(content);
  }
  return summed([...invoices.values()], lines);
}

type Kind = 'sale' | 'return' | 'adjustment';

function kindOf({ no, lines }: Invoice): Kind {
  if (/^c/i.test(no)) return 'return';
  return /^a/i.test(no) || lines.some(({ quantity }) => quantity < 0) ? 'adjustment' : 'sale';
}

function summed(invoices: readonly Invoice[], lines: number): RetailFigures {
  const counts = { sale: 0, return: 0, adjustment: 0, free: 0, duplicates: 0 };
  const pence = { sale: 0, return: 0 };
  const buyers = new Map<string, { last: string; orders: number; pence: number }>();
  let most = { invoiceNo: '', duplicates: 0, countedPence: 0 };
  for (const invoice of invoices) {
    const kind = kindOf(invoice);
    const isFree = kind === 'sale' && invoice.lines.reduce((sum, line) => sum + line.pence, 0) === 0;
    const duplicates = invoice.lines.filter(({ isDuplicate }) => isDuplicate).length;
    counts[kind] += 1;
    counts.free += isFree ? 1 : 0;
    counts.duplicates += duplicates;
    if (kind === 'adjustment' || isFree) continue;
    const counted = invoice.lines
      .filter(({ isGoods, isDuplicate }) => isGoods && !isDuplicate)
      .reduce((sum, line) => sum + line.pence, 0);
    pence[kind] += counted;
    if (kind === 'sale' && duplicates > most.duplicates)
      most = { invoiceNo: invoice.no, duplicates, countedPence: counted };
    if (invoice.buyer === '') continue;
    const buyer = buyers.get(invoice.buyer) ?? { last: '', orders: 0, pence: 0 };
    buyers.set(invoice.buyer, buyer);
    buyer.pence += counted;
    if (kind === 'return' || counted <= 0) continue;
    buyer.orders += 1;
    if (invoice.day > buyer.last) buyer.last = invoice.day;
  }
  return {
    lines,
    invoices: invoices.length,
    sales: { orders: counts.sale, countedPence: pence.sale },
    cancelled: { orders: counts.return, countedPence: pence.return },
    adjustments: counts.adjustment,
    freeOrders: counts.free,
    duplicateLines: counts.duplicates,
    mostDuplicates: most,
    customers: new Set(invoices.map(({ buyer }) => buyer).filter(Boolean)).size,
    rfm: scored(buyers),
  };
}

/** Quantiles as most programs give them (type 7), plus one unit of the scale. */
function cutsOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((one, other) => one - other);
  return [0.2, 0.4, 0.6, 0.8].map((share) => {
    const place = (sorted.length - 1) * share;
    const low = sorted[Math.floor(place)] ?? 0;
    const high = sorted[Math.ceil(place)] ?? low;
    return low + (high - low) * (place - Math.floor(place)) + 1;
  });
}

const groupNames = [
  ['一般挽留客户', '重要挽留客户'],
  ['一般保持客户', '重要保持客户'],
  ['一般发展客户', '重要发展客户'],
  ['一般价值客户', '重要价值客户'],
] as const;

function scored(all: ReadonlyMap<string, { last: string; orders: number; pence: number }>): RfmFigures {
  const buyers = [...all].filter(([, { orders }]) => orders > 0);
  const dayOf = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  const asOf = Math.max(...buyers.map(([, { last }]) => dayOf(last))) + 1;
  const values = buyers.map(([, { last, orders, pence }]) => [asOf - dayOf(last), orders, pence] as const);
  const cuts = [0, 1, 2].map((dimension) => cutsOf(values.map((value) => value[dimension] ?? 0)));
  const reached = (dimension: number, value: number) =>
    (cuts[dimension] ?? []).filter((cut) => value >= cut - 1e-9).length;
  const matrix = new Map<string, Cell>();
  const groups = new Map<string, Cell>();
  const add = (to: Map<string, Cell>, key: string, pence: number) => {
    const cell = to.get(key) ?? { customers: 0, pence: 0 };
    to.set(key, { customers: cell.customers + 1, pence: cell.pence + pence });
  };
  const result = new Map<string, readonly number[]>();
  for (const [index, [buyer]] of buyers.entries()) {
    const [days, orders, pence] = values[index] ?? [0, 0, 0];
    const [r, f, m] = [5 - reached(0, days), 1 + reached(1, orders), 1 + reached(2, pence)];
    result.set(buyer, [days, orders, pence, r, f, m]);
    add(matrix, `${r} ${f}`, pence);
    const name = groupNames[(r >= 4 ? 2 : 0) + (f >= 4 ? 1 : 0)]?.[m >= 4 ? 1 : 0] ?? '';
    add(groups, name, pence);
  }
  const asOfOn = new Date(asOf * 86_400_000).toISOString().slice(0, 10);
  return { customers: buyers.length, asOfOn, matrix, groups, buyers: result };
}
