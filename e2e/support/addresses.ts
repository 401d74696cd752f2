import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { APIRequestContext } from 'playwright-core';

const repository = resolve(import.meta.dirname, '../..');

/** Where an example for a parameter of a console page comes from: a list and the field that holds the id. */
const examples: Readonly<Record<string, readonly [list: string, field: string]>> = {
  accountId: ['/api/ledger/accounts', 'accountId'],
  customerId: ['/api/customers', 'customerId'],
  importId: ['/api/imports', 'importId'],
  journeyId: ['/api/journeys', 'journeyId'],
  orderId: ['/api/orders', 'orderId'],
  planId: ['/api/settlement/plans', 'planId'],
  productId: ['/api/mall/products', 'productId'],
  promotionId: ['/api/shop/promotions', 'promotionId'],
  segmentId: ['/api/segments', 'segmentId'],
  sourceId: ['/api/collect/sources', 'sourceId'],
  staffId: ['/api/org/staff', 'staffId'],
  statementId: ['/api/settlement/statements', 'statementId'],
  templateId: ['/api/coupons/templates', 'templateId'],
};

/** The id of the first thing in a list; null while the list is empty. */
export async function exampleOf(request: APIRequestContext, parameter: string): Promise<string | number | null> {
  const [list, field] = examples[parameter] ?? [];
  if (list === undefined || field === undefined) throw new Error(`no example is known for :${parameter}`);
  const reply = await request.get(list);
  if (!reply.ok()) throw new Error(`${list}: ${reply.status()} ${await reply.text()}`);
  const { items } = (await reply.json()) as { items: Record<string, string | number>[] };
  return items[0]?.[field] ?? null;
}

/** Paths of all pages of the console, as its features declare them. */
export function consolePaths(): string[] {
  const sources = globSync('console/src/features/*/routes.tsx', { cwd: repository });
  const paths = sources.flatMap((source) => {
    const text = readFileSync(resolve(repository, source), 'utf8');
    return [...text.slice(text.indexOf('routes:')).matchAll(/\bpath: '([\w/:-]+)'/g)].map(([, path]) => path ?? '');
  });
  return ['', ...new Set(paths)].toSorted();
}

/** Names of all pages of the mall, as its configuration lists them. */
export function mallPages(): string[] {
  const text = readFileSync(resolve(repository, 'mall/src/app.config.ts'), 'utf8');
  return [...new Set([...text.matchAll(/'(pages\/[\w-]+\/index)'/g)].map(([, page]) => page ?? ''))];
}
