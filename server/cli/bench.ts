import { globSync } from 'node:fs';
import { basename, resolve } from 'node:path';

/** One measured figure of a bench. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly context: string;
}

interface Bench {
  run(args: readonly string[]): AsyncIterable<Figure>;
}

const home = resolve(import.meta.dirname, '../../bench');

/** `shuke bench <name>`: runs bench/<name>.bench.ts and prints each figure as `name value unit (context)`. */
export async function benchCommand([name = '', ...args]: readonly string[]): Promise<number> {
  const names = globSync('*.bench.ts', { cwd: home })
    .map((file) => basename(file, '.bench.ts'))
    .toSorted();
  if (!names.includes(name)) {
    console.log(`Usage: npm run bench -- <name>\n\n${names.map((one) => `  ${one}`).join('\n')}`);
    return name === '' ? 0 : 2;
  }
  const bench = (await import(resolve(home, `${name}.bench.ts`))) as Bench;
  for await (const figure of bench.run(args)) {
    const value = Number.isInteger(figure.value) ? String(figure.value) : figure.value.toPrecision(4);
    console.log(`${figure.name} ${value} ${figure.unit} (${figure.context})`);
  }
  return 0;
}
