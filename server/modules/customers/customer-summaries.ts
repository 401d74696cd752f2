import type { Context } from '#platform/context';
import { maskName, maskPhone } from '#platform/personal-data';

import { valuePlace } from './identifier-value.ts';
import { readGoldenTraits } from './traits.ts';

/** A customer in one line of a list; names and phones masked. */
export interface CustomerSummary {
  readonly customerId: number;
  readonly customerNo: number;
  readonly isKnown: boolean;
  /** The masked name or nickname, else the masked phone, else the customer's number. */
  readonly displayName: string;
  readonly phone: string | null;
  readonly storeId: number | null;
  readonly tierCode: string | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly ordersCount: number;
  readonly spendMinor: number;
  readonly spendCurrency: string;
  readonly lastOrderAt: Date | null;
}

type Row = Omit<CustomerSummary, 'displayName' | 'phone'>;

/** The customers of these ids the caller may see, in the order asked; absorbed ones are left out. Three statements for any number. */
export async function customerSummaries(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  customerIds: readonly number[],
): Promise<CustomerSummary[]> {
  if (customerIds.length === 0) return [];
  const rows = await ctx.tx.query<Row>(
    `select c.customer_id as "customerId", c.customer_no as "customerNo", c.is_known as "isKnown", c.store_id as "storeId",
            c.tier_code as "tierCode", c.first_seen_at as "firstSeenAt", c.last_seen_at as "lastSeenAt", c.orders_count as "ordersCount",
            c.spend_minor as "spendMinor", c.spend_currency as "spendCurrency", c.last_order_at as "lastOrderAt"
       from unnest($2::bigint[]) with ordinality n(id, place)
       join customers.people c on c.tenant_id = $1 and c.customer_id = n.id
      order by n.place`,
    [ctx.tenantId, customerIds],
  );
  const seen = rows.map(({ customerId }) => customerId);
  const names = await displayNames(ctx, seen);
  const phones = await maskedPhones(ctx, seen);
  return rows.map((row) => {
    const phone = phones.get(row.customerId) ?? null;
    return { ...row, phone, displayName: names.get(row.customerId) ?? phone ?? `#${row.customerNo}` };
  });
}

async function displayNames(
  { tx, tenantId, services }: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  customerIds: readonly number[],
): Promise<Map<number, string>> {
  const vault = await services.vaults.forTenant(tx, tenantId);
  const traits = await readGoldenTraits(tx, vault, customerIds, ['name', 'nickname']);
  // `name` sorts before `nickname`: the first one found stays.
  const names = new Map<number, string>();
  for (const { customerId, value } of traits) {
    if (!names.has(customerId) && typeof value === 'string') names.set(customerId, maskName(value));
  }
  return names;
}

/** The masked phone each customer used last. */
async function maskedPhones(
  { tx, tenantId, services }: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  customerIds: readonly number[],
): Promise<Map<number, string>> {
  const vault = await services.vaults.forTenant(tx, tenantId);
  const rows = await tx.query<{ customerId: number; id: number; cipher: Buffer }>(
    `select distinct on (i.customer_id) i.customer_id as "customerId", i.identifier_id as id, i.value_cipher as cipher
       from customers.identifiers i
      where i.tenant_id = $1 and i.customer_id = any ($2::bigint[]) and i.kind = 'phone' and i.state <> 'blocked'
      order by i.customer_id, i.last_on desc, i.identifier_id`,
    [tenantId, customerIds],
  );
  return new Map(
    rows.map(({ customerId, id, cipher }) => [customerId, maskPhone(vault.decrypt(valuePlace(id), cipher))]),
  );
}
