/** What in a text names a person by itself. */
export interface Detection {
  readonly kind: 'phone' | 'id_number' | 'bank_card' | 'email';
  readonly start: number;
  readonly end: number;
}

const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Whether 18 characters are a mainland ID number: a possible birth date and the right check character (GB 11643). */
export function isIdNumber(text: string): boolean {
  if (!/^\d{6}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]$/.test(text)) return false;
  const sum = idWeights.reduce((total, weight, index) => total + weight * Number(text[index]), 0);
  return '10X98765432'[sum % 11] === text[17]?.toUpperCase();
}

/** Whether 15 to 19 digits are a payment card number: an issuer's first digit (3 to 6) and the Luhn check digit. */
export function isBankCard(digits: string): boolean {
  if (!/^[3-6]\d{14,18}$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const emailPattern = /[[\p{L}\p{N}._%+\-]--\p{Script=Han}]{1,64}@[\p{L}\p{N}\-]{1,63}(?:\.[\p{L}\p{N}\-]{1,63}){1,4}/gv;
const digitRun = /(?<![\dA-Za-z])\+?\d(?:[ \-.()]?[\dXx]){9,24}(?![\dA-Za-z])/g;
const mobilePattern = /^(?:\+?(?:00)?86)?1[3-9]\d{9}$/;

/** Finds phone numbers, ID numbers, payment cards and e-mail addresses in a text, full-width digits and separators included. */
export function detectPersonalData(text: string): Detection[] {
  const plain = halfWidth(text);
  const found: Detection[] = [];
  if (plain.includes('@')) {
    for (const match of plain.matchAll(emailPattern)) found.push(detection('email', match.index, match[0]));
  }
  for (const match of plain.matchAll(digitRun)) {
    const kind = kindOfNumber(match[0]);
    if (kind) found.push(detection(kind, match.index, match[0]));
    else found.push(...partsOfRun(match.index, match[0]));
  }
  return found.toSorted((a, b) => a.start - b.start);
}

function detection(kind: Detection['kind'], start: number, matched: string): Detection {
  return { kind, start, end: start + matched.length };
}

function kindOfNumber(written: string): Detection['kind'] | undefined {
  const compact = written.replaceAll(/[ \-.()]/g, '');
  if (mobilePattern.test(compact)) return 'phone';
  if (isIdNumber(compact)) return 'id_number';
  if (isBankCard(compact)) return 'bank_card';
  return undefined;
}

// Several numbers written with only a space between them form one run: judge each piece alone.
function partsOfRun(start: number, run: string): Detection[] {
  if (!run.includes(' ')) return [];
  const found: Detection[] = [];
  let offset = start;
  for (const piece of run.split(' ')) {
    const kind = kindOfNumber(piece);
    if (kind) found.push(detection(kind, offset, piece));
    offset += piece.length + 1;
  }
  return found;
}

// One character for one, so that positions stay those of the original text.
function halfWidth(text: string): string {
  return text.replaceAll(/[０-９Ｘｘ＠．－＋　]/g, (character) =>
    character === '\u3000' ? ' ' : String.fromCharCode(character.charCodeAt(0) - 0xfee0),
  );
}

/** The text with every detected number and address masked: phones keep three and four digits, the rest nothing that identifies. */
export function maskText(text: string): string {
  let masked = '';
  let from = 0;
  for (const { kind, start, end } of detectPersonalData(text)) {
    if (start < from) continue;
    masked += text.slice(from, start) + stars(kind, text.slice(start, end));
    from = end;
  }
  return masked + text.slice(from);
}

function stars(kind: Detection['kind'], matched: string): string {
  if (kind === 'email') return `***${matched.slice(matched.search(/[@＠]/))}`;
  const digits = halfWidth(matched).replaceAll(/[^\dXx]/g, '');
  if (kind === 'phone') return `${digits.slice(-11, -8)}****${digits.slice(-4)}`;
  return kind === 'id_number' ? `**************${digits.slice(-4)}` : `**** ${digits.slice(-4)}`;
}

const personalKeys =
  /^(?:.*_)?(?:(?:phone|mobile|tel|telephone)(?:_?(?:no|number))?|email|e_?mail|id_?(?:card|number|no)|bank_?card|card_?number|openid|unionid|external_?userid|address|receiver|receiver_name|real_?name|full_?name|first_?name|last_?name|birthday|birthdate|birth_?date|ip|ip_?address|password|token|secret|id_token|access_token)$/i;
const machineNumbers = /(?:_id|_no|_code|_fen|_ms|_count|_at|_bytes|_bps|sku|barcode)$/i;
const deepest = 8;

/** Properties safe for the warehouse, logs and traces, and how many were left out. */
export interface Scrubbed {
  readonly properties: Record<string, unknown>;
  readonly dropped: number;
}

/**
 * Leaves out every property that names a person: by its key (phone, e-mail, address …) or because its value holds a mobile number,
 * an ID number, a payment card or an e-mail address.
 */
export function scrub(properties: Readonly<Record<string, unknown>>): Scrubbed {
  const count = { dropped: 0 };
  return { properties: scrubObject(properties, count, 0), dropped: count.dropped };
}

function scrubObject(
  object: Readonly<Record<string, unknown>>,
  count: { dropped: number },
  depth: number,
): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  for (const [key, value] of Object.entries(object)) {
    const clean = namesPerson(key) ? undefined : scrubValue(key, value, count, depth);
    if (clean !== undefined) kept.push([key, clean]);
    else if (value !== undefined) count.dropped += 1;
  }
  return Object.fromEntries(kept);
}

function scrubValue(key: string, value: unknown, count: { dropped: number }, depth: number): unknown {
  if (typeof value === 'string') return holdsPersonalData(key, value) ? undefined : value;
  if (typeof value === 'number' || typeof value === 'bigint') {
    return !machineNumbers.test(key) && holdsPersonalData(key, String(value)) ? undefined : value;
  }
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return value.toISOString();
  if (depth >= deepest) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => scrubValue(key, item, count, depth + 1));
    count.dropped += items.filter((item, index) => item === undefined && value[index] !== undefined).length;
    return items.filter((item) => item !== undefined);
  }
  return scrubObject(value as Record<string, unknown>, count, depth + 1);
}

// Order and product numbers pass the card check digit one time in ten, so a key that names a number is not judged by it.
function holdsPersonalData(key: string, text: string): boolean {
  if (!mayHoldPersonalData(text)) return false;
  return detectPersonalData(text).some(({ kind }) => kind !== 'bank_card' || !machineNumbers.test(key));
}

// Every detection needs an @ or eleven digits; nearly all texts have neither, and a look costs a twentieth of the patterns.
function mayHoldPersonalData(text: string): boolean {
  let digits = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x40 || code === 0xff20) return true;
    if ((code >= 0x30 && code <= 0x39) || (code >= 0xff10 && code <= 0xff19)) digits += 1;
  }
  return digits >= 11;
}

const judgedKeys = new Map<string, boolean>();
const mostJudgedKeys = 5_000;

// The same few keys come with every event.
function namesPerson(key: string): boolean {
  let judged = judgedKeys.get(key);
  if (judged === undefined) {
    judged = personalKeys.test(snakeCase(key));
    if (judgedKeys.size < mostJudgedKeys) judgedKeys.set(key, judged);
  }
  return judged;
}

function snakeCase(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('-', '_');
}
