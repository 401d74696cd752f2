import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { FileMissing, FileTooLarge, openFileStore } from './files.ts';

const store = async () => {
  const root = await mkdtemp(join(tmpdir(), 'shuke-files-'));
  return { root, files: openFileStore(root) };
};

test('gives back the bytes it was given, from any position', async () => {
  const { files } = await store();
  const { fileId, sizeBytes } = await files.put(1, Buffer.from('订单,金额\n1,2'));
  expect(sizeBytes).toBe(17);
  expect(await text((await files.open(1, fileId)).stream)).toBe('订单,金额\n1,2');
  expect(await text((await files.open(1, fileId, 14)).stream)).toBe('1,2');
});

test("refuses another tenant's file and names that climb out of the folder", async () => {
  const { files } = await store();
  const { fileId } = await files.put(1, Buffer.from('x'));
  await expect(files.open(2, fileId)).rejects.toThrow(FileMissing);
  expect(() => files.pathOf(1, '../../etc/passwd')).toThrow(FileMissing);
});

test('leaves nothing behind when a file is too large or its source fails', async () => {
  const { root, files } = await store();
  await expect(files.put(1, Buffer.alloc(11), { maxBytes: 10 })).rejects.toThrow(FileTooLarge);
  const failing = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      throw new Error('connection lost');
    })(),
  );
  await expect(files.put(1, failing)).rejects.toThrow('connection lost');
  const left = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(left).toEqual([]);
});
