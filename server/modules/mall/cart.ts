import type * as z from 'zod';

import { newId } from '#platform/ids';

import type { Buyer } from './buyer.ts';
import { CartFull, NotForSale } from './errors.ts';
import { loadGoods, pictureUrl, priceView, problemOf, runningPromotions, specText, toCartItem } from './goods.ts';
import type { GoodsContext } from './goods.ts';
import { priceGoods, promotionHints } from './price-cart.ts';
import { tierCodeOf } from './value-ports.ts';
import type { PointsContext } from './value-ports.ts';
import type { CartView } from './views.ts';

const linesMax = 100;
const quantityMax = 999;

export type CartContext = GoodsContext & PointsContext;

/** A line of a cart as stored. */
export interface CartRow {
  readonly skuId: string;
  readonly quantity: number;
  readonly isSelected: boolean;
}

/** The lines of the buyer's cart, newest first; a merged person's carts show as one. */
export async function cartRows(ctx: GoodsContext, buyer: Buyer): Promise<CartRow[]> {
  if (buyer.customerId === null && buyer.visitorId === null) return [];
  return ctx.tx.query<CartRow>(
    `select l.sku_id as "skuId", least(sum(l.quantity), ${quantityMax})::int as quantity, bool_or(l.is_selected) as "isSelected"
       from mall.carts c join mall.cart_lines l using (tenant_id, cart_id)
      where c.tenant_id = $1 and ${ownerCondition(buyer)}
      group by l.sku_id order by max(l.added_at) desc, l.sku_id`,
    [ctx.tenantId, ownerValue(buyer)],
  );
}

/** Puts pieces into the cart and answers with it; the same SKU twice is one line. Throws `NotForSale`. */
export async function addToCart(
  ctx: CartContext,
  buyer: Buyer,
  { skuId, quantity }: { skuId: string; quantity: number },
): Promise<z.input<typeof CartView>> {
  const cartId = await lockCart(ctx, buyer);
  const [row] = await ctx.tx.query<{ lines: number; isNew: boolean }>(
    `insert into mall.cart_lines as l (tenant_id, cart_id, sku_id, quantity, added_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, cart_id, sku_id) do update
       set quantity = least(l.quantity + excluded.quantity, ${quantityMax}), is_selected = true, added_at = excluded.added_at
     returning xmax = 0 as "isNew", (select count(*)::int from mall.cart_lines where tenant_id = $1 and cart_id = $2) as lines`,
    [ctx.tenantId, cartId, skuId, quantity, ctx.now],
  );
  if (row?.isNew && row.lines >= linesMax) throw new CartFull(linesMax);
  const cart = await readCart(ctx, buyer);
  const line = cart.lines.find((one) => one.skuId === skuId);
  if (!line || line.problem === 'off_sale') throw new NotForSale([skuId]);
  return cart;
}

/** Changes one line; a line that is not there stays absent. */
export async function changeCart(
  ctx: CartContext,
  buyer: Buyer,
  skuId: string,
  change: { quantity?: number | undefined; isSelected?: boolean | undefined },
): Promise<void> {
  const cartId = await lockCart(ctx, buyer);
  await ctx.tx.execute(
    `update mall.cart_lines set quantity = coalesce($4, quantity), is_selected = coalesce($5, is_selected)
      where tenant_id = $1 and cart_id = $2 and sku_id = $3`,
    [ctx.tenantId, cartId, skuId, change.quantity ?? null, change.isSelected ?? null],
  );
}

/** Selects exactly these lines. */
export async function selectInCart(ctx: CartContext, buyer: Buyer, skuIds: readonly string[]): Promise<void> {
  const cartId = await lockCart(ctx, buyer);
  await ctx.tx.execute(
    `update mall.cart_lines set is_selected = (sku_id = any($3)) where tenant_id = $1 and cart_id = $2`,
    [ctx.tenantId, cartId, skuIds],
  );
}

/** Takes lines out of the cart. */
export async function removeFromCart(ctx: GoodsContext, buyer: Buyer, skuIds: readonly string[]): Promise<void> {
  if (buyer.customerId === null && buyer.visitorId === null) return;
  await ctx.tx.execute(
    `delete from mall.cart_lines l using mall.carts c
      where c.tenant_id = $1 and ${ownerCondition(buyer)} and l.tenant_id = c.tenant_id and l.cart_id = c.cart_id and l.sku_id = any($3)`,
    [ctx.tenantId, ownerValue(buyer), skuIds],
  );
}

/** Moves what a visitor put into the cart into the customer's; the same SKU adds up. */
export async function takeOverCart(ctx: GoodsContext, visitorId: string, customerId: number): Promise<void> {
  const guest = await ctx.tx.query<{ cart_id: string }>(
    `select cart_id from mall.carts where tenant_id = $1 and visitor_id = $2 for update`,
    [ctx.tenantId, visitorId],
  );
  const [from] = guest;
  if (!from) return;
  const into = await lockCart(ctx, { customerId, originId: customerId, visitorId: null });
  await mergeCarts(ctx, [from.cart_id], into);
}

