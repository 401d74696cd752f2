import fc from 'fast-check';

/** A JSON schema as `z.toJSONSchema` writes it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Values that stand for real things, by the name of the field that carries them (`customerId`, `code`, `cursor`). */
export type Pools = ReadonlyMap<string, readonly string[]>;

type Any = fc.Arbitrary<unknown>;
const deepest = 4;

/** Text that programs get wrong: control characters, lone surrogates, right-to-left marks, what looks like SQL, paths or prototypes. */
export const nastyText: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\uD800',
  'x\uDFFFy',
  '\u202Eabc',
  '\u200B',
  '💥'.repeat(40),
  "' or 1=1 --",
  '%_\\',
  '../../etc/passwd',
  '${7*7}{{7*7}}',
  '<script>alert(1)</script>',
  '=1+1',
  '__proto__',
  'constructor',
  '-0',
  '-1',
  '1e309',
  '9007199254740993',
  '99999999999999999999',
  '0x10',
  'NaN',
  'null',
  'true',
  '+275760-09-13T00:00:00.001Z',
  '-000001-01-01T00:00:00Z',
  '0000-00-00',
  '2026-02-30',
  'é',
  '\r\nset-cookie: a=b',
  'a'.repeat(5_000),
];
const nastyNumbers: readonly number[] = [
  -1,
  0,
  -0,
  1.5,
  32_768,
  2_147_483_648,
  4_294_967_296,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 63,
  1e21,
  1e308,
  -1e308,
  5e-324,
];

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Any JSON value, mostly unfit for where it is put. */
export const nastyValue: Any = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...nastyText) },
  { weight: 3, arbitrary: fc.constantFrom(...nastyNumbers) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { length: 1e9 }) },
  { weight: 1, arbitrary: fc.constantFrom(200, 2_000).map(deep) },
  { weight: 1, arbitrary: fc.constant(Array.from({ length: 3_000 }, () => 'a')) },
  {
    weight: 1,
    arbitrary: fc.constant(JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

function pooled(name: string, pools: Pools): readonly string[] {
  const wanted = name.replace(/s$/, '').toLowerCase();
  for (const [key, values] of pools) {
    if (wanted === key.toLowerCase() || (/(Id|No|Code)$/.test(key) && wanted.endsWith(key.toLowerCase())))
      return values;
  }
  return [];
}

const isoTime = fc
  .date({ min: new Date('1950-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

const formats: Readonly<Record<string, Any>> = {
  uuid: fc.uuid(),
  'date-time': isoTime,
  date: isoTime.map((text) => text.slice(0, 10)),
  email: fc.integer({ min: 1, max: 1e6 }).map((n) => `fuzz${n}@example.com`),
  uri: fc.constantFrom('https://example.com/a?b=c', 'http://127.0.0.1/', 'https://例子.测试/'),
};

interface StringSchema {
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

function ofString(schema: JsonSchema, known: readonly string[]): Any {
  const { format, pattern, minLength = 0, maxLength } = schema as StringSchema;
  const real: Any[] = known.length > 0 ? [fc.constantFrom(...known)] : [];
  const [least, most] = [minLength, Math.min(maxLength ?? 40, Math.max(40, minLength + 5))];
  const fitting = (): Any => {
    const form = format === undefined ? undefined : formats[format];
    if (form) return form;
    if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
    const text = fc.string({ unit: 'grapheme', minLength: least, maxLength: most });
    const odd = nastyText.filter(({ length }) => length >= least && length <= (maxLength ?? 6_000));
    return odd.length > 0
      ? fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: fc.constantFrom(...odd) })
      : text;
  };
  return fc.oneof(...real, fitting());
}

function ofNumber(schema: JsonSchema, known: readonly string[], whole: boolean): Any {
  const bound = (keyword: string): number | undefined => schema[keyword] as number | undefined;
  const least = Math.max(bound('minimum') ?? -1e15, (bound('exclusiveMinimum') ?? -1e15) + (whole ? 1 : 1e-6));
  const most = Math.min(bound('maximum') ?? 9_007_199_254_740_991, (bound('exclusiveMaximum') ?? 1e300) - 1);
  const min = Math.max(least, -9_007_199_254_740_991);
  const numbers: Any[] = [
    fc.constantFrom(...[min, most, 0, 1, 2, 7, 100].filter((n) => n >= min && n <= most)),
    whole
      ? fc.integer({ min: Math.max(min, -2e9), max: Math.min(most, 2e9) })
      : fc.double({ min, max: most, noNaN: true }),
  ];
  const real = known.map(Number).filter((n) => Number.isSafeInteger(n));
  return fc.oneof(...(real.length > 0 ? [{ weight: 3, arbitrary: fc.constantFrom(...real) }] : []), ...numbers);
}

function ofObject(schema: JsonSchema, context: Context): Any {
  const {
    properties = {},
    required = [],
    additionalProperties,
    propertyNames,
  } = schema as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
    additionalProperties?: JsonSchema | boolean;
    propertyNames?: JsonSchema;
  };
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, arbitrary(property, { ...context, name })]),
  );
  const record = fc.record(fields, { requiredKeys: Object.keys(fields).filter((name) => required.includes(name)) });
  if (typeof additionalProperties !== 'object' || Object.keys(fields).length > 0) return record;
  const keys = propertyNames
    ? (arbitrary(propertyNames, { ...context, name: 'key' }) as fc.Arbitrary<string>)
    : fc.string({ maxLength: 10 });
  return fc.dictionary(keys.map(String), arbitrary(additionalProperties, { ...context, name: 'value' }), {
    maxKeys: 4,
  });
}

