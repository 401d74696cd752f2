/** One property of a JSON Schema as a line of a table. */
export interface SchemaProperty {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(schema: unknown): string {
  if (!isRecord(schema)) return '';
  if (Array.isArray(schema['anyOf'])) return schema['anyOf'].map((one) => typeOf(one)).join(' | ');
  if (Array.isArray(schema['enum'])) return schema['enum'].map((one) => JSON.stringify(one)).join(' | ');
  if (schema['type'] === 'array') return `${typeOf(schema['items'])}[]`;
  return typeof schema['type'] === 'string' ? schema['type'] : '';
}

/** The properties a JSON Schema names, required ones first. */
export function propertiesOf(schema: Readonly<Record<string, unknown>>): SchemaProperty[] {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  return Object.entries(properties)
    .map(([name, property]) => ({ name, type: typeOf(property), required: required.has(name) }))
    .toSorted((one, other) => Number(other.required) - Number(one.required));
}
