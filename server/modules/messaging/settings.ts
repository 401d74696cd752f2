import * as z from 'zod';

import { audit } from '#platform/audit';
import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import type { Tx } from '#platform/database';
import { instantOf, localTime, shiftDay } from '#platform/local-time';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time of day like 21:00');

/** How often and when customers may be addressed. Service messages are exempt from caps and quiet hours. */
export const MessagingSettings = z.object({
  marketingPer7Days: z.int().min(0).max(50).default(1),
  marketingPer30Days: z.int().min(0).max(200).default(3),
  /** Local hours without marketing; a message that falls into them waits until they end. */
  quietHours: z.object({ from: clock, until: clock }).nullable().default({ from: '21:00', until: '08:00' }),
});
export type MessagingSettings = z.output<typeof MessagingSettings>;

/** The tenant's settings, or the defaults. */
export async function readSettings(ctx: { readonly tx: Tx; readonly tenantId: number }): Promise<MessagingSettings> {
  const [row] = await ctx.tx.query<{ content: unknown }>(
    `select content from messaging.settings where tenant_id = $1`,
    [ctx.tenantId],
  );
  return MessagingSettings.parse(row?.content ?? {});
}

/** Changes the tenant's settings; audited with before and after. */
export async function saveSettings(ctx: Context, settings: MessagingSettings): Promise<MessagingSettings> {
  const before = await readSettings(ctx);
  await ctx.tx.execute(
    `insert into messaging.settings (tenant_id, content, updated_by) values ($1, $2, $3)
     on conflict (tenant_id) do update set content = excluded.content, updated_at = now(), updated_by = excluded.updated_by`,
    [ctx.tenantId, JSON.stringify(settings), actorRef(ctx.actor)],
  );
  await audit(ctx, {
    action: 'messaging.change-settings',
    objectType: 'settings',
    objectId: 'messaging',
    details: { before, after: settings },
  });
  return settings;
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** When quiet hours that hold at `now` end, or null when they do not hold; by the clock on the wall of the brand's zone. */
export function quietUntil(now: Date, quietHours: MessagingSettings['quietHours'], zone: string): Date | null {
  if (quietHours === null) return null;
  const { on, minutes } = localTime(now, zone);
  const from = minutesOf(quietHours.from);
  const until = minutesOf(quietHours.until);
  const quiet = from <= until ? minutes >= from && minutes < until : minutes >= from || minutes < until;
  if (!quiet) return null;
  return instantOf({ on: minutes < until ? on : shiftDay(on, 1), minutes: until }, zone);
}
