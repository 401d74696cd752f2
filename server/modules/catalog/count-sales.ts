import type { PipelineContext, ResolvedEvent } from '#platform/log/event';

/** Adds what was paid for to the products' sold quantities, which rank the mall's lists. Orders left out of analysis do not count. */
export async function countSales(ctx: PipelineContext, events: readonly ResolvedEvent[]): Promise<void> {
  const sold = new Map<string, { tenantId: number; productId: string; quantity: number }>();
  for (const { tenantId, properties } of events) {
    const { items, excluded } = properties as {
      items?: readonly { product_id?: string; quantity?: number }[];
      excluded?: boolean;
    };
    if (excluded === true) continue;
    for (const { product_id: productId, quantity = 0 } of items ?? []) {
      if (productId === undefined || quantity <= 0) continue;
      const key = `${tenantId}:${productId}`;
      sold.set(key, { tenantId, productId, quantity: quantity + (sold.get(key)?.quantity ?? 0) });
    }
  }
  const rows = [...sold.values()].toSorted((a, b) => (a.productId < b.productId ? -1 : 1));
  if (rows.length === 0) return;
  await ctx.tx.execute(
    `update catalog.products p set sold_quantity = p.sold_quantity + s.quantity
       from unnest($1::int[], $2::uuid[], $3::bigint[]) as s(tenant_id, product_id, quantity)
      where p.tenant_id = s.tenant_id and p.product_id = s.product_id`,
    [rows.map((row) => row.tenantId), rows.map((row) => row.productId), rows.map((row) => row.quantity)],
  );
}
