import sharp from 'sharp';
import { expect, test } from 'vitest';

import { typeset } from './typeset.ts';

const lines = async (text: string, widthPx: number, linesMax: number) =>
  (await typeset(text, { sizePx: 10, weight: 400, widthPx, linesMax })).map((line) => line.text);

test('Chinese breaks between signs, English between words, and what is left over becomes an ellipsis', async () => {
  expect(await lines('秋日桂花乌龙茶礼盒', 50, 3)).toEqual(['秋日桂花乌', '龙茶礼盒']);
  expect(await lines('a very long title that goes on', 60, 9)).toEqual(['a very long', 'title that', 'goes on']);
  expect(await lines('秋日桂花乌龙茶礼盒', 50, 1)).toEqual(['秋日桂花…']);
});

test('signs the font does not have are left out, also at the end of a line', async () => {
  expect(await lines('婴儿🍼面霜💥', 500, 1)).toEqual(['婴儿面霜']);
});

test('bold is wider than regular, and rare signs are there too', async () => {
  const width = async (text: string, weight: 400 | 700) =>
    (await typeset(text, { sizePx: 100, weight }))[0]?.widthPx ?? 0;
  expect(await width('Shuke ¥129.00', 700)).toBeGreaterThan(await width('Shuke ¥129.00', 400));
  expect(await width('翡翠囍', 400)).toBe(300);
});

test('outlines leave ink where the sign stands', async () => {
  const [line] = await typeset('一', { sizePx: 100, weight: 700 });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="120"><rect width="100" height="120" fill="#fff"/>${line?.at(0, 90)}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer({ resolveWithObject: true });
  const dark = (y: number) =>
    [...data.subarray(y * info.width, (y + 1) * info.width)].filter((grey) => grey < 100).length;
  expect(Math.max(...Array.from({ length: 120 }, (_, y) => dark(y)))).toBeGreaterThan(70);
  expect([dark(2), dark(115)]).toEqual([0, 0]);
});
