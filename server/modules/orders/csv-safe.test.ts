import fc from 'fast-check';
import { expect, test } from 'vitest';

import { csvRow } from './csv-safe.ts';
import { CsvScanner } from './csv-scanner.ts';

const scan = (text: string) => {
  const scanner = new CsvScanner({ delimiter: ',', rowMax: 100_000 });
  return [...scanner.push(text), ...scanner.end()];
};

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\u0000=1',
  '"=1',
  "'=1",
  ' =1',
  '＝1',
  '＋1',
  '－1',
  '＠a',
])('a cell that starts with %j cannot run as a formula', (cell) => {
  const [[written = ''] = []] = scan(csvRow([cell, 'x']));
  expect(written).toBe(`'${cell}`);
});

test('whatever stands in the cells, the row is read back as it was, but for the guarding apostrophe', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: fc.constantFrom('=', '-', '"', "'", ',', '\n', ' ', 'a', '宝', '＝'), maxLength: 6 }),
        { minLength: 2, maxLength: 4 },
      ),
      (cells) => {
        const [row] = scan(csvRow(['first', ...cells]));
        const back = row?.slice(1).map((cell, index) => (cell === cells[index] ? cell : cell.slice(1)));
        expect(back).toEqual(cells);
        for (const cell of row ?? []) expect(cell).not.toMatch(/^["\s]*[=+\-@＝＋－＠]/);
      },
    ),
    { numRuns: 1_000 },
  );
});
