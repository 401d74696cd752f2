import * as z from 'zod';

import type { LineKind, OrderKind, OrderStatus } from './new-order.ts';

const Rule = z.object({ isOn: z.boolean(), excludes: z.boolean() });
const patterns = z.array(z.string().min(1).max(64)).max(200);

/** What counts as a real order: the content of a tenant's cleaning rules, version by version. */
export const CleaningRules = z.object({
  /** Orders whose buyer's or seller's note, receiver or goods contain one of the words. */
  test: Rule.extend({ words: patterns }),
  /** Orders that cost nothing, and lines that do. */
  zeroPrice: Rule,
  /** Orders closed before anybody paid. */
  cancelledUnpaid: Rule,
  /** Lines that are no goods: freight, fees, vouchers, or a SKU code like one of the patterns (`*` stands for anything). */
  nonGoods: Rule.extend({ skuPatterns: patterns }),
  /** Bookkeeping entries that look like orders. */
  adjustment: Rule,
  /** Lines repeated exactly within one order that has no line numbers. */
  duplicateLine: Rule,
  /** Orders of one buyer with the same goods and amount within some minutes, after the first. */
  duplicateOrder: Rule.extend({ withinMinutes: z.int().min(1).max(1_440) }),
  /** Lines of more pieces than anybody buys. */
  abnormalQuantity: Rule.extend({ fromQuantity: z.int().min(2) }),
  /** One receiver getting many orders of different buyers in a short time, or refunding most of them. */
  brushing: Rule.extend({ orders: z.int().min(2).max(1_000), withinHours: z.int().min(1).max(720) }),
});
export type CleaningRules = z.output<typeof CleaningRules>;

/** The rules of a tenant that has not published its own. */
export const defaultRules: CleaningRules = {
  test: { isOn: true, excludes: true, words: ['测试订单', '测试勿发', '测试单', 'TEST ORDER', '请勿发货'] },
  zeroPrice: { isOn: true, excludes: true },
  cancelledUnpaid: { isOn: true, excludes: true },
  nonGoods: { isOn: true, excludes: true, skuPatterns: [] },
  adjustment: { isOn: true, excludes: true },
  duplicateLine: { isOn: true, excludes: true },
  duplicateOrder: { isOn: true, excludes: false, withinMinutes: 5 },
  abnormalQuantity: { isOn: true, excludes: false, fromQuantity: 5_000 },
  brushing: { isOn: true, excludes: false, orders: 5, withinHours: 24 },
};

export type Flag =
  | 'test'
  | 'zero_price'
  | 'cancelled'
  | 'non_goods'
  | 'adjustment'
  | 'duplicate_line'
  | 'duplicate_order'
  | 'abnormal_quantity'
  | 'brushing'
  | 'import_undone';

/** Flags that need other orders to be decided; a job finds them, everything else is decided when the order is recorded. */
export const comparedFlags: readonly Flag[] = ['duplicate_order', 'brushing'];

/** Carried by the orders of an import that was taken back; no rule decides it. */
export const importUndone = 'import_undone';

const ruleOf: Record<Exclude<Flag, typeof importUndone>, keyof CleaningRules> = {
  test: 'test',
  zero_price: 'zeroPrice',
  cancelled: 'cancelledUnpaid',
  non_goods: 'nonGoods',
  adjustment: 'adjustment',
  duplicate_line: 'duplicateLine',
  duplicate_order: 'duplicateOrder',
  abnormal_quantity: 'abnormalQuantity',
  brushing: 'brushing',
};

/** Whether an order or line with these flags is left out of analysis; a person's decision goes before the rules'. */
export function isExcluded(rules: CleaningRules, flags: readonly Flag[], review: Review): boolean {
  if (review !== 'auto') return review === 'excluded';
  return flags.some((flag) => flag === importUndone || (rules[ruleOf[flag]].isOn && rules[ruleOf[flag]].excludes));
}

