import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { Font } from 'fontkit';

/** The font is ours, Noto Sans SC: a machine may have none, and what is drawn must look the same everywhere. */
const fontName = '@fontsource-variable/noto-sans-sc';
const { resolve } = createRequire(import.meta.url);

export type Weight = 400 | 700;

/** One sign as an outline; lengths in ems. */
interface Sign {
  readonly text: string;
  readonly advance: number;
  /** SVG path in units of the font, y upward. */
  readonly path: string;
  readonly unitsPerEm: number;
}

interface Subset {
  readonly name: string;
  readonly ranges: readonly (readonly [number, number])[];
}

function readRanges(text: string): Subset['ranges'] {
  return text.split(',').map((range) => {
    const [from = '', until = from] = range.replace('U+', '').split('-');
    return [Number.parseInt(from, 16), Number.parseInt(until, 16)];
  });
}

let subsets: Promise<Subset[]> | null = null;
const fonts = new Map<string, Promise<Readonly<Record<Weight, Font>>>>();
const signs = new Map<string, Sign | null>();
const mostSigns = 5_000;

async function loadSubsets(): Promise<Subset[]> {
  const ranges = JSON.parse(await readFile(resolve(`${fontName}/unicode.json`), 'utf8')) as Record<string, string>;
  return Object.entries(ranges).map(([name, text]) => ({
    name: name.replaceAll(/[[\]]/g, ''),
    ranges: readRanges(text),
  }));
}

/** The font comes in a hundred parts, most of them for signs few texts have; each is unpacked when it is first needed. */
async function loadFont(subset: string): Promise<Readonly<Record<Weight, Font>>> {
  const [fontkit, { default: wawoff2 }] = await Promise.all([import('fontkit'), import('wawoff2')]);
  const packed = await readFile(resolve(`${fontName}/files/noto-sans-sc-${subset}-wght-normal.woff2`));
  const font = fontkit.create(Buffer.from(await wawoff2.decompress(packed)));
  return { 400: font.getVariation({ wght: 400 }), 700: font.getVariation({ wght: 700 }) };
}

async function findSign(text: string, weight: Weight): Promise<Sign | null> {
  const key = `${weight}${text}`;
  const known = signs.get(key);
  if (known !== undefined) return known;
  const codePoint = text.codePointAt(0) ?? 0;
  subsets ??= loadSubsets();
  const subset = (await subsets).find(({ ranges }) =>
    ranges.some(([from, until]) => codePoint >= from && codePoint <= until),
  );
  let found: Sign | null = null;
  if (subset) {
    let font = fonts.get(subset.name);
    if (!font) fonts.set(subset.name, (font = loadFont(subset.name)));
    const { [weight]: face } = await font;
    const glyph = face.glyphForCodePoint(codePoint);
    // Glyph 0 is the empty box of a sign the font does not have.
    if (glyph.id !== 0) {
      const { unitsPerEm } = face;
      found = { text, advance: glyph.advanceWidth / unitsPerEm, path: glyph.path.toSVG(), unitsPerEm };
    }
  }
  if (signs.size >= mostSigns) signs.clear();
  signs.set(key, found);
  return found;
}

const widthOf = (line: readonly Sign[]) => line.reduce((sum, { advance }) => sum + advance, 0);
const isBlank = ({ text }: Sign) => /\s/.test(text);

function trimmed(line: readonly Sign[]): readonly Sign[] {
  const end = line.findLastIndex((sign) => !isBlank(sign));
  return line.slice(0, end + 1);
}

/** Pieces a line may break between: whole words of Latin script with the blanks behind them, single signs of others. */
function pieces(line: readonly Sign[]): Sign[][] {
  const found: Sign[][] = [];
  for (const sign of line) {
    const before = found.at(-1)?.at(-1);
    const joins =
      before !== undefined && (isBlank(sign) || (/[\x21-\x7e]/.test(before.text) && /[\x21-\x7e]/.test(sign.text)));
    if (joins) found.at(-1)?.push(sign);
    else found.push([sign]);
  }
  return found;
}

function wrap(all: readonly Sign[], width: number, most: number, ellipsis: Sign | null): (readonly Sign[])[] {
  const lines: Sign[][] = [[]];
  for (const piece of pieces(all)) {
    const line = lines.at(-1) ?? [];
    if (line.length > 0 && widthOf(trimmed([...line, ...piece])) > width) lines.push([...piece]);
    else line.push(...piece);
  }
  if (lines.length <= most) return lines.map(trimmed);
  const kept = lines.slice(0, most).map(trimmed);
  let last = kept.pop() ?? [];
  const room = width - (ellipsis?.advance ?? 0);
  while (last.length > 0 && widthOf(last) > room) last = last.slice(0, -1);
  return [...kept, ellipsis ? [...last, ellipsis] : last];
}

/** A line set in outlines, ready to be put into an SVG. */
export interface SetLine {
  readonly text: string;
  readonly widthPx: number;
  /** The outlines with the line's left end and baseline at this place. */
  at(leftPx: number, baselinePx: number): string;
}

interface Setting {
  readonly sizePx: number;
  readonly weight: Weight;
  /** Lines are no wider than this; absent: one line of any width. */
  readonly widthPx?: number;
  /** What is left over after so many lines gives way to an ellipsis. */
  readonly linesMax?: number;
}

/** Sets a text in lines of outlines, which look the same on every machine; signs the font does not have (emoji) are left out. */
export async function typeset(text: string, { sizePx, weight, widthPx, linesMax = 1 }: Setting): Promise<SetLine[]> {
  const all: Sign[] = [];
  for (const sign of text.replaceAll(/\s+/g, ' ').trim()) {
    const found = await findSign(sign, weight);
    if (found) all.push(found);
  }
  const lines = widthPx === undefined ? [all] : wrap(all, widthPx / sizePx, linesMax, await findSign('…', weight));
  return lines.map((line) => ({
    text: line.map((sign) => sign.text).join(''),
    widthPx: widthOf(line) * sizePx,
    at(leftPx, baselinePx) {
      let left = leftPx;
      return line
        .map(({ path, advance, unitsPerEm }) => {
          const scale = sizePx / unitsPerEm;
          const drawn = `<path transform="translate(${left.toFixed(2)} ${baselinePx}) scale(${scale.toFixed(5)} ${(-scale).toFixed(5)})" d="${path}"/>`;
          left += advance * sizePx;
          return drawn;
        })
        .join('');
    },
  }));
}
