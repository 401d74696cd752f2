import { requireCustomer } from '#customers';
import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { emit } from '#platform/outbox';

import { TagCodeTaken, TagIsComputed } from './errors.ts';

interface TagRow {
  tagId: number;
  code: string;
  name: string;
  groupName: string;
  description: string;
  color: string;
  kind: 'manual' | 'rfm';
  customers: number;
}

/** All tags with how many customers carry each, by group and name. */
export async function listTags(ctx: Context): Promise<TagRow[]> {
  return ctx.tx.query<TagRow>(
    `select t.tag_id as "tagId", t.code, t.name, t.group_name as "groupName", t.description, t.color, t.kind,
            (select count(distinct c.customer_id)::int from tags.customer_tags c where c.tenant_id = t.tenant_id and c.tag_id = t.tag_id) as customers
       from tags.tags t where t.tenant_id = $1 and t.archived_at is null order by t.group_name, t.name`,
    [ctx.tenantId],
  );
}

/** Adds a manual tag; its code is made from the number when none is given. */
export async function createTag(
  ctx: Context,
  tag: { code?: string | undefined; name: string; groupName: string; description: string; color: string },
): Promise<number> {
  // Numbers are dense per tenant, so two creators take turns.
  await ctx.tx.query(`select pg_advisory_xact_lock(hashtextextended('tags.tag_id', $1))`, [ctx.tenantId]);
  const [made] = await ctx.tx.query<{ tag_id: number }>(
    `insert into tags.tags (tenant_id, tag_id, code, name, group_name, description, color, kind, created_by)
     select $1, n, coalesce($2, 'tag-' || n), $3, $4, $5, $6, 'manual', $7
       from (select coalesce(max(tag_id), 0) + 1 as n from tags.tags where tenant_id = $1) next
     on conflict (tenant_id, code) do nothing returning tag_id`,
    [ctx.tenantId, tag.code ?? null, tag.name, tag.groupName, tag.description, tag.color, actorRef(ctx.actor)],
  );
  if (!made) throw new TagCodeTaken(tag.code ?? '');
  return made.tag_id;
}

async function manualTag(ctx: Context, tagId: number): Promise<string> {
  const [tag] = await ctx.tx.query<{ name: string; kind: string }>(
    `select name, kind from tags.tags where tenant_id = $1 and tag_id = $2 and archived_at is null`,
    [ctx.tenantId, tagId],
  );
  if (!tag) throw new NotFound('tag');
  if (tag.kind !== 'manual') throw new TagIsComputed(tag.name);
  return tag.name;
}

/** Puts a manual tag on customers the caller can see; returns how many got it now. */
export async function addTag(
  ctx: Context,
  tagId: number,
  customerIds: readonly number[],
  source = actorRef(ctx.actor),
): Promise<number> {
  const name = await manualTag(ctx, tagId);
  const added = await ctx.tx.query<{ id: number }>(
    `with come as (
       insert into tags.customer_tags (tenant_id, customer_id, origin_customer_id, tag_id, source)
       select $1, id, id, $2, $4 from unnest($3::bigint[]) id
        where not exists (select from tags.customer_tags c where c.tenant_id = $1 and c.tag_id = $2 and c.customer_id = id)
       on conflict do nothing returning origin_customer_id),
     noted as (
       insert into tags.tag_changes (tenant_id, origin_customer_id, tag_id, added, source)
       select $1, origin_customer_id, $2, true, $4 from come)
     select origin_customer_id as id from come`,
    [ctx.tenantId, tagId, [...new Set(customerIds)], source],
  );
  await announce(
    ctx,
    'Tag Added',
    { tagId, name },
    added.map(({ id }) => id),
  );
  return added.length;
}

/** Takes a manual tag off customers; returns how many lost it. */
export async function removeTag(
  ctx: Context,
  tagId: number,
  customerIds: readonly number[],
  source = actorRef(ctx.actor),
): Promise<number> {
  const name = await manualTag(ctx, tagId);
  const removed = await ctx.tx.query<{ id: number }>(
    `with gone as (
       delete from tags.customer_tags where tenant_id = $1 and tag_id = $2 and customer_id = any($3::bigint[])
       returning customer_id, origin_customer_id),
     noted as (
       insert into tags.tag_changes (tenant_id, origin_customer_id, tag_id, added, source)
       select $1, origin_customer_id, $2, false, $4 from gone)
     select distinct customer_id as id from gone`,
    [ctx.tenantId, tagId, [...customerIds], source],
  );
  await announce(
    ctx,
    'Tag Removed',
    { tagId, name },
    removed.map(({ id }) => id),
  );
  return removed.length;
}

async function announce(
  ctx: Context,
  event: 'Tag Added' | 'Tag Removed',
  tag: { tagId: number; name: string },
  customerIds: readonly number[],
): Promise<void> {
  await emit(
    ctx,
    customerIds.map((customerId) => ({
      tenantId: ctx.tenantId,
      name: event,
      messageId: `${event.toLowerCase().replace(' ', '-')}:${tag.tagId}:${customerId}:${ctx.now.getTime()}`,
      occurredAt: ctx.now,
      customerId,
      properties: { tag_id: tag.tagId, tag: tag.name },
    })),
  );
}

/** One customer's tags and the latest hundred changes. */
export async function tagsOfCustomer(ctx: Context, customerId: number) {
  await requireCustomer(ctx, customerId);
  const tags = await ctx.tx.query<Omit<TagRow, 'customers' | 'description'> & { since: Date; source: string }>(
    `select t.tag_id as "tagId", t.code, t.name, t.group_name as "groupName", t.color, t.kind, min(c.since) as since, min(c.source) as source
       from tags.customer_tags c join tags.tags t using (tenant_id, tag_id)
      where c.tenant_id = $1 and c.customer_id = $2 group by t.tenant_id, t.tag_id order by t.group_name, t.name`,
    [ctx.tenantId, customerId],
  );
  const changes = await ctx.tx.query<{ tagId: number; name: string; added: boolean; at: Date; source: string }>(
    `select h.tag_id as "tagId", t.name, h.added, h.at, h.source
       from tags.tag_changes h join tags.tags t using (tenant_id, tag_id)
      where h.tenant_id = $1 and h.origin_customer_id = $2 order by h.at desc, h.change_id desc limit 100`,
    [ctx.tenantId, customerId],
  );
  return { tags, changes };
}