/** The cart as the shop shows it: with the prices and stock of this moment. */
export async function readCart(ctx: CartContext, buyer: Buyer): Promise<z.input<typeof CartView>> {
  const rows = await cartRows(ctx, buyer);
  const tierCode = buyer.customerId === null ? null : await tierCodeOf(ctx, buyer.customerId);
  const goods = await loadGoods(
    ctx,
    rows.map(({ skuId }) => skuId),
    tierCode,
  );
  const lines = rows.flatMap(({ skuId, quantity, isSelected }) => {
    const one = goods.get(skuId);
    if (!one) return [];
    const { sku, available } = one;
    return [
      {
        skuId,
        productId: sku.productId,
        title: sku.title,
        spec: specText(sku.spec),
        pictureUrl: pictureUrl(sku.mediaFileId),
        quantity,
        isSelected,
        price: priceView(one),
        available,
        problem: problemOf(one, quantity),
      },
    ];
  });
  const selected = lines.filter(
    (line) => line.isSelected && line.problem !== 'off_sale' && line.problem !== 'sold_out',
  );
  const promotions = selected.length > 0 ? await runningPromotions(ctx) : [];
  const priced = priceGoods(
    selected.flatMap(({ skuId, quantity }) => {
      const one = goods.get(skuId);
      return one ? [toCartItem(one, quantity)] : [];
    }),
    promotions,
    ctx.now,
  );
  const goodsFen = sum(priced.lines, ({ saleFen, quantity }) => saleFen * quantity);
  const totalFen = sum(priced.lines, ({ amountFen }) => amountFen);
  return {
    lines,
    quantity: sum(lines, ({ quantity }) => quantity),
    selected: {
      quantity: sum(selected, ({ quantity }) => quantity),
      goodsFen,
      discountFen: goodsFen - totalFen,
      totalFen,
    },
    hints: promotionHints(priced.lines, promotions, ctx.now),
  };
}

/** The cart's id, created when missing, locked; several carts of a merged person become one. */
async function lockCart(ctx: GoodsContext, buyer: Buyer): Promise<string> {
  if (buyer.customerId === null) return lockVisitorCart(ctx, buyer.visitorId);
  const owned = await ctx.tx.query<{ cart_id: string }>(
    `select cart_id from mall.carts c where tenant_id = $1 and ${ownerCondition(buyer)} order by cart_id for update`,
    [ctx.tenantId, ownerValue(buyer)],
  );
  const [first, ...others] = owned.map(({ cart_id: cartId }) => cartId);
  if (first !== undefined) {
    if (others.length > 0) await mergeCarts(ctx, others, first);
    return first;
  }
  const [inserted] = await ctx.tx.query<{ cart_id: string }>(
    `insert into mall.carts (tenant_id, cart_id, visitor_id, customer_id, origin_customer_id, changed_at) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning cart_id`,
    [ctx.tenantId, newId(), null, buyer.customerId, buyer.originId, ctx.now],
  );
  // Somebody else made it at the same moment: take theirs.
  return inserted ? inserted.cart_id : lockCart(ctx, buyer);
}

async function lockVisitorCart(ctx: GoodsContext, visitorId: string | null): Promise<string> {
  const [row] = await ctx.tx.query<{ cart_id: string }>(
    `insert into mall.carts (tenant_id, cart_id, visitor_id, changed_at) values ($1, $2, $3, $4)
     on conflict (tenant_id, visitor_id) where visitor_id is not null do update set changed_at = excluded.changed_at returning cart_id`,
    [ctx.tenantId, newId(), visitorId, ctx.now],
  );
  if (!row) throw new Error('the cart was not stored');
  return row.cart_id;
}

async function mergeCarts(ctx: GoodsContext, from: readonly string[], into: string): Promise<void> {
  await ctx.tx.execute(
    `insert into mall.cart_lines as l (tenant_id, cart_id, sku_id, quantity, is_selected, added_at)
     select $1, $3, sku_id, least(sum(quantity), ${quantityMax}), bool_or(is_selected), max(added_at)
       from mall.cart_lines where tenant_id = $1 and cart_id = any($2) group by sku_id
     on conflict (tenant_id, cart_id, sku_id) do update
       set quantity = least(l.quantity + excluded.quantity, ${quantityMax}), is_selected = l.is_selected or excluded.is_selected,
           added_at = greatest(l.added_at, excluded.added_at)`,
    [ctx.tenantId, from, into],
  );
  await ctx.tx.execute(`delete from mall.carts where tenant_id = $1 and cart_id = any($2)`, [ctx.tenantId, from]);
}

function ownerCondition(buyer: Buyer): string {
  return buyer.customerId === null ? 'c.visitor_id = $2' : 'c.customer_id = $2';
}

function ownerValue(buyer: Buyer): string | number | null {
  return buyer.customerId ?? buyer.visitorId;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
