import * as z from 'zod';

import type { ServedEndpoint } from '#platform/route';

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'requestId'],
      properties: {
        code: { type: 'string', description: 'Stable machine-readable reason, e.g. `not_permitted`.' },
        message: { type: 'string', description: 'One English sentence that says what to do.' },
        details: { type: 'object', additionalProperties: true },
        requestId: { type: 'string' },
      },
    },
  },
};

const errors: Readonly<Record<string, string>> = {
  '400': 'The request does not match the contract.',
  '401': 'Nobody is signed in.',
  '403': 'The role lacks the permission.',
  '404': 'It does not exist, or not for this caller.',
  '409': 'It conflicts with the present state.',
  '422': 'A rule of the business refuses it.',
  '429': 'Too many requests; see Retry-After.',
  '503': 'Overloaded or restarting; see Retry-After.',
};

type JsonSchema = Record<string, unknown>;

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: describeDates,
  }) as JsonSchema;
  return rest;
}

/** Dates travel as ISO 8601 text; zod alone has no JSON form for them. */
function describeDates({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  if (zodSchema._zod.def.type !== 'date') return;
  jsonSchema['type'] = 'string';
  jsonSchema['format'] = 'date-time';
}

function parameters(schema: z.ZodObject | undefined, place: 'path' | 'query'): JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function operation({ endpoint, access }: ServedEndpoint): JsonSchema {
  const tag = endpoint.path.split('/')[2] ?? 'platform';
  return {
    operationId: `${endpoint.method.toLowerCase()}${endpoint.path.replaceAll(/[^a-z0-9]+(.)?/gi, (_all, next?: string) => (next ?? '').toUpperCase())}`,
    summary: endpoint.summary,
    tags: [tag],
    security: access.audience === 'public' || access.audience === 'shopper' ? [] : [{ [access.audience]: [] }],
    ...(access.audience === 'staff' ? { 'x-permission': access.permission } : {}),
    parameters: [
      ...parameters(endpoint.params, 'path'),
      ...parameters(endpoint.query, 'query'),
      ...(endpoint.method === 'GET'
        ? []
        : [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } }]),
    ],
    ...(endpoint.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } },
          },
        }
      : {}),
    responses: {
      '200': {
        description: 'Done.',
        content: { 'application/json': { schema: schemaOf(endpoint.response, 'output') } },
      },
      ...Object.fromEntries(
        Object.entries(errors).map(([status, description]) => [
          status,
          { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
        ]),
      ),
    },
  };
}

/** The OpenAPI 3.1 description of everything that is served, produced from the same contracts that check the traffic. */
export function openApiDocument(served: readonly ServedEndpoint[], version: string): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const one of served.toSorted((a, b) => a.endpoint.path.localeCompare(b.endpoint.path))) {
    const path = one.endpoint.path.replaceAll(/:([A-Za-z]\w*)/g, '{$1}');
    (paths[path] ??= {})[one.endpoint.method.toLowerCase()] = operation(one);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Shuke 熟客 API',
      version,
      description: 'Every endpoint of the product. Errors share one shape; writes accept an Idempotency-Key.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: {
        staff: { type: 'apiKey', in: 'cookie', name: 'shuke_session' },
        customer: { type: 'apiKey', in: 'cookie', name: 'shuke_customer' },
      },
    },
  };
}

/** The readable page over `/openapi.json`. */
export const apiReferencePage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shuke API reference</title><link rel="stylesheet" href="/api-reference/swagger-ui.css"></head>
<body style="margin:0"><div id="reference"></div><script src="/api-reference/swagger-ui-bundle.js"></script>
<script src="/api-reference/start.js"></script></body></html>`;

export const apiReferenceStart = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', deepLinking: true, docExpansion: 'none', tryItOutEnabled: true });`;
