import type { FastifyInstance } from 'fastify';
import * as z from 'zod';

import type { Endpoint } from '#platform/endpoint';

import type { JsonSchema } from './fuzz.ts';

/** A served endpoint with what the API's description says of it. */
export interface Operation {
  readonly method: Endpoint['method'];
  readonly path: string;
  readonly audience: string;
  readonly params: JsonSchema | undefined;
  readonly query: JsonSchema | undefined;
  readonly body: JsonSchema | undefined;
  readonly answer: z.ZodType;
}

interface Described {
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: JsonSchema }[];
  readonly requestBody?: { content: Record<string, { schema: JsonSchema }> };
  readonly responses: { '200': { content: { 'application/json': { schema: JsonSchema } } } };
}

/** Every endpoint that a server has, as its OpenAPI document describes it. */
export async function readOperations(app: FastifyInstance): Promise<Operation[]> {
  const document = (await app.inject({ url: '/openapi.json' })).json<{
    paths: Record<string, Record<string, Described>>;
  }>();
  return app.servedEndpoints.map(({ endpoint, access }) => {
    const described =
      document.paths[endpoint.path.replaceAll(/:([A-Za-z]\w*)/g, '{$1}')]?.[endpoint.method.toLowerCase()];
    if (!described) throw new Error(`${endpoint.path} is not described`);
    return {
      method: endpoint.method,
      path: endpoint.path,
      audience: access.audience,
      params: schemaOf(described, 'path'),
      query: schemaOf(described, 'query'),
      body: described.requestBody?.content['application/json']?.schema,
      answer: z.fromJSONSchema(described.responses['200'].content['application/json'].schema),
    };
  });
}

function schemaOf({ parameters }: Described, place: string): JsonSchema | undefined {
  const named = parameters.filter((parameter) => parameter.in === place);
  if (named.length === 0) return undefined;
  return {
    type: 'object',
    properties: Object.fromEntries(named.map(({ name, schema }) => [name, schema])),
    required: named.filter(({ required }) => required).map(({ name }) => name),
  };
}

/** Well-formed text of a URL: lone surrogates cannot be sent, so they travel as their UTF-8 replacement. */
export function encoded(value: unknown): string {
  return encodeURIComponent((typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed())
    .replaceAll('.', '%2E')
    .slice(0, 1_500);
}

/** The address of a request with these path parameters and this query. */
export function urlOf({ path }: Pick<Operation, 'path'>, params: unknown, query: unknown): string {
  const values = (params ?? {}) as Record<string, unknown>;
  const filled = path.replaceAll(/:(\w+)/g, (_all, name: string) => encoded(values[name]) || '0');
  const search = Object.entries((query ?? {}) as Record<string, unknown>).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encoded(name)}=${encoded(one)}`),
  );
  return search.length > 0 ? `${filled}?${search.join('&')}` : filled;
}
