import { randomUUID, timingSafeEqual } from 'node:crypto';

import { customersToday, identify } from '#customers';
import type { Context } from '#platform/context';
import { NotSignedIn } from '#platform/errors';
import { normalisePhone } from '#platform/personal-data';
import type { Exchange } from '#platform/route';

import { PhoneInvalid } from './errors.ts';

export const visitorCookie = 'shuke_visitor';
const visitorHeader = 'x-visitor';
/** A random id (122 bits) and the seal that we gave it, both in hexadecimal digits. */
const tokenPattern = /^([0-9a-f]{32})\.([0-9a-f]{32})$/;
const cookieDays = 180;

/** A customer today, and the id facts about them keep for ever. */
export interface Person {
  readonly customerId: number;
  readonly originId: number;
}

/** Who shops: a signed-in customer, a visitor's browser, or both. */
export interface Buyer {
  readonly customerId: number | null;
  readonly originId: number | null;
  readonly visitorId: string | null;
}

export type BuyerContext = Pick<Context, 'tx' | 'tenantId' | 'actor' | 'now' | 'services'>;

/** The buyer behind a request; a browser seen for the first time is nobody yet. */
export async function buyerOf(ctx: BuyerContext, { request }: Exchange): Promise<Buyer> {
  const originId = ctx.actor.kind === 'customer' ? ctx.actor.customerId : null;
  const customerId = originId === null ? null : await customerToday(ctx, originId);
  const token = request.headers[visitorHeader] ?? request.cookies[visitorCookie];
  return { customerId, originId, visitorId: typeof token === 'string' ? await readToken(ctx, token) : null };
}

/** The visitor a token names; null unless we made it. Checked by its own seal, so that a request needs no row for it. */
async function readToken(ctx: BuyerContext, token: string): Promise<string | null> {
  const [, hex = '', given = ''] = tokenPattern.exec(token) ?? [];
  if (hex === '') return null;
  const visitorId = hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
  const expected = await sealOf(ctx, visitorId);
  return timingSafeEqual(expected, Buffer.from(given, 'hex')) ? visitorId : null;
}

async function sealOf(ctx: BuyerContext, visitorId: string): Promise<Buffer> {
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  return vault.blindIndex('mall-visitor', visitorId);
}

/** The customer a visitor is known as, after merges; null before they said how to reach them. */
export async function guestOf(ctx: BuyerContext, visitorId: string): Promise<Person | null> {
  const [row] = await ctx.tx.query<Person>(
    `select customer_id as "customerId", origin_customer_id as "originId" from mall.visitors where tenant_id = $1 and visitor_id = $2`,
    [ctx.tenantId, visitorId],
  );
  return row ?? null;
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
  const visitorId = randomUUID();
  const token = `${visitorId.replaceAll('-', '')}.${(await sealOf(ctx, visitorId)).toString('hex')}`;
  exchange.reply.setCookie(visitorCookie, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: exchange.request.protocol === 'https',
    maxAge: cookieDays * 86_400,
  });
  exchange.reply.header(visitorHeader, token);
  return { customerId: null, originId: null, visitorId };
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
    `insert into mall.visitors (tenant_id, visitor_id, customer_id, origin_customer_id, buyer_name, buyer_phone, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, visitor_id) do update
       set customer_id = excluded.customer_id, origin_customer_id = excluded.origin_customer_id, buyer_name = excluded.buyer_name,
           buyer_phone = excluded.buyer_phone`,
    [
      ctx.tenantId,
      visitorId,
      customerId,
      originCustomerId,
      seal('buyer_name', contact.name),
      seal('buyer_phone', phone),
      ctx.now,
    ],
  );
  return { customerId, originId: originCustomerId };
}