export type Review = 'auto' | 'included' | 'excluded';

/** What the rules look at. */
export interface OrderFacts {
  readonly kind: OrderKind;
  readonly status: OrderStatus;
  readonly payableMinor: number;
  readonly paidMinor: number;
  readonly isPaid: boolean;
  /** Free text in which test words are looked for. */
  readonly texts: readonly string[];
  readonly lines: readonly LineFacts[];
}

export interface LineFacts {
  readonly kind: LineKind;
  readonly sourceLineNo: string;
  readonly skuCode: string;
  readonly title: string;
  readonly spec: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly amountMinor: number;
  readonly addedAt: Date | null;
}

export interface Findings {
  readonly order: Flag[];
  readonly lines: Flag[][];
}

/** Decides which rules an order and its lines fall under, from the order alone. Running, previewing and explaining all call this. */
export function cleanOrder(rules: CleaningRules, order: OrderFacts): Findings {
  const flags: Flag[] = [];
  if (rules.test.isOn && isTest(rules.test.words, order)) flags.push('test');
  if (rules.zeroPrice.isOn && order.kind === 'sale' && order.payableMinor === 0 && order.paidMinor === 0)
    flags.push('zero_price');
  if (rules.cancelledUnpaid.isOn && order.status === 'cancelled' && !order.isPaid) flags.push('cancelled');
  if (rules.adjustment.isOn && order.kind === 'adjustment') flags.push('adjustment');
  return { order: flags, lines: cleanLines(rules, order.lines) };
}

function isTest(words: readonly string[], order: OrderFacts): boolean {
  if (words.length === 0) return false;
  const texts = [...order.texts, ...order.lines.flatMap(({ title, skuCode }) => [title, skuCode])].map((text) =>
    text.toLowerCase(),
  );
  return words.some((word) => texts.some((text) => text.includes(word.toLowerCase())));
}

function cleanLines(rules: CleaningRules, lines: readonly LineFacts[]): Flag[][] {
  const isNonGoods = patternMatcher(rules.nonGoods.skuPatterns);
  const seen = new Set<string>();
  return lines.map((line) => {
    const flags: Flag[] = [];
    if (rules.nonGoods.isOn && (line.kind !== 'goods' || isNonGoods(line.skuCode))) flags.push('non_goods');
    if (rules.zeroPrice.isOn && line.unitPriceMinor === 0 && line.amountMinor === 0) flags.push('zero_price');
    if (rules.abnormalQuantity.isOn && Math.abs(line.quantity) >= rules.abnormalQuantity.fromQuantity)
      flags.push('abnormal_quantity');
    if (rules.duplicateLine.isOn && line.sourceLineNo === '' && lines.length > 1) {
      const key = JSON.stringify([
        line.kind,
        line.skuCode,
        line.title,
        line.spec,
        line.quantity,
        line.unitPriceMinor,
        line.amountMinor,
        line.addedAt,
      ]);
      if (seen.has(key)) flags.push('duplicate_line');
      seen.add(key);
    }
    return flags;
  });
}

const matchers = new WeakMap<readonly string[], (code: string) => boolean>();

/** Patterns with `*` as a test of SKU codes, without regular expressions a user could make slow. */
function patternMatcher(list: readonly string[]): (code: string) => boolean {
  let matcher = matchers.get(list);
  if (!matcher) {
    const parts = list.map((pattern) => pattern.toUpperCase().split('*'));
    matcher = (code) => parts.some((pieces) => matches(code.toUpperCase(), pieces));
    matchers.set(list, matcher);
  }
  return matcher;
}

function matches(code: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces;
  if (rest.length === 0) return code === first;
  if (!code.startsWith(first)) return false;
  let at = first.length;
  const last = rest.at(-1) ?? '';
  for (const piece of rest.slice(0, -1)) {
    const found = code.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return code.length - last.length >= at && code.endsWith(last);
}
