import type { OrderStatus } from './new-order.ts';

/** Why a cell cannot be taken: a code and the text found, for the list of rejected rows. */
export class CellFault extends Error {
  readonly code: string;
  readonly found: string;
  constructor(code: string, found: string) {
    super(`${code}: ${found}`);
    this.code = code;
    this.found = found.slice(0, 100);
  }
}

/** A cell without what spreadsheets and platforms wrap around it: `="123"`, a leading apostrophe or tab that guards a formula or number. */
export function cleanCell(cell: string): string {
  const text = cell.trim();
  const first = text.charCodeAt(0);
  // Nearly every cell: no `=` and no apostrophe in front.
  if (first !== 61 && first !== 39) return text;
  const formula = /^="(.*)"$/s.exec(text)?.[1]?.trim() ?? text;
  return /^'(?=[=+\-@＝＋－＠\t\r\d])/.test(formula) ? formula.slice(1).trim() : formula;
}

const decimal = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** A decimal as an integer count of 10^-scale, exactly; digits beyond are rounded half away from zero. */
function toScaled(text: string, scale: number): number | null {
  const match = decimal.exec(text);
  if (!match) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const kept = fraction.slice(0, scale).padEnd(scale, '0');
  const roundsUp = (fraction[scale] ?? '0') >= '5';
  const value = Number(whole + kept) + (roundsUp ? 1 : 0);
  return Number.isSafeInteger(value) ? (sign === '-' ? 0 - value : value) : null;
}

function bareNumber(cell: string): string {
  if (decimal.test(cell)) return cell;
  return cleanCell(cell)
    .normalize('NFKC')
    .replace(/^(?:¥|￥|RMB|CNY|\$|£|€)\s*/i, '')
    .replace(/\s*(?:元|圆)?\s*(?:\(.*\))?$/s, '')
    .replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .trim();
}

/** Digits after the point in a currency's minor unit. */
export function minorDigits(currency: string): number {
  if (/^(?:JPY|KRW|VND|CLP|ISK|XAF|XOF|PYG|UGX)$/.test(currency)) return 0;
  return /^(?:KWD|BHD|OMR|JOD|TND)$/.test(currency) ? 3 : 2;
}

/** An amount in minor units; an empty cell is null. Throws `CellFault` for anything that is no amount. */
export function parseMoney(cell: string, digits: number): number | null {
  const text = bareNumber(cell);
  if (text === '' || text === '-' || text === '--') return null;
  const value = toScaled(text, digits);
  if (value === null) throw new CellFault('not_an_amount', cell);
  return value;
}

/** The amount of a line: quantity × unit price from the price's full decimals, rounded half away from zero once. */
export function lineAmount(quantity: number, priceCell: string, digits: number): number {
  const extra = 4;
  const price = toScaled(bareNumber(priceCell), digits + extra);
  if (price === null) throw new CellFault('not_an_amount', priceCell);
  const product = BigInt(price) * BigInt(quantity);
  const unit = 10n ** BigInt(extra);
  const magnitude = product < 0n ? -product : product;
  const rounded = Number((magnitude + unit / 2n) / unit);
  return product < 0n ? 0 - rounded : rounded;
}

/** A whole number of pieces. Throws `CellFault` for anything else. */
export function parseQuantity(cell: string): number {
  const text = bareNumber(cell).replace(/\.0+$/, '');
  const value = toScaled(text, 0);
  if (value === null || text.includes('.') || Math.abs(value) > 2_147_483_647)
    throw new CellFault('not_a_quantity', cell);
  return value;
}

/** How `3/4/2026` is to be read. */
export type DateOrder = 'ymd' | 'mdy' | 'dmy';

const stamp =
  /^(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?\s*(AM|PM)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

/** Reads local times of a zone; a time with its own offset is taken as it is. */
export function timeReader(zone: string, dateOrder: DateOrder): (cell: string) => Date | null {
  const offsetOf = offsetReader(zone);
  return (cell) => {
    const text = cleanCell(cell);
    if (text === '' || text === '-' || text === '--') return null;
    const match = stamp.exec(text);
    if (!match) throw new CellFault('not_a_time', cell);
    const [, first = '', second = '', third = '', h = '0', minute = '0', s = '0', half, offset] = match;
    const [year, month, day] = dateParts([first, second, third], dateOrder);
    const hour = half ? (Number(h) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0) : Number(h);
    const local = Date.UTC(year, month - 1, day, hour, Number(minute), Number(s));
    const isReal =
      new Date(local).getUTCDate() === day && month >= 1 && month <= 12 && hour < 24 && Number(minute) < 60;
    if (!isReal || year < 1970 || year > 2100) throw new CellFault('not_a_time', cell);
    if (offset !== undefined) return new Date(local - offsetMs(offset));
    return new Date(local - offsetOf(local));
  };
}

function dateParts(
  [first, second, third]: readonly [string, string, string],
  order: DateOrder,
): [number, number, number] {
  if (first.length === 4) return [Number(first), Number(second), Number(third)];
  const year = third.length === 2 ? 2_000 + Number(third) : Number(third);
  return order === 'dmy' ? [year, Number(second), Number(first)] : [year, Number(first), Number(second)];
}

function offsetMs(offset: string): number {
  if (/^(?:Z|UTC)$/i.test(offset)) return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(offset);
  const ms = (Number(match?.[2]) * 60 + Number(match?.[3])) * 60_000;
  return match?.[1] === '-' ? -ms : ms;
}

/** How far a zone's clock stands before UTC at a local time, in ms. A local time that occurs twice is taken as the first. */
function offsetReader(zone: string): (localMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const at = (utcMs: number): number => {
    const name = format.formatToParts(utcMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const match = /^GMT([+-])(\d{2}):(\d{2})$/.exec(name);
    return match ? offsetMs(`${match[1]}${match[2]}:${match[3]}`) : 0;
  };
  const hours = new Map<number, number>();
  return (localMs) => {
    // Zones change their offset at full quarter hours.
    const slot = Math.floor(localMs / 900_000);
    let offset = hours.get(slot);
    if (offset === undefined) {
      const [before, after] = [at(localMs - 86_400_000), at(localMs + 86_400_000)];
      offset = at(localMs - before) === before ? before : after;
      if (hours.size > 100_000) hours.clear();
      hours.set(slot, offset);
    }
    return offset;
  };
}

/** Reads a status by the first words that occur in it. */
export function statusReader(words: readonly (readonly [string, OrderStatus])[]): (cell: string) => OrderStatus | null {
  const known = new Map<string, OrderStatus | null>();
  return (cell) => {
    let status = known.get(cell);
    if (status === undefined) {
      const text = cleanCell(cell).toLowerCase();
      status = text === '' ? null : (words.find(([word]) => text.includes(word.toLowerCase()))?.[1] ?? null);
      if (known.size < 1_000) known.set(cell, status);
    }
    return status;
  };
}
