/** One batch of the log as stored. */
export interface StoredBatch {
  readonly n: number;
  readonly events: number;
  /** Compressed and sealed. */
  readonly body: Buffer;
}

const magic = Buffer.from('SHUKELOG1\n', 'latin1');
const headBytes = 16;

/** A segment file is damaged or no segment at all. */
export class SegmentBroken extends Error {
  override readonly name = 'SegmentBroken';
}

/** The bytes of a segment: a magic line, then per batch its number (u64), events (u32), length (u32) and sealed body, big endian. */
export async function* writeSegment(batches: AsyncIterable<StoredBatch>): AsyncGenerator<Buffer> {
  yield magic;
  for await (const { n, events, body } of batches) {
    const head = Buffer.allocUnsafe(headBytes);
    head.writeBigUInt64BE(BigInt(n), 0);
    head.writeUInt32BE(events, 8);
    head.writeUInt32BE(body.length, 12);
    yield head;
    yield body;
  }
}

/** The batches of a segment; throws SegmentBroken when the file ends early or is none. */
export async function* readSegment(file: AsyncIterable<Buffer>): AsyncGenerator<StoredBatch> {
  const take = takeFrom(file);
  if (!(await take(magic.length))?.equals(magic)) throw new SegmentBroken('the file does not start like a segment');
  for (;;) {
    const head = await take(headBytes);
    if (!head) return;
    const body = await take(head.readUInt32BE(12));
    if (!body) throw new SegmentBroken('the segment ends in the middle of a batch');
    yield { n: Number(head.readBigUInt64BE(0)), events: head.readUInt32BE(8), body };
  }
}

/** Takes exactly so many bytes; undefined at a clean end. */
function takeFrom(file: AsyncIterable<Buffer>): (bytes: number) => Promise<Buffer | undefined> {
  const chunks = file[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let held = 0;
  return async (bytes) => {
    while (held < bytes) {
      const { done, value } = await chunks.next();
      if (done) break;
      parts.push(value);
      held += value.length;
    }
    if (held === 0) return undefined;
    if (held < bytes) throw new SegmentBroken('the segment ends in the middle of a batch');
    const all = Buffer.concat(parts);
    parts.length = 0;
    parts.push(all.subarray(bytes));
    held -= bytes;
    return all.subarray(0, bytes);
  };
}
