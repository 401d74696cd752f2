import type { Context } from '#platform/context';
import type { Tx } from '#platform/database';
import { newId } from '#platform/ids';
import { emit } from '#platform/outbox';

/** A person agrees to a purpose, or takes it back. */
export interface ConsentGiven {
  readonly customerId: number;
  /** `marketing`, `profiling`, `sensitive`, `third_party` … */
  readonly purpose: string;
  /** One message channel, or '' for all. */
  readonly channel?: string | undefined;
  readonly isGranted: boolean;
  readonly policyVersion: string;
  /** Where it was given, e.g. `mall.checkout`. */
  readonly source: string;
  readonly givenAt?: Date | undefined;
}

/** What is in force for one customer, purpose and channel. */
export interface Consent {
  readonly purpose: string;
  readonly channel: string;
  readonly isGranted: boolean;
  readonly policyVersion: string;
  readonly source: string;
  readonly givenAt: Date;
}

/** Writes consents given or withdrawn; nothing is ever overwritten. */
export async function recordConsents(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'now'>,
  consents: readonly ConsentGiven[],
): Promise<void> {
  if (consents.length === 0) return;
  await ctx.tx.execute(
    `insert into customers.consents (tenant_id, consent_id, origin_customer_id, customer_id, purpose, channel, is_granted, policy_version,
                                     source, given_at)
     select $1, n.id, n.customer, coalesce(i.customer_id, n.customer), n.purpose, n.channel, n.granted, n.version, n.source, n.at
       from unnest($2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::text[], $9::timestamptz[])
            n(id, customer, purpose, channel, granted, version, source, at)
       left join customers.identifiers i on i.tenant_id = $1 and i.identifier_id = n.customer`,
    [
      ctx.tenantId,
      consents.map(() => newId()),
      consents.map(({ customerId }) => customerId),
      consents.map(({ purpose }) => purpose),
      consents.map(({ channel = '' }) => channel),
      consents.map(({ isGranted }) => isGranted),
      consents.map(({ policyVersion }) => policyVersion),
      consents.map(({ source }) => source),
      consents.map(({ givenAt = ctx.now }) => givenAt),
    ],
  );
  await emit(
    ctx,
    consents.map(({ customerId, purpose, channel = '', isGranted, policyVersion, givenAt = ctx.now }) => ({
      tenantId: ctx.tenantId,
      name: isGranted ? 'Consent Given' : 'Consent Withdrawn',
      messageId: `consent:${customerId}:${purpose}:${channel}:${givenAt.getTime()}`,
      occurredAt: givenAt,
      customerId,
      properties: { purpose, message_channel: channel, policy_version: policyVersion },
    })),
  );
}

/**
 * The consents in force of each customer. Every identity of a person counts with its newest word; where they differ, the most
 * restrictive one holds, so a merge never turns a no into a yes.
 */
export async function consentsOf(
  ctx: { readonly tx: Tx; readonly tenantId: number },
  customerIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Consent[]>> {
  const rows = await ctx.tx.query<Consent & { customerId: number }>(
    `select distinct on (customer_id, purpose, channel) customer_id as "customerId", purpose, channel, is_granted as "isGranted",
            policy_version as "policyVersion", source, given_at as "givenAt"
       from (select distinct on (c.origin_customer_id, c.purpose, c.channel) c.*
               from customers.consents c where c.tenant_id = $1 and c.customer_id = any ($2::bigint[])
              order by c.origin_customer_id, c.purpose, c.channel, c.given_at desc, c.consent_id desc) newest
      order by customer_id, purpose, channel, is_granted, given_at desc`,
    [ctx.tenantId, customerIds],
  );
  return Map.groupBy(rows, ({ customerId }) => customerId);
}

/** Which of the customers may be addressed for a purpose over a channel: agreed to the channel or to all, and refused neither. */
export async function consentingTo(
  ctx: { readonly tx: Tx; readonly tenantId: number },
  customerIds: readonly number[],
  { purpose, channel }: { purpose: string; channel: string },
): Promise<ReadonlySet<number>> {
  const consents = await consentsOf(ctx, customerIds);
  return new Set(
    customerIds.filter((id) => {
      const said = (consents.get(id) ?? []).filter(
        (consent) => consent.purpose === purpose && (consent.channel === '' || consent.channel === channel),
      );
      return said.length > 0 && said.every(({ isGranted }) => isGranted);
    }),
  );
}
