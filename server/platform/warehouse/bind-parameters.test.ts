import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Session } from 'chdb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { bindParameters, stringLiteral } from './bind-parameters.ts';
import { tokenize } from './sql-tokens.ts';

/** A cell of a tab-separated file, as clients write parameters. */
function cell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** An element of an array, map or tuple, as clients write them. */
function element(text: string): string {
  return `'${cell(text).replaceAll("'", "\\'")}'`;
}

function bind(sql: string, values: Record<string, string> = {}): string {
  return bindParameters(sql, new Map(Object.entries(values)));
}

describe('placeholders', () => {
  const values = { a: 'x' };

  test.each([
    [`SELECT {a:String}`, `SELECT 'x'`],
    [`SELECT { a : String }`, `SELECT 'x'`],
    [`SELECT {/* the name */a:/* its type */String}`, `SELECT 'x'`],
    [`SELECT {a:Identifier}.{a:Identifier}`, 'SELECT `x`.`x`'],
    [`SELECT {a:Enum8('}' = 1, 'x' = 2)}`, `SELECT _CAST('x', 'Enum8(\\'}\\' = 1, \\'x\\' = 2)')`],
  ])('are replaced: %s', (sql, bound) => {
    expect(bind(sql, values)).toBe(bound);
  });

  test.each([
    `SELECT '{a:String}'`,
    `SELECT 'it''s {a:String}'`,
    `SELECT 'back\\'slash {a:String}'`,
    `SELECT "{a:String}"`,
    'SELECT `{a:String}`',
    `SELECT ‘{a:String}’`,
    `SELECT “{a:String}”`,
    `SELECT $$ {a:String} $$`,
    `SELECT $tag$ $$ ' {a:String} $tag$`,
    `SELECT map('k', 1) AS {`,
    `SELECT {a}`,
    `SELECT {a:}`,
  ])('stay what they are inside quotes and elsewhere: %s', (sql) => {
    expect(bind(sql, values)).toBe(sql);
  });

  test.each([
    ['SELECT 1 -- {a:String}\n, 2', 'SELECT 1  \n, 2'],
    ['SELECT 1 // {a:String}\n, 2', 'SELECT 1  \n, 2'],
    ['SELECT 1 # {a:String}\n, 2', 'SELECT 1  \n, 2'],
    ['SELECT 1 #! {a:String}', 'SELECT 1  '],
    ['SELECT 1 /* {a:String} /* nested */ still {a:String} */, 2', 'SELECT 1  , 2'],
    ["SELECT 1 -- it's\n, {a:String}", "SELECT 1  \n, 'x'"],
    ["SELECT 1e-1--'\n, {a:String}", "SELECT 1e-1 \n, 'x'"],
  ])('vanish with their comment: %s', (sql, bound) => {
    expect(bind(sql, values)).toBe(bound);
  });

  test.each([`SELECT 'open`, `SELECT "open`, 'SELECT `open', `SELECT /* /* */ open`, `SELECT ‘open'`, `SELECT 'a\\'`])(
    'are not looked for in a statement that never ends: %s',
    (sql) => {
      expect(() => bind(sql, values)).toThrow('Code: 62.');
    },
  );

  test('without a value are error 456, unless they may be null', () => {
    expect(() => bind('SELECT {missing:String}')).toThrow(
      /^Code: 456\. .*`missing` is not set.*UNKNOWN_QUERY_PARAMETER/,
    );
    expect(bind('SELECT {missing:Nullable(UInt8)}')).toBe(`SELECT _CAST(NULL, 'Nullable(UInt8)')`);
  });

  test('do not take an empty identifier or a cell that goes on', () => {
    expect(() => bind('SELECT {a:Identifier}', { a: '' })).toThrow('Code: 457.');
    expect(() => bind('SELECT {a:String}', { a: 'one\ntwo' })).toThrow('Code: 457.');
    expect(() => bind('SELECT {a:UInt8}', { a: '1\t2' })).toThrow('Code: 457.');
  });
});

const pieces = [
  "'",
  "''",
  "\\'",
  '\\',
  '\\\\',
  '"',
  '`',
  '\0',
  '\n',
  '\r',
  '\t',
  '--',
  '-- ',
  '#',
  '# ',
  '//',
  '/*',
  '*/',
  '{',
  '}',
  '{v:String}',
  ';',
  '; drop table canary; ',
  '$$',
  '$x$',
  '‘',
  '’',
  '“',
  '”',
  '\\N',
  '\\0',
  '\\x27',
  '\\n',
  ')',
  "')",
  ']',
  '熟客',
  '😀',
  '\u2028',
  'a',
  '0',
  ' ',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')),
);

