import type { Tx } from '#platform/database';

import { windowKey } from './condition.ts';
import type { PurchaseFacts, Window } from './condition.ts';

/** An order as it counts today: refunds taken out, excluded ones not there at all. */
export interface Purchase {
  readonly orderId: string;
  readonly customerId: number;
  readonly originCustomerId: number;
  readonly channel: string;
  readonly currency: string;
  readonly kind: 'sale' | 'return';
  readonly boughtAt: Date;
  readonly amountMinor: number;
  /** End of the last day of the points earned with it: 23:59:59.999 of the brand's clock. */
  readonly expiresAt: Date;
}

/** Reads orders as they count now; unpaid, anonymous and excluded ones are left out. */
export function readPurchases(
  ctx: { readonly tx: Tx; readonly tenantId: number },
  orderIds: readonly string[],
  { zone, expiryMonths }: { zone: string; expiryMonths: number },
): Promise<Purchase[]> {
  return ctx.tx.query<Purchase>(
    `select order_id as "orderId", customer_id as "customerId", origin_customer_id as "originCustomerId", channel, currency, kind,
            bought_at as "boughtAt", amount_minor as "amountMinor", ${endOfDayAfter('bought_at', '$3', '$4')} as "expiresAt"
       from orders.purchases where tenant_id = $1 and order_id = any($2)`,
    [ctx.tenantId, orderIds, zone, expiryMonths],
  );
}

/** SQL for 23:59:59.999 of the day some calendar months after an instant; a 29 February becomes a 28th. */
export function endOfDayAfter(instant: string, zone: string, months: string): string {
  return `(((${instant} at time zone ${zone})::date + make_interval(months => ${months}))::date + 1)::timestamp at time zone ${zone} - interval '1 millisecond'`;
}

/** Goods lines of orders with what each counts, as weights for spreading points. */
export async function readLineWeights(
  ctx: { readonly tx: Tx; readonly tenantId: number },
  orderIds: readonly string[],
): Promise<Map<string, { sku: string; amountMinor: number }[]>> {
  const rows = await ctx.tx.query<{ orderId: string; sku: string; amountMinor: number }>(
    `select order_id as "orderId", sku_code as sku, amount_minor as "amountMinor"
       from orders.purchase_lines where tenant_id = $1 and order_id = any($2) order by order_id, sku_code`,
    [ctx.tenantId, orderIds],
  );
  return Map.groupBy(rows, ({ orderId }) => orderId);
}

/** Start of a window that ends at an instant (SQL). */
function startOf(window: Window, instant: string, zone: string): string {
  if (window.kind === 'ever') return `'-infinity'::timestamptz`;
  if (window.kind === 'calendar_year')
    return `(date_trunc('year', ${instant} at time zone ${zone}) at time zone ${zone})`;
  return `(((${instant} at time zone ${zone})::date - ${window.days - 1})::timestamp at time zone ${zone})`;
}

/** Whose purchases, and as of when: windows end there, or start at `from` when it is given (a validity period). */
export interface FactsRequest {
  readonly customerId: number;
  readonly asOf: Date;
  readonly from?: Date | undefined;
}

/** What customers bought in each window, in one statement for any number of them. Purchases after `asOf` count too. */
export async function readFacts(
  ctx: { readonly tx: Tx; readonly tenantId: number },
  requests: readonly FactsRequest[],
  {
    windows,
    zone,
    currency,
    channels,
  }: { windows: readonly Window[]; zone: string; currency: string; channels: readonly string[] },
): Promise<Map<number, PurchaseFacts>> {
  const distinct = [...new Map(windows.map((window) => [windowKey(window), window])).entries()];
  const columns = distinct.flatMap(([key, window]) => {
    const start =
      window.kind === 'ever'
        ? startOf(window, 'w.as_of', '$6')
        : `coalesce(w.starts, ${startOf(window, 'w.as_of', '$6')})`;
    const within = `p.bought_at >= ${start}`;
    return [
      `coalesce(sum(p.amount_minor) filter (where ${within}), 0)::bigint as "spend ${key}"`,
      `count(*) filter (where p.kind = 'sale' and p.amount_minor > 0 and ${within}) as "orders ${key}"`,
      `coalesce(max(p.amount_minor) filter (where ${within}), 0)::bigint as "largest ${key}"`,
    ];
  });
  const rows = await ctx.tx.query<Record<string, number> & { customer_id: number }>(
    `select ${['w.customer_id', ...columns].join(', ')}
       from unnest($2::bigint[], $3::timestamptz[], $4::timestamptz[]) w(customer_id, as_of, starts)
       left join orders.purchases p on p.tenant_id = $1 and p.customer_id = w.customer_id and p.currency = $5 and $6::text is not null
         and (cardinality($7::text[]) = 0 or p.channel = any($7))
      group by w.customer_id, w.as_of, w.starts`,
    [
      ctx.tenantId,
      requests.map(({ customerId }) => customerId),
      requests.map(({ asOf }) => asOf),
      requests.map(({ from }) => from ?? null),
      currency,
      zone,
      channels,
    ],
  );
  const column = (row: Record<string, number>, name: string) =>
    Object.fromEntries(distinct.map(([key]) => [key, row[`${name} ${key}`] ?? 0]));
  return new Map(
    rows.map((row) => [
      row.customer_id,
      { spendMinor: column(row, 'spend'), orders: column(row, 'orders'), largestMinor: column(row, 'largest') },
    ]),
  );
}
