import type { Readable } from 'node:stream';

import { EncodingUnknown, FileNotText } from './errors.ts';

export const encodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

/** Opens the file's bytes from the start; called once per reading. */
export type OpenFile = () => Promise<Readable>;

const sampleBytes = 65_536;
const brokenShareMax = 0.05;

/**
 * Finds the encoding of a text file by its mark, else by what its bytes can be, reading it once or twice to the end. A few broken
 * characters are left to be reported row by row. Throws `FileNotText` for workbooks, archives and other binaries, `EncodingUnknown` when
 * no encoding fits.
 */
export async function detectEncoding(open: OpenFile): Promise<Encoding> {
  const head = await readHead(open);
  refuseBinary(head);
  const marked = encodingByMark(head);
  if (marked) return marked;
  const asUtf8 = await brokenShare(open, 'utf-8');
  if (asUtf8.share === 0) return 'utf-8';
  if (!(await looksDoubleByte(open))) return 'windows-1252';
  if (asUtf8.share < brokenShareMax) return 'utf-8';
  if ((await brokenShare(open, 'gb18030')).share < brokenShareMax) return 'gb18030';
  throw new EncodingUnknown(asUtf8.firstByte);
}

async function readHead(open: OpenFile): Promise<Buffer> {
  const stream = await open();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= sampleBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, sampleBytes);
}

function refuseBinary(head: Buffer): void {
  const magic = head.subarray(0, 8).toString('latin1');
  if (magic.startsWith('PK\u0003\u0004')) throw new FileNotText('an Excel workbook or a ZIP archive');
  if (magic.startsWith('\u00d0\u00cf\u0011\u00e0')) throw new FileNotText('an old Excel workbook');
  if (magic.startsWith('%PDF')) throw new FileNotText('a PDF document');
  if (['\u0089PNG', 'GIF8', '\u00ff\u00d8\u00ff', '\u001f\u008b', 'RIFF'].some((mark) => magic.startsWith(mark)))
    throw new FileNotText('an image or a compressed file');
  if (encodingByMark(head)) return;
  let controls = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32)) controls += 1;
  if (controls > head.length / 50) throw new FileNotText('a binary file');
}

function encodingByMark(head: Buffer): Encoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  // Without a mark, Latin text in UTF-16 has a zero in every other byte.
  const half = Math.floor(head.length / 2);
  if (half < 4) return null;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < half * 2; at += 2) {
    if (head[at] === 0) even += 1;
    if (head[at + 1] === 0) odd += 1;
  }
  if (odd > half * 0.4 && even < half * 0.05) return 'utf-16le';
  if (even > half * 0.4 && odd < half * 0.05) return 'utf-16be';
  return null;
}

/** Which part of the characters beyond ASCII an encoding cannot explain, and near which byte that starts. */
async function brokenShare(open: OpenFile, encoding: Encoding): Promise<{ share: number; firstByte: number }> {
  const decoder = new TextDecoder(encoding);
  let [beyondAscii, broken, bytes, firstByte] = [0, 0, 0, 0];
  const count = (text: string) => {
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 127) beyondAscii += 1;
      if (code === 0xfffd) broken += 1;
    }
  };
  for await (const chunk of (await open()) as AsyncIterable<Buffer>) {
    count(decoder.decode(chunk, { stream: true }));
    if (broken === 0) firstByte = bytes;
    bytes += chunk.length;
  }
  count(decoder.decode());
  return { share: broken === 0 ? 0 : broken / beyondAscii, firstByte };
}

/** Whether bytes above 127 mostly stand together, as in Chinese text; in Western text they stand alone among letters. */
async function looksDoubleByte(open: OpenFile): Promise<boolean> {
  let high = 0;
  let together = 0;
  let previousHigh = false;
  for await (const chunk of (await open()) as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      const isHigh = byte > 127;
      if (isHigh) high += 1;
      if (isHigh && previousHigh) together += 1;
      previousHigh = isHigh;
    }
    if (high > 20_000) break;
  }
  // Of n characters of two bytes about half of the high bytes follow another one.
  return together > high * 0.3;
}

/** The file as decoded text, chunk by chunk; bytes that fit no character become U+FFFD and are reported row by row. */
export async function* readText(open: OpenFile, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of (await open()) as AsyncIterable<Buffer>) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}
