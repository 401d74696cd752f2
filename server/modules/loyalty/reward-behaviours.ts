import { createHash } from 'node:crypto';

import type { ResolvedEvent } from '#platform/log/event';

import { grantPoints } from './grant-points.ts';
import type { PointsGrant } from './grant-points.ts';
import type { LoyaltyContext, Running } from './running.ts';

/** Events a behaviour rule may reward. */
export const rewardableEvents = [
  'Checked In',
  'Order Reviewed',
  'Form Submitted',
  'Share Created',
  'Content Liked',
  'Content Commented',
  'Account Followed',
  'Live Room Interacted',
  'Contact Added',
  'Message Replied',
  'Customer Identified',
] as const;

interface Candidate {
  readonly rule: string;
  readonly points: number;
  readonly perDay: number | null;
  readonly perLife: number | null;
  readonly event: ResolvedEvent;
  readonly customerId: number;
  readonly dayOn: string;
}

/** Gives points for behaviour within each rule's caps per day (of the brand) and per life, however many events one batch brings. */
export async function rewardBehaviours(
  ctx: LoyaltyContext,
  running: Running,
  events: readonly ResolvedEvent[],
): Promise<void> {
  const rules = running.points?.rules.behaviours ?? [];
  const candidates = events.flatMap((event) =>
    rules.filter((rule) => rule.event === event.name).flatMap((rule) => candidate(rule, event, running.zone)),
  );
  if (candidates.length === 0) return;
  const given = await readCounts(ctx, candidates);
  const granted: Candidate[] = [];
  for (const one of candidates) {
    const [day, life] = [`${one.customerId}/${one.rule}/${one.dayOn}`, `${one.customerId}/${one.rule}`];
    const [today, ever] = [given.get(day) ?? 0, given.get(life) ?? 0];
    if ((one.perDay !== null && today >= one.perDay) || (one.perLife !== null && ever >= one.perLife)) continue;
    given.set(day, today + 1).set(life, ever + 1);
    granted.push(one);
  }
  await grantPoints(ctx, granted.map(toGrant), running);
  await countDays(ctx, granted);
}

function candidate(
  rule: { code: string; points: number; perDay: number | null; perLife: number | null },
  event: ResolvedEvent,
  zone: string,
): Candidate[] {
  if (event.resolvedCustomerId === null) return [];
  const dayOn = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(event.occurredAt);
  const { code, points, perDay, perLife } = rule;
  return [{ rule: code, points, perDay, perLife, event, customerId: event.resolvedCustomerId, dayOn }];
}

function toGrant({ rule, points, event, customerId }: Candidate): PointsGrant {
  const mark = createHash('sha256').update(`${event.sourceId}\n${event.messageId}`).digest('hex').slice(0, 32);
  return {
    key: `behaviour:${rule}:${mark}`,
    customerId,
    originCustomerId: event.originCustomerId ?? undefined,
    points,
    reason: 'points.behaviour',
    reference: `behaviour:${rule}`,
  };
}

async function readCounts(ctx: LoyaltyContext, candidates: readonly Candidate[]): Promise<Map<string, number>> {
  const rows = await ctx.tx.query<{ customer_id: number; rule: string; day_on: string; times: number }>(
    `select customer_id, rule, day_on, times from loyalty.behaviour_days where tenant_id = $1 and customer_id = any($2) and rule = any($3)`,
    [ctx.tenantId, candidates.map(({ customerId }) => customerId), candidates.map(({ rule }) => rule)],
  );
  const counts = new Map<string, number>();
  for (const { customer_id: customerId, rule, day_on: dayOn, times } of rows) {
    counts.set(`${customerId}/${rule}/${dayOn}`, times);
    counts.set(`${customerId}/${rule}`, (counts.get(`${customerId}/${rule}`) ?? 0) + times);
  }
  return counts;
}

async function countDays(ctx: LoyaltyContext, granted: readonly Candidate[]): Promise<void> {
  const days = Map.groupBy(granted, ({ customerId, rule, dayOn }) => `${customerId}/${rule}/${dayOn}`);
  const rows = [...days.values()].flatMap((same) => (same[0] ? [{ ...same[0], times: same.length }] : []));
  await ctx.tx.execute(
    `insert into loyalty.behaviour_days as d (tenant_id, customer_id, rule, day_on, times)
     select $1, * from unnest($2::bigint[], $3::text[], $4::date[], $5::int[])
     on conflict (tenant_id, customer_id, rule, day_on) do update set times = d.times + excluded.times`,
    [
      ctx.tenantId,
      rows.map((row) => row.customerId),
      rows.map((row) => row.rule),
      rows.map((row) => row.dayOn),
      rows.map((row) => row.times),
    ],
  );
}