interface Context {
  readonly root: JsonSchema;
  readonly pools: Pools;
  readonly name: string;
  readonly depth: number;
}

function referred(root: JsonSchema, reference: string): JsonSchema {
  let at: unknown = root;
  for (const step of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) at = (at as JsonSchema)[step];
  return at as JsonSchema;
}

function arbitrary(schema: JsonSchema, before: Context): Any {
  const context = { ...before, depth: before.depth + 1 };
  const { root, pools, name } = context;
  if (typeof schema['$ref'] === 'string') return arbitrary(referred(root, schema['$ref']), context);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const choices = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined;
  if (choices) {
    const flat = choices.filter((choice) => context.depth < deepest || !('$ref' in choice || isNest(choice)));
    return fc.oneof(...(flat.length > 0 ? flat : choices.slice(0, 1)).map((choice) => arbitrary(choice, context)));
  }
  if (Array.isArray(schema['allOf'])) {
    return fc
      .tuple(...(schema['allOf'] as JsonSchema[]).map((part) => arbitrary(part, context)))
      .map((parts) => Object.assign({}, ...parts) as unknown);
  }
  const known = pooled(name, pools);
  const type = Array.isArray(schema['type']) ? (schema['type'] as string[])[0] : schema['type'];
  switch (type) {
    case 'string':
      return ofString(schema, known);
    case 'integer':
    case 'number':
      return ofNumber(schema, known, type === 'integer');
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const tuple = schema['prefixItems'] as JsonSchema[] | undefined;
      if (tuple) return fc.tuple(...tuple.map((item) => arbitrary(item, context)));
      const min = Number(schema['minItems'] ?? 0);
      if (context.depth > 12) return fc.constant([]);
      return fc.array(arbitrary((schema['items'] ?? {}) as JsonSchema, context), {
        minLength: min,
        maxLength: Math.max(min, Math.min(Number(schema['maxItems'] ?? 4), context.depth > deepest ? 1 : 4)),
      });
    }
    case 'object':
      return ofObject(schema, context);
    default:
      return fc.oneof(
        known.length > 0 ? fc.constantFrom(...known) : fc.jsonValue({ maxDepth: 2 }),
        fc.jsonValue({ maxDepth: 2 }),
      );
  }
}

function isNest(schema: JsonSchema): boolean {
  return schema['type'] === 'array' || JSON.stringify(schema).includes('"$ref"');
}

/** Values that the schema allows; fields named like a pool are real every other time. */
export function fittingValue(schema: JsonSchema, pools: Pools, name = ''): Any {
  return arbitrary(schema, { root: schema, pools, name, depth: 0 });
}

/** The places of a JSON value, the value itself included; not those that a nasty value nests deeply. */
function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const below =
    typeof value === 'object' && value !== null && path.length < 8
      ? Object.entries(value).flatMap(([key, child]) => places(child, [...path, key]))
      : [];
  return [path, ...below];
}

function changed(value: unknown, path: readonly (string | number)[], change: (old: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  const copy: Record<string, unknown> = Array.isArray(value)
    ? ([...(value as unknown[])] as unknown as Record<string, unknown>)
    : { ...(value as Record<string, unknown>) };
  const next = changed(copy[key], rest, change);
  if (next === omit) {
    if (Array.isArray(copy)) (copy as unknown[]).splice(Number(key), 1);
    else delete copy[key];
  } else copy[key] = next;
  return copy;
}
const omit = Symbol('omit');

/** A fitting value with one or two places spoilt: another type, a nasty value, a missing or an unknown field. */
export function spoiltValue(schema: JsonSchema, pools: Pools): Any {
  return fc
    .tuple(
      fittingValue(schema, pools),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom('replace', 'replace', 'omit', 'add'), nastyValue), {
        minLength: 1,
        maxLength: 2,
      }),
    )
    .map(([value, changes]) => {
      let spoilt: unknown = value;
      for (const [where, how, nasty] of changes) {
        const all = places(spoilt);
        const path = all[where % all.length] ?? [];
        spoilt = changed(spoilt, path, (old) => {
          if (how === 'omit' && path.length > 0) return omit;
          if (how === 'add' && typeof old === 'object' && old !== null && !Array.isArray(old))
            return { ...old, tenant_id: 2, tenantId: 2, extra: nasty };
          return nasty;
        });
      }
      return spoilt;
    });
}
