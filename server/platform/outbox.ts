import type { Tx } from '#platform/database';
import type { EventType, IdentifierRef } from '#platform/log/event';
import type { Services } from '#platform/services';

/** A business fact a module announces, in the transaction of the change. */
export interface NewEvent {
  readonly tenantId: number;
  /** Name from the event catalogue in Title Case, e.g. `Order Paid`. */
  readonly name: string;
  /** Stable for the fact, e.g. `order-paid:<orderId>`: announced twice within seven days, it counts once. */
  readonly messageId: string;
  readonly occurredAt: Date;
  readonly customerId?: number | null | undefined;
  /** Only when the customer is not known; sealed at rest, so `ctx.services` must be there. */
  readonly identifiers?: readonly IdentifierRef[] | undefined;
  /** snake_case, money as `…_fen`, no names, phones or addresses. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** `track` when absent. */
  readonly type?: EventType | undefined;
}

/** The announcement as stored; the reader adds tenant, source 0 and the time of the commit's row. */
export type StoredFact = Pick<NewEvent, 'name' | 'messageId' | 'properties'> & {
  readonly type: EventType;
  readonly occurredAt: number;
  readonly customerId?: number;
  readonly identifiers?: readonly IdentifierRef[];
};

interface EmitContext {
  readonly tx: Tx;
  readonly services?: Pick<Services, 'vaults'>;
}

/** Announces facts to every subscriber of the log; they exist if and only if the transaction commits. One statement for all. */
export async function emit(ctx: EmitContext, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const bodies: Buffer[] = [];
  for (const event of events) {
    refuseNameless(event);
    const text = Buffer.from(JSON.stringify(toStored(event)), 'utf8');
    bodies.push(event.identifiers && event.identifiers.length > 0 ? await seal(ctx, text) : text);
  }
  await ctx.tx.execute(`insert into log.outbox (tenant_id, body) select * from unnest($1::int[], $2::bytea[])`, [
    events.map((event) => event.tenantId),
    bodies,
  ]);
}

function refuseNameless({ name, messageId, occurredAt }: NewEvent): void {
  if (name === '' || messageId === '' || messageId.length > 300 || Number.isNaN(occurredAt.getTime())) {
    throw new RangeError(`an event needs a name, a message id of 1 to 300 characters and a time: ${name} ${messageId}`);
  }
}

function toStored({
  name,
  messageId,
  occurredAt,
  customerId,
  identifiers,
  properties,
  type = 'track',
}: NewEvent): StoredFact {
  return {
    name,
    messageId,
    type,
    occurredAt: occurredAt.getTime(),
    ...(customerId === undefined || customerId === null ? {} : { customerId }),
    ...(identifiers && identifiers.length > 0 ? { identifiers } : {}),
    properties,
  };
}

async function seal({ tx, services }: EmitContext, text: Buffer): Promise<Buffer> {
  if (!services) throw new TypeError('an event with identifiers is sealed: emit needs ctx.services');
  return (await services.vaults.forInstallation(tx)).seal(text);
}
