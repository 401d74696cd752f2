import type * as z from 'zod';

import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { fromBody } from '#platform/log/body';
import { maskText, scrub } from '#platform/personal-data';

import type { listDeadLetters as contract } from './contract.ts';
import { deadLetterColumns, hasStatus, toDeadLetter } from './dead-letter.ts';
import type { DeadLetter, DeadLetterRow } from './dead-letter.ts';

/** Dead letters of the tenant, newest first: their ids are ordered by time. */
export async function listDeadLetters(ctx: Context, query: z.output<typeof contract.query>) {
  const { status = null, subscriber = null, sourceId = null, cursor, limit } = query;
  const where = `l.tenant_id = $1 and ${hasStatus('$2')} and ($3::text is null or l.subscriber = $3) and ($4::int is null or l.source_id = $4)`;
  const values = [ctx.tenantId, status, subscriber, sourceId];
  const rows = await ctx.tx.query<DeadLetterRow>(
    `select ${deadLetterColumns} from log.dead_letters l
       left join collect.sources s on s.tenant_id = l.tenant_id and s.source_id = l.source_id
      where ${where} and ($5::uuid is null or l.dead_letter_id < $5)
      order by l.dead_letter_id desc limit $6`,
    [...values, cursor ?? null, limit + 1],
  );
  const [count] = await ctx.tx.query<{ total: number }>(
    `select count(*)::int as total from (select from log.dead_letters l where ${where} limit 10000) c`,
    values,
  );
  const items = rows.slice(0, limit).map(toDeadLetter);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last?.deadLetterId ?? null, total: count?.total ?? 0 };
}

/** One letter with what it holds: personal data masked or left out. */
export async function readDeadLetter(
  ctx: Context,
  deadLetterId: string,
): Promise<{ letter: DeadLetter; content: unknown }> {
  const [row] = await ctx.tx.query<DeadLetterRow & { body: Buffer }>(
    `select ${deadLetterColumns}, l.body from log.dead_letters l
       left join collect.sources s on s.tenant_id = l.tenant_id and s.source_id = l.source_id
      where l.tenant_id = $1 and l.dead_letter_id = $2`,
    [ctx.tenantId, deadLetterId],
  );
  if (!row) throw new NotFound('The dead letter');
  const sealer = await ctx.services.vaults.forInstallation(ctx.tx);
  const { content } = scrub({ content: withoutIdentifiers(await fromBody(sealer, row.body)) }).properties;
  return { letter: toDeadLetter(row), content: content ?? null };
}

/** Values of identifiers are personal whatever they look like. */
function withoutIdentifiers(content: unknown): unknown {
  if (typeof content === 'string') return maskText(content);
  if (Array.isArray(content)) return content.map(withoutIdentifiers);
  if (typeof content !== 'object' || content === null) return content;
  return Object.fromEntries(
    Object.entries(content)
      .filter(([key]) => !/^(identifiers|externalIds|traits|userId|anonymousId|previousId|ip)$/.test(key))
      .map(([key, value]) => [key, withoutIdentifiers(value)]),
  );
}
