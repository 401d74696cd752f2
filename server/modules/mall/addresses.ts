import type * as z from 'zod';

import { NotFound } from '#platform/errors';
import { newId } from '#platform/ids';
import type { TenantVault } from '#platform/vault';

import { readPhone } from './buyer.ts';
import type { Buyer, BuyerContext } from './buyer.ts';
import { AddressesFull } from './errors.ts';
import type { Address, AddressContent } from './views.ts';

export type AddressView = z.output<typeof Address>;
type Content = z.output<typeof AddressContent>;

const addressesMax = 30;

interface Row {
  address_id: string;
  name: Buffer;
  phone: Buffer;
  province: string;
  city: string;
  district: string;
  street: Buffer;
  is_default: boolean;
}

const columns = 'address_id, name, phone, province, city, district, street, is_default';

/** The buyer's addresses in full, the default one first; they are shown to nobody else. */
export async function listAddresses(ctx: BuyerContext, buyer: Buyer): Promise<AddressView[]> {
  if (isNobody(buyer)) return [];
  const rows = await ctx.tx.query<Row>(
    `select ${columns} from mall.addresses where tenant_id = $1 and ${owner(buyer)} order by is_default desc, changed_at desc, address_id`,
    [ctx.tenantId, buyer.customerId ?? buyer.visitorId],
  );
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  return rows.map((row) => toView(vault, row));
}

/** One of the buyer's addresses; without an id the default one, null when there is none. */
export async function findAddress(
  ctx: BuyerContext,
  buyer: Buyer,
  addressId: string | undefined,
): Promise<AddressView | null> {
  if (isNobody(buyer)) {
    if (addressId !== undefined) throw new NotFound('Address');
    return null;
  }
  const [row] = await ctx.tx.query<Row>(
    `select ${columns} from mall.addresses where tenant_id = $1 and ${owner(buyer)} and ($3::uuid is null or address_id = $3)
      order by is_default desc, changed_at desc, address_id limit 1`,
    [ctx.tenantId, buyer.customerId ?? buyer.visitorId, addressId ?? null],
  );
  if (!row) {
    if (addressId !== undefined) throw new NotFound('Address');
    return null;
  }
  return toView(await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId), row);
}

/** Adds an address; the first one is the default. */
export async function addAddress(ctx: BuyerContext, buyer: Buyer, content: Content): Promise<AddressView> {
  const addressId = newId();
  const phone = readPhone(content.phone);
  if (content.isDefault) await unsetDefault(ctx, buyer);
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const sealed = seal(vault, addressId, { ...content, phone });
  const [added] = await ctx.tx.query<{ isDefault: boolean }>(
    `with own as (select count(*) as count from mall.addresses where tenant_id = $1 and ${owner(buyer)})
     insert into mall.addresses (tenant_id, address_id, visitor_id, customer_id, origin_customer_id, name, phone, province, city, district,
            street, is_default, changed_at)
     select $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 or count = 0, $14 from own where count < ${addressesMax}
     returning is_default as "isDefault"`,
    [
      ctx.tenantId,
      buyer.customerId ?? buyer.visitorId,
      addressId,
      buyer.customerId === null ? buyer.visitorId : null,
      buyer.customerId,
      buyer.originId,
      sealed.name,
      sealed.phone,
      content.province,
      content.city,
      content.district,
      sealed.street,
      content.isDefault,
      ctx.now,
    ],
  );
  if (!added) throw new AddressesFull(addressesMax);
  return { ...content, phone, isDefault: added.isDefault, addressId };
}

/** Changes an address of the buyer. */
export async function changeAddress(
  ctx: BuyerContext,
  buyer: Buyer,
  addressId: string,
  content: Content,
): Promise<AddressView> {
  const phone = readPhone(content.phone);
  if (content.isDefault) await unsetDefault(ctx, buyer);
  const vault = await ctx.services.vaults.forTenant(ctx.tx, ctx.tenantId);
  const sealed = seal(vault, addressId, { ...content, phone });
  const changed = await ctx.tx.execute(
    `update mall.addresses set name = $4, phone = $5, province = $6, city = $7, district = $8, street = $9, is_default = $10, changed_at = $11
      where tenant_id = $1 and ${owner(buyer)} and address_id = $3`,
    [
      ctx.tenantId,
      buyer.customerId ?? buyer.visitorId,
      addressId,
      sealed.name,
      sealed.phone,
      content.province,
      content.city,
      content.district,
      sealed.street,
      content.isDefault,
      ctx.now,
    ],
  );
  if (changed === 0) throw new NotFound('Address');
  return { ...content, phone, addressId };
}

/** Removes an address of the buyer. Throws `NotFound`. */
export async function removeAddress(ctx: BuyerContext, buyer: Buyer, addressId: string): Promise<void> {
  const removed = await ctx.tx.execute(
    `delete from mall.addresses where tenant_id = $1 and ${owner(buyer)} and address_id = $3`,
    [ctx.tenantId, buyer.customerId ?? buyer.visitorId, addressId],
  );
  if (removed === 0) throw new NotFound('Address');
}

/** Gives a visitor's addresses to the customer who just signed in there; the customer's own default stays the default. */
export async function takeOverAddresses(ctx: BuyerContext, visitorId: string, customerId: number): Promise<void> {
  await ctx.tx.execute(
    `update mall.addresses a set visitor_id = null, customer_id = $3, origin_customer_id = $3,
            is_default = is_default and not exists (
              select 1 from mall.addresses o where o.tenant_id = $1 and o.customer_id = $3 and o.is_default)
      where tenant_id = $1 and visitor_id = $2`,
    [ctx.tenantId, visitorId, customerId],
  );
}

async function unsetDefault(ctx: BuyerContext, buyer: Buyer): Promise<void> {
  await ctx.tx.execute(
    `update mall.addresses set is_default = false where tenant_id = $1 and ${owner(buyer)} and is_default`,
    [ctx.tenantId, buyer.customerId ?? buyer.visitorId],
  );
}

function isNobody(buyer: Buyer): boolean {
  return buyer.customerId === null && buyer.visitorId === null;
}

function owner(buyer: Buyer): string {
  return buyer.customerId === null ? 'visitor_id = $2' : 'customer_id = $2';
}

function place(column: 'name' | 'phone' | 'street', rowId: string) {
  return { table: 'mall.addresses', column, rowId };
}

function seal(vault: TenantVault, addressId: string, { name, phone, street }: Content) {
  return {
    name: vault.encrypt(place('name', addressId), name),
    phone: vault.encrypt(place('phone', addressId), phone),
    street: vault.encrypt(place('street', addressId), street),
  };
}

function toView(vault: TenantVault, row: Row): AddressView {
  return {
    addressId: row.address_id,
    name: vault.decrypt(place('name', row.address_id), row.name),
    phone: vault.decrypt(place('phone', row.address_id), row.phone),
    province: row.province,
    city: row.city,
    district: row.district,
    street: vault.decrypt(place('street', row.address_id), row.street),
    isDefault: row.is_default,
  };
}
