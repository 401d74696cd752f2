import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';

import { BodyTooLarge, BodyUnreadable } from './errors.ts';
import { limits } from './segment-schema.ts';

const unzip = promisify(gunzip);
const smallBytes = 8_192;

/** The JSON of a request, whatever its headers call it, with its size in bytes after unpacking. */
export async function readBody(raw: unknown): Promise<{ json: unknown; bytes: number }> {
  if (!Buffer.isBuffer(raw) || raw.length === 0) throw new BodyUnreadable('it is empty');
  const plain = isGzip(raw) ? await unpack(raw) : raw;
  if (plain.length > limits.bodyBytes) throw new BodyTooLarge();
  return { json: parse(plain.toString('utf8')), bytes: plain.length };
}

// RudderStack's SDK sends gzip under the content type of a form, others name no encoding: only the first bytes tell.
function isGzip(raw: Buffer): boolean {
  return raw[0] === 0x1f && raw[1] === 0x8b;
}

async function unpack(raw: Buffer): Promise<Buffer> {
  const options = { maxOutputLength: limits.bodyBytes + 1 };
  try {
    return raw.length <= smallBytes ? gunzipSync(raw, options) : await unzip(raw, options);
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge();
    throw new BodyUnreadable('it starts like gzip but cannot be unpacked');
  }
}

const storedBadly = /\\u0000|\\ud[89a-f]/i;

function parse(text: string): unknown {
  try {
    // No database column takes NUL or half a surrogate pair, so they end here and not in some subscriber.
    return storedBadly.test(text) ? (JSON.parse(text, cleaned) as unknown) : (JSON.parse(text) as unknown);
  } catch {
    throw new BodyUnreadable('it is not JSON');
  }
}

function cleaned(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;
}
