import type * as z from 'zod';

import type { Context } from '#platform/context';
import { fromBody } from '#platform/log/body';
import type { ResolvedEvent } from '#platform/log/event';
import { eventsPerBatch } from '#platform/log/log-reader';
import { mask, maskText, scrub } from '#platform/personal-data';

import type { RecentEvent } from './contract.ts';
import { driftOf } from './drift.ts';
import { readSource } from './manage-sources.ts';

/** How far back the debugger looks for events of a quiet source among busy ones. */
const mostBatches = 60;
const batchesPerLook = 10;

/** The newest events of a source, newest first, masked; with `after`, those behind that position. */
export async function listRecentEvents(
  ctx: Context,
  sourceId: number,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ items: z.output<typeof RecentEvent>[] }> {
  await readSource(ctx, sourceId);
  const sealer = await ctx.services.vaults.forInstallation(ctx.tx);
  const behind = after === undefined ? -1 : Number(after);
  const items: z.output<typeof RecentEvent>[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (let looked = 0; looked < mostBatches && items.length < limit; looked += batchesPerLook) {
    const rows = await ctx.tx.query<{ n: number; body: Buffer }>(
      `select n, body from log.batches where n < $1 and n >= $2 order by n desc limit $3`,
      [before, Math.floor(Math.max(0, behind) / eventsPerBatch), batchesPerLook],
    );
    for (const { n, body } of rows) {
      before = n;
      const events = await fromBody<ResolvedEvent[]>(sealer, body);
      for (const [index, event] of [...events.entries()].toReversed()) {
        const position = n * eventsPerBatch + index;
        const wanted = event.tenantId === ctx.tenantId && event.sourceId === sourceId && position > behind;
        if (wanted && items.length < limit) items.push(toView(event, position));
      }
    }
    if (rows.length < batchesPerLook) break;
  }
  return { items };
}

function toView(event: ResolvedEvent, position: number): z.output<typeof RecentEvent> {
  const properties = scrub(event.properties);
  const traits = scrub(event.traits ?? {});
  const context = scrub(event.context ?? {});
  return {
    position: String(position),
    name: maskText(event.name),
    type: event.type,
    messageId: maskText(event.messageId),
    occurredAt: new Date(event.occurredAt).toISOString(),
    receivedAt: new Date(event.receivedAt).toISOString(),
    customerId: event.resolvedCustomerId,
    identifiers: event.identifiers.map(({ kind, scope, value }) => ({
      kind,
      scope,
      masked: maskIdentifier(kind, value),
    })),
    properties: { ...traits.properties, ...properties.properties },
    context: context.properties,
    hidden: properties.dropped + traits.dropped + context.dropped,
    drift: driftOf(event.name, event.properties),
  };
}

function maskIdentifier(kind: string, value: string): string {
  return mask(kind === 'phone' || kind === 'email' ? kind : 'identifier', value);
}
