import type { Context } from '#platform/context';

/** What the mall needs of a request, a job or a notification to move points. */
export type PointsContext = Pick<Context, 'tx' | 'tenantId' | 'now' | 'actor'>;

/** What a customer may pay with points on an order. */
export interface PointsQuote {
  readonly available: number;
  readonly usable: number;
  readonly usableFen: number;
  readonly reason: 'none' | 'in_debt' | 'too_few' | 'order_too_small' | 'switched_off' | 'no_programme' | null;
}

export interface Tier {
  readonly code: string;
  readonly name: string;
  readonly nextName: string | null;
  readonly progressBps: number;
  readonly missingFen: number | null;
}

const noProgramme: PointsQuote = { available: 0, usable: 0, usableFen: 0, reason: 'no_programme' };

/** How many points may be used on goods of this value; without a loyalty programme none. */
export async function quotePoints(
  _ctx: PointsContext,
  _cart: { readonly customerId: number; readonly goodsFen: number },
): Promise<PointsQuote> {
  return noProgramme;
}

/** So many points are worth 100 fen. */
export async function pointsPerYuan(_ctx: Pick<Context, 'tx' | 'tenantId'>): Promise<number> {
  return 100;
}

/** What points are worth in fen, rounded down. */
export function pointsToFen(points: number, perYuan: number): number {
  return Math.floor((points * 100) / perYuan);
}

/** The fewest points worth at least so many fen. */
export function fenToPoints(amountFen: number, perYuan: number): number {
  return Math.ceil((amountFen * perYuan) / 100);
}

/** Sets points aside for an unpaid order. */
export async function holdPoints(
  _ctx: PointsContext,
  _hold: { readonly customerId: number; readonly orderId: string; readonly points: number; readonly until: Date },
): Promise<void> {
  throw new Error('points cannot be used without a loyalty programme');
}

/** The order is paid: the points are spent. */
export async function postPoints(_ctx: PointsContext, _spend: { readonly orderId: string }): Promise<void> {
  throw new Error('points cannot be used without a loyalty programme');
}

/** The order will not be paid: the points are free again. */
export async function releasePoints(_ctx: PointsContext, _hold: { readonly orderId: string }): Promise<void> {
  throw new Error('points cannot be used without a loyalty programme');
}

/** Gives spent points of a refunded order back. */
export async function returnPoints(
  _ctx: PointsContext,
  _back: {
    readonly customerId: number;
    readonly orderId: string;
    readonly refundId: string;
    readonly points: number;
  },
): Promise<void> {
  throw new Error('points cannot be used without a loyalty programme');
}

/** The customer's tier and points; null and zeros without a loyalty programme. */
export async function memberValue(
  _ctx: PointsContext,
  _customerId: number,
): Promise<{ tier: Tier | null; points: { available: number; pending: number } }> {
  return { tier: null, points: { available: 0, pending: 0 } };
}

/** The code of the customer's tier, for member prices. */
export async function tierCodeOf(_ctx: PointsContext, _customerId: number): Promise<string | null> {
  return null;
}
