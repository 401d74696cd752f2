import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CsvScanner } from './csv-scanner.ts';
import type { CsvFault } from './csv-scanner.ts';

function scan(text: string, { delimiter = ',', pieces = [text], rowMax = 10_000 } = {}): string[][] {
  const scanner = new CsvScanner({ delimiter, rowMax });
  return [...pieces.flatMap((piece) => scanner.push(piece)), ...scanner.end()];
}

const byCsvParse = (text: string, delimiter: string) =>
  parse(text, { delimiter, relax_quotes: true, relax_column_count: true, skip_empty_lines: true });

const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '宝', ' ', '"', ',', '\n', '\t', '=', "'"), maxLength: 6 }),
  fc.constantFrom('', '"', '""', 'x"y'),
);
const quoted = cell.map((text) => `"${text.replaceAll('"', '""')}"`);
const bare = cell.map((text) => text.replaceAll(/[",\n\t]/g, ''));

test('gives the same rows as csv-parse, wherever the pieces are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.oneof(quoted, bare), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(',', '\t', ';'),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.array(fc.nat({ max: 60 }), { maxLength: 5 }),
      (rows, delimiter, lineEnd, endsWithLine, cuts) => {
        const text = rows.map((row) => row.join(delimiter)).join(lineEnd) + (endsWithLine ? lineEnd : '');
        fc.pre(/[\r\n]/.test(text.replaceAll(/"[^"]*"/g, '')));
        const points = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
        const pieces = points.slice(1).map((point, index) => text.slice(points[index], point));
        expect(scan(text, { delimiter, pieces })).toEqual(byCsvParse(text, delimiter));
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each([
  ['a,"b"c,d\n', [['a', '"b"c', 'd']]],
  ['a,b"c"d,e\n', [['a', 'b"c"d', 'e']]],
  ['x,"a"b"c",d\n', [['x', '"a"b"c"', 'd']]],
  ['12" ruler,5\n', [['12" ruler', '5']]],
  ['a\rb\r', [['a'], ['b']]],
  ['\n\na,b\n\n', [['a', 'b']]],
])('keeps what stands in %j', (text, rows) => {
  expect(scan(text)).toEqual(rows);
  expect(scan(text)).toEqual(byCsvParse(text, ','));
});

describe('what cannot be cut into rows', () => {
  test('a row without end is refused as soon as it is too long, in little memory', () => {
    const scanner = new CsvScanner({ delimiter: ',', rowMax: 100_000 });
    scanner.push('a,b\n1,2\n');
    const feed = () => {
      for (let piece = 0; piece < 1_000; piece += 1) scanner.push('x'.repeat(10_000));
    };
    expect(feed).toThrow(expect.objectContaining({ kind: 'row_too_long', row: 3 }) as CsvFault);
  });

  test('a quotation mark that is never closed is named with its row', () => {
    expect(() => scan('a,b\n1,2\n"3,4\n5,6\n')).toThrow(
      expect.objectContaining({ kind: 'quote_not_closed', row: 3 }) as CsvFault,
    );
  });
});
