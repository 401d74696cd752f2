import type { Context } from '#platform/context';
import { InvalidInput } from '#platform/errors';

import { CodeTaken } from './errors.ts';

export interface Brand {
  readonly brandId: number;
  readonly code: string;
  readonly name: string;
  readonly timezone: string;
  readonly currency: string;
  readonly theme: Readonly<Record<string, unknown>>;
  readonly status: 'active' | 'closed';
}

export interface Region {
  readonly regionId: number;
  readonly brandId: number;
  readonly parentRegionId: number | null;
  readonly name: string;
}

/** When a store is open: days 1 (Monday) to 7, local time of the brand. */
export interface OpeningHours {
  readonly days: readonly number[];
  readonly opens: string;
  readonly closes: string;
}

export const capabilities = ['ships_orders', 'pick_up', 'verifies', 'repairs', 'returns'] as const;
export type Capability = (typeof capabilities)[number];

export interface Store {
  readonly storeId: number;
  readonly brandId: number;
  readonly regionId: number | null;
  readonly kind: 'store' | 'outlet';
  readonly code: string;
  readonly name: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly street: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly hours: readonly OpeningHours[];
  readonly capabilities: readonly Capability[];
  readonly status: 'open' | 'paused' | 'closed';
}

/** Selects a Brand from `org.brands`. */
export const brandColumns = `brand_id as "brandId", code, name, timezone, currency, theme, status`;
/** Selects a Region from `org.regions`. */
export const regionColumns = `region_id as "regionId", brand_id as "brandId", parent_region_id as "parentRegionId", name`;
/** Selects a Store from `org.stores`. */
export const storeColumns = `store_id as "storeId", brand_id as "brandId", region_id as "regionId", kind, code, name, province, city,
  district, street, latitude::float8 as latitude, longitude::float8 as longitude, hours, capabilities, status`;

/** Refuses a zone the platform's clock does not know. */
export function requireTimezone(timezone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidInput([{ path: 'body.timezone', message: `${timezone} is not a time zone` }]);
  }
}

/** Refuses half a position. */
export function requirePosition({ latitude, longitude }: Pick<Store, 'latitude' | 'longitude'>): void {
  if ((latitude === null) === (longitude === null)) return;
  throw new InvalidInput([{ path: 'body.latitude', message: 'latitude and longitude go together' }]);
}

/** Runs an insert or update whose code must be unique; a clash is refused by name instead of failing the transaction. */
export async function withUniqueCode<T>(ctx: Pick<Context, 'tx'>, code: string, work: () => Promise<T>): Promise<T> {
  try {
    return await ctx.tx.savepoint(work);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23505') throw new CodeTaken(code);
    throw error;
  }
}