/** The statement with each string as S and each quoted name as Q: what is left is what the engine would obey. */
function skeleton(sql: string): string {
  const masks: Readonly<Record<string, string>> = { string: 'S', quoted: 'Q' };
  return [...tokenize(sql)].map(({ kind, start, end }) => masks[kind] ?? sql.slice(start, end)).join('');
}

const typeName = fc.constantFrom(
  'String',
  'FixedString(8)',
  'LowCardinality(String)',
  'Nullable(String)',
  'LowCardinality(Nullable(String))',
  'UInt8',
  'Int64',
  'Nullable(UInt8)',
  'Float64',
  'Bool',
  'Date',
  'DateTime',
  'DateTime64(3)',
  'UUID',
  'Decimal(9, 2)',
  "Enum8('a' = 1, 'b' = 2)",
  'IPv4',
  'Array(String)',
  'Array(UInt64)',
  'Array(DateTime64(3))',
  'Array(Nullable(UInt8))',
  'Array(Array(String))',
  'Tuple(String, UInt8)',
  'Map(String, UInt8)',
);
const wellFormed = fc.constantFrom(
  '1',
  '0',
  '-1',
  '1.5',
  'true',
  'nan',
  '1e5',
  '2026-11-01',
  '2026-11-01 10:00:00',
  '1700000000',
  '1700000000.5',
  'a',
  '[]',
  "['a']",
  "['a\\'b','\\n']",
  '[1,NULL]',
  "('a',1)",
  "{'a':1}",
  "[['a'],[]]",
  '\\N',
  'NULL',
  '127.0.0.1',
);

test('a value is refused or stays inside its literal, whatever it contains and whatever its type', () => {
  const obeyed = /^SELECT (?:S|Q|(?:_CAST\()+(?:S|NULL)(?:, S\))+|\(SELECT c FROM format\(TSV, S, S\)\)) AS x$/;
  fc.assert(
    fc.property(fc.oneof(typeName, fc.constant('Identifier')), fc.oneof(text, wellFormed), (type, value) => {
      let bound: string;
      try {
        bound = bind(`SELECT {v:${type}} AS x`, { v: value });
      } catch (error) {
        expect(String(error)).toContain('Code: 457.');
        return;
      }
      expect(skeleton(bound)).toMatch(obeyed);
    }),
    { numRuns: 3_000 },
  );
});

function attempt(work: () => string): string | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

