import { customersToday, identify } from '#customers';
import type { Context } from '#platform/context';
import { NotSignedIn } from '#platform/errors';
import { newId } from '#platform/ids';
import { normalisePhone } from '#platform/personal-data';
import type { Exchange } from '#platform/route';
import { newToken, tokenSha256 } from '#platform/sessions';

import { PhoneInvalid } from './errors.ts';

export const visitorCookie = 'shuke_visitor';
const visitorHeader = 'x-visitor';
const tokenPattern = /^[\w-]{43}$/;
const cookieDays = 180;

/** A customer today, and the id facts about them keep for ever. */
export interface Person {
  readonly customerId: number;
  readonly originId: number;
}

/** Who shops: a signed-in customer, a visitor's browser, or both; `guest` is the customer a visitor is known as. */
export interface Buyer {
  readonly customerId: number | null;
  readonly originId: number | null;
  readonly visitorId: string | null;
  readonly guest: Person | null;
}

export type BuyerContext = Pick<Context, 'tx' | 'tenantId' | 'actor' | 'now' | 'services'>;

/** The buyer behind a request; a browser seen for the first time is nobody yet. */
export async function buyerOf(ctx: BuyerContext, { request }: Exchange): Promise<Buyer> {
  const originId = ctx.actor.kind === 'customer' ? ctx.actor.customerId : null;
  const customerId = originId === null ? null : await customerToday(ctx, originId);
  const token = request.headers[visitorHeader] ?? request.cookies[visitorCookie];
  const [visitor] =
    typeof token === 'string' && tokenPattern.test(token)
      ? await ctx.tx.query<{ visitorId: string; customerId: number | null; originId: number | null }>(
          `select visitor_id as "visitorId", customer_id as "customerId", origin_customer_id as "originId" from mall.visitors
            where tenant_id = $1 and token_sha256 = $2`,
          [ctx.tenantId, tokenSha256(token)],
        )
      : [];
  const guest =
    visitor && visitor.customerId !== null && visitor.originId !== null
      ? { customerId: visitor.customerId, originId: visitor.originId }
      : null;
  return { customerId, originId, visitorId: visitor?.visitorId ?? null, guest };
}

/** Who a customer of an older session is after merges. */
async function customerToday(ctx: BuyerContext, customerId: number): Promise<number> {
  const today = await customersToday(ctx, [{ tenantId: ctx.tenantId, customerId }]);
  return today.get(`${ctx.tenantId}:${customerId}`) ?? customerId;
}

/** The buyer, made a visitor (cookie, and header `x-visitor` for clients without cookies) when neither signed in nor known. */
export async function ensureBuyer(ctx: BuyerContext, exchange: Exchange): Promise<Buyer> {
  const buyer = await buyerOf(ctx, exchange);
  if (buyer.customerId !== null || buyer.visitorId !== null) return buyer;
  const visitorId = newId();
  const token = newToken();
  await ctx.tx.execute(
    `insert into mall.visitors (tenant_id, visitor_id, token_sha256, created_at) values ($1, $2, $3, $4)`,
    [ctx.tenantId, visitorId, tokenSha256(token), ctx.now],
  );
  exchange.reply.setCookie(visitorCookie, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: exchange.request.protocol === 'https',
    maxAge: cookieDays * 86_400,
  });
  exchange.reply.header(visitorHeader, token);
  return { customerId: null, originId: null, visitorId, guest: null };
}

/** Forgets the browser's visitor, so that the next person at it starts anew. */
export function forgetVisitor({ reply }: Exchange): void {
  reply.clearCookie(visitorCookie, { path: '/' });
}

/** The analytics device of the request, which links what was browsed to who buys. */
export function deviceOf({ request }: Exchange): string | null {
  const device = request.headers['x-device-id'];
  return typeof device === 'string' && /^[\w-]{8,64}$/.test(device) ? device : null;
}

/** A phone as it is stored, or refuses. */
export function readPhone(raw: string): string {
  const phone = normalisePhone(raw);
  if (phone === null) throw new PhoneInvalid();
  return phone;
}

/** Remembers how a guest can be reached and makes the visitor a customer; what was typed is not proof of who they are. */
export async function nameGuest(
  ctx: BuyerContext,
  visitorId: string,
  contact: { readonly name: string; readonly phone: string },
  device: string | null,
): Promise<Person> {
  const phone = readPhone(contact.phone);
  const [resolution] = await identify({ tx: ctx.tx, now: ctx.now, vaults: ctx.services.vaults }, [
    {
      tenantId: ctx.tenantId,
      identifiers: [
        { kind: 'phone', scope: '', value: phone },
        { kind: 'device', scope: '', value: device ?? visitorId },
      ],
      at: ctx.now,
      sourceId: 0,
      cause: 'contact',
      claimed: true,
      traits: { name: contact.name },
    },
  ]);
  const { customerId, originCustomerId } = resolution ?? {};
  if (typeof customerId !== 'number' || typeof originCustomerId !== 'number') throw new NotSignedIn();
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const seal = (column: string, plain: string) =>
    vault.encrypt({ table: 'mall.visitors', column, rowId: visitorId }, plain);
  await ctx.tx.execute(
    `update mall.visitors set customer_id = $3, origin_customer_id = $4, buyer_name = $5, buyer_phone = $6
      where tenant_id = $1 and visitor_id = $2`,
    [
      ctx.tenantId,
      visitorId,
      customerId,
      originCustomerId,
      seal('buyer_name', contact.name),
      seal('buyer_phone', phone),
    ],
  );
  return { customerId, originId: originCustomerId };
}
