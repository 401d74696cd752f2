import type * as z from 'zod';

import { standardEvent, standardEvents } from './catalogue.ts';

type Check = (value: unknown) => string | null;

const checks = new Map(
  standardEvents.map(({ name, properties }) => [
    name,
    Object.entries(properties.shape).map(([property, schema]) => [property, checkOf(schema as z.ZodType)] as const),
  ]),
);

function checkOf(schema: z.ZodType): Check {
  const required = !schema.safeParse(undefined).success;
  return (value) => {
    if (value === undefined || value === null) return required ? 'missing' : null;
    return schema.safeParse(value).success ? null : typeof value;
  };
}

/** How an event departs from its catalogue entry: `amount_fen: string`, `order_id: missing`. Custom events have none to depart from. */
export function driftOf(name: string, properties: Readonly<Record<string, unknown>>): string[] {
  if (!standardEvent(name)) return [];
  return (checks.get(name) ?? []).flatMap(([property, check]) => {
    const problem = check(properties[property]);
    return problem === null ? [] : [`${property}: ${problem}`];
  });
}