describe('through the engine', () => {
  const dir = mkdtempSync(join(tmpdir(), 'shuke-bind-'));
  let session: Session;

  beforeAll(() => {
    session = new Session(join(dir, 'data'));
    session.query('CREATE TABLE canary (x UInt8) ENGINE = Memory');
  });
  afterAll(() => {
    session.close();
    rmSync(dir, { recursive: true, force: true });
  });

  function rows(sql: string): unknown[] {
    const lines = session.query(sql, 'JSONCompactEachRow').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
  }
  const canary = () => rows('EXISTS canary');

  test('any text comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 25 }), (values) => {
        const sql = `SELECT ${values.map((_, at) => `{v${at}:String} /* {v${at}:String} ' */`).join(', ')}`;
        const bound = bind(sql, Object.fromEntries(values.map((value, at) => [`v${at}`, cell(value)])));
        expect(rows(bound)).toEqual([values]);
      }),
      { numRuns: 200 },
    );
    expect(canary()).toEqual([[1]]);
  });

  test('any name names exactly itself', () => {
    fc.assert(
      fc.property(
        text.filter((name) => name !== ''),
        (name) => {
          const bound = bind('SELECT {n:Identifier}.x AS {n:Identifier} FROM (SELECT 7 AS x) AS {n:Identifier}', {
            n: name,
          });
          const [row = ''] = session.query(bound, 'JSONEachRow').split('\n');
          expect(JSON.parse(row)).toEqual({ [name]: 7 });
        },
      ),
      { numRuns: 200 },
    );
    expect(canary()).toEqual([[1]]);
  });

  test('arrays, maps, tuples and nulls of any text come back as they were', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 10 }), text, fc.option(text), (list, one, optional) => {
        const bound = bind(
          'SELECT {list:Array(String)}, {map:Map(String, Array(String))}, {pair:Tuple(String, UInt8)}, {maybe:Nullable(String)}',
          {
            list: `[${list.map(element).join(',')}]`,
            map: `{${element(one)}:[${list.map(element).join(',')}]}`,
            pair: `(${element(one)},7)`,
            maybe: optional === null ? '\\N' : cell(optional),
          },
        );
        // A text that is exactly the escape for null is null; the client cannot say it otherwise.
        expect(rows(bound)).toEqual([[list, { [one]: list }, [one, 7], optional]]);
      }),
      { numRuns: 200 },
    );
    expect(canary()).toEqual([[1]]);
  });

  test('numbers, dates, decimals and ids keep their value and type', () => {
    fc.assert(
      fc.property(
        fc.record({
          u: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          i: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
          d: fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
          f: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
          t: fc.date({ min: new Date('1970-01-02'), max: new Date('2200-01-01'), noInvalidDate: true }),
          id: fc.uuid(),
        }),
        ({ u, i, d, f, t, id }) => {
          const digits = String(d < 0n ? -d : d).padStart(5, '0');
          const decimal = `${d < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
          const bound = bind(
            `SELECT toString({u:UInt64}), toString({i:Int64}), toString({d:Decimal(18, 4)}) = toString(toDecimal64('${decimal}', 4)),
               {f:Float64}, toUnixTimestamp64Milli({t:DateTime64(3, 'UTC')}), toString({id:UUID}), toTypeName({d:Decimal(18, 4)})`,
            {
              u: `${u}`,
              i: `${i}`,
              d: decimal,
              f: `${f}`,
              t: (t.getTime() / 1000).toFixed(3).padStart(14, '0'),
              id,
            },
          );
          expect(rows(bound)).toEqual([[`${u}`, `${i}`, 1, f, t.getTime(), id, 'Decimal(18, 4)']]);
        },
      ),
      { numRuns: 200 },
    );
  });

  /** The engine's own parameters, which are right when nothing runs beside them. */
  function own(sql: string, value: string): string {
    return session.query(`SET param_v = ${stringLiteral(value)}; ${sql}`, 'JSONCompactEachRow');
  }
  test('the answer is the one the engine gives for its own parameter, or a refusal', () => {
    fc.assert(
      fc.property(typeName, fc.oneof(text, wellFormed), (name, value) => {
        const sql = `SELECT {v:${name}} AS x, toTypeName(x)`;
        const answer = attempt(() => session.query(bind(sql, { v: value }), 'JSONCompactEachRow'));
        const expected = attempt(() => own(sql, value));
        // A number may also have leading signs or zeros, a moment be a small number; DateTime64 takes an empty text for 1970.
        const excused = /Int|DateTime/.test(name) && /^[-+]?\d*$/.test(value) && (answer ?? expected) !== undefined;
        if (!excused || (answer !== undefined && expected !== undefined)) expect(answer).toBe(expected);
      }),
      { numRuns: 800 },
    );
    expect(canary()).toEqual([[1]]);
  });

  const fragment = fc.oneof(
    fc.constantFrom(
      "'a'",
      "'it''s'",
      "'\\''",
      '"dummy"',
      '`dummy`',
      '1',
      '1.5',
      '.5',
      '1e-1',
      '0xFF',
      "x'41'",
      '$$ {v:String} $$',
      "$t$ ' $t$",
      "‘ ' {v:String}’",
      '{v:String}',
      '(1, 2).1',
      '-1',
      '[1][1]',
      'tuple(1).1',
    ),
    fc.constantFrom(
      "-- ' {v:String}\n 2",
      "/* ' /* {v:String} */ ' */ 2",
      "# '\n 2",
      "// '\n 2",
      "1--'\n",
      "1e-1--'\n",
      "(1, 2).1--'\n",
    ),
  );

  test('quotes and comments end where the engine ends them', () => {
    fc.assert(
      fc.property(fc.array(fragment, { minLength: 1, maxLength: 8 }), text, (parts, value) => {
        const sql = `SELECT ${parts.join(', ')}`;
        const expected = attempt(() => own(sql, cell(value)));
        if (expected === undefined) return;
        expect(session.query(bind(sql, { v: cell(value) }), 'JSONCompactEachRow')).toBe(expected);
      }),
      { numRuns: 500 },
    );
    expect(canary()).toEqual([[1]]);
  });
});
