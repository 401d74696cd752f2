import type { Context } from '#platform/context';

/** What became of a node's messages that could not leave at once. */
export interface NodeSends {
  readonly nodeId: string;
  /** Not sent yet: held until quiet hours end, or waiting for their turn. */
  readonly waiting: number;
  /** When quiet hours let the first of them go; null when none is held. */
  readonly waitingUntil: Date | null;
  readonly failed: number;
}

/** How many messages of a journey have not left yet, or never will, by node. */
export async function journeySends(ctx: Context, journeyId: string): Promise<NodeSends[]> {
  return ctx.tx.query<NodeSends>(
    `select node_id as "nodeId", (count(*) filter (where state in ('reserved', 'sending')))::int as waiting,
            min(not_before) filter (where state = 'reserved' and not_before > $3) as "waitingUntil",
            (count(*) filter (where state in ('failed', 'unknown')))::int as failed
       from messaging.sends
      where tenant_id = $1 and journey_id = $2 and node_id is not null and state in ('reserved', 'sending', 'failed', 'unknown')
      group by node_id order by node_id`,
    [ctx.tenantId, journeyId, ctx.now],
  );
}
