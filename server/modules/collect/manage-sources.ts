import type * as z from 'zod';

import { audit } from '#platform/audit';
import type { Context } from '#platform/context';
import { InvalidInput, NotFound } from '#platform/errors';

import type { changeSource as changeContract, createSource as createContract, SourceView } from './contract.ts';
import { newWriteKey, writeKeyHash, writeKeyHint } from './source.ts';
import type { SourceKind } from './source.ts';

export type Source = z.output<typeof SourceView>;
export interface SourceAndKey {
  readonly source: Source;
  readonly writeKey: string;
}

interface Row {
  readonly source_id: number;
  readonly name: string;
  readonly kind: SourceKind;
  readonly enabled: boolean;
  readonly trusted: boolean;
  readonly write_key_hint: string;
  readonly previous_key_until: Date | null;
  readonly allowed_origins: string[];
  readonly events_per_s: number;
  readonly created_at: Date;
  readonly events: number;
  readonly last_event_at: Date | null;
  readonly open_dead_letters: number;
}

const select = `
  select s.source_id, s.name, s.kind, s.enabled, s.trusted, s.write_key_hint, s.previous_key_until, s.allowed_origins, s.events_per_s,
         s.created_at, coalesce(e.events, 0)::bigint as events, e.last_event_at, coalesce(d.letters, 0)::int as open_dead_letters
    from collect.sources s
    left join lateral (select sum(n.events) as events, max(n.last_at) as last_event_at from collect.event_names n
                        where n.tenant_id = s.tenant_id and n.source_id = s.source_id) e on true
    left join lateral (select count(*) as letters from log.dead_letters l
                        where l.tenant_id = s.tenant_id and l.source_id = s.source_id and l.replayed_at is null) d on true
   where s.tenant_id = $1`;

function toView(row: Row): Source {
  return {
    sourceId: row.source_id,
    name: row.name,
    kind: row.kind,
    enabled: row.enabled,
    trusted: row.trusted,
    writeKeyHint: row.write_key_hint,
    previousKeyUntil: row.previous_key_until?.toISOString() ?? null,
    allowedOrigins: row.allowed_origins,
    eventsPerS: row.events_per_s,
    createdAt: row.created_at.toISOString(),
    events: row.events,
    lastEventAt: row.last_event_at?.toISOString() ?? null,
    openDeadLetters: row.open_dead_letters,
  };
}

/** Sources of the tenant, oldest first, after the given one. */
export async function listSources(ctx: Context, { cursor = 0, limit }: { cursor?: number | undefined; limit: number }) {
  const rows = await ctx.tx.query<Row>(`${select} and s.source_id > $2 order by s.source_id limit $3`, [
    ctx.tenantId,
    cursor,
    limit + 1,
  ]);
  const items = rows.slice(0, limit).map(toView);
  return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.sourceId) : null };
}

/** One source; throws NotFound for one of another tenant. */
export async function readSource(ctx: Context, sourceId: number): Promise<Source> {
  const [row] = await ctx.tx.query<Row>(`${select} and s.source_id = $2`, [ctx.tenantId, sourceId]);
  if (!row) throw new NotFound('The source');
  return toView(row);
}

/** Creates a source and its write key, which cannot be read again. */
export async function createSource(ctx: Context, terms: z.output<typeof createContract.body>): Promise<SourceAndKey> {
  refuseTrust(terms.trusted, terms.kind);
  const writeKey = newWriteKey();
  const [row] = await ctx.tx.query<{ source_id: number }>(
    `insert into collect.sources (tenant_id, name, kind, trusted, allowed_origins, events_per_s, write_key_hash, write_key_hint)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning source_id`,
    [
      ctx.tenantId,
      terms.name,
      terms.kind,
      terms.trusted,
      terms.allowedOrigins,
      terms.eventsPerS,
      writeKeyHash(writeKey),
      writeKeyHint(writeKey),
    ],
  );
  const source = await readSource(ctx, row?.source_id ?? 0);
  const { name, kind, trusted } = terms;
  await audit(ctx, {
    action: 'collect.create-source',
    objectType: 'source',
    objectId: String(source.sourceId),
    details: { source_label: name, kind, trusted },
  });
  return { source, writeKey };
}

/** Changes what is given and leaves the rest. */
export async function changeSource(
  ctx: Context,
  sourceId: number,
  change: z.output<typeof changeContract.body>,
): Promise<Source> {
  const before = await readSource(ctx, sourceId);
  refuseTrust(change.trusted === true, before.kind);
  await ctx.tx.execute(
    `update collect.sources
        set name = coalesce($3, name), enabled = coalesce($4, enabled), trusted = coalesce($5, trusted),
            allowed_origins = coalesce($6, allowed_origins), events_per_s = coalesce($7, events_per_s)
      where tenant_id = $1 and source_id = $2`,
    [
      ctx.tenantId,
      sourceId,
      change.name ?? null,
      change.enabled ?? null,
      change.trusted ?? null,
      change.allowedOrigins ?? null,
      change.eventsPerS ?? null,
    ],
  );
  await audit(ctx, {
    action: 'collect.change-source',
    objectType: 'source',
    objectId: String(sourceId),
    details: { change },
  });
  return readSource(ctx, sourceId);
}

/** A new key at once; the one before stays good for some hours, so that deployed trackers can be changed in peace. */
export async function rotateWriteKey(
  ctx: Context,
  sourceId: number,
  { keepOldForHours }: { keepOldForHours: number },
): Promise<SourceAndKey> {
  const writeKey = newWriteKey();
  const changed = await ctx.tx.execute(
    `update collect.sources
        set previous_key_hash = case when $5 > 0 then write_key_hash end,
            previous_key_until = case when $5 > 0 then now() + $5 * interval '1 hour' end,
            write_key_hash = $3, write_key_hint = $4
      where tenant_id = $1 and source_id = $2`,
    [ctx.tenantId, sourceId, writeKeyHash(writeKey), writeKeyHint(writeKey), keepOldForHours],
  );
  if (changed === 0) throw new NotFound('The source');
  await audit(ctx, {
    action: 'collect.rotate-write-key',
    objectType: 'source',
    objectId: String(sourceId),
    details: { keepOldForHours },
  });
  return { source: await readSource(ctx, sourceId), writeKey };
}

/** Anyone can read the key of a tracker; only a server keeps one to itself. */
function refuseTrust(trusted: boolean, kind: SourceKind): void {
  if (!trusted || kind === 'server') return;
  throw new InvalidInput([
    { path: 'body.trusted', message: 'only a server source can be trusted: visitors can read the key of any other' },
  ]);
}
