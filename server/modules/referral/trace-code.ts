import { randomBytes } from 'node:crypto';

import { TraceCodeInvalid } from './errors.ts';

/** Digits and capitals without the look-alikes 0/O and 1/I: 32 signs, five bits each. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const length = 16;

/** A sign computed from the others; changing or swapping signs changes it. */
function checkSign(body: string): string {
  let sum = 7;
  for (const sign of body) sum = (sum * 3 + alphabet.indexOf(sign) + 11) % 32;
  return alphabet[sum] ?? '2';
}

/** A new unguessable code of 80 random bits and a check sign. */
export function newTraceCode(): string {
  const body = [...randomBytes(length)].map((byte) => alphabet[byte & 31]).join('');
  return body + checkSign(body);
}

/** The code as stored, from what a person typed or a link carried; throws `TraceCodeInvalid` when a sign is wrong. */
export function readTraceCode(text: string): string {
  const code = text.trim().toUpperCase().replaceAll(/[\s-]/g, '');
  const body = code.slice(0, length);
  if (code.length !== length + 1 || !/^[2-9A-HJ-NP-Z]+$/.test(code) || checkSign(body) !== code[length]) {
    throw new TraceCodeInvalid();
  }
  return code;
}
