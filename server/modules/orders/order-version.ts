import { createHash } from 'node:crypto';

import type { NewOrder, OrderStatus } from './new-order.ts';

/** The parts of an order that are versioned by themselves. */
export const orderParts = ['head', 'lines', 'payments', 'refunds', 'shipments'] as const;
export type OrderPart = (typeof orderParts)[number];

const stage: Record<OrderStatus, number> = { placed: 0, paid: 1, shipped: 2, received: 3, cancelled: 4, refunded: 5 };
const hashOffset = 13;

/**
 * The version of one part of an order as comparable bytes: source time (ms, 6 bytes), stage reached (1), source version (6),
 * content hash (16). The order is total, so any arrival order of any updates ends in the same state.
 */
export function partVersion(order: NewOrder, part: OrderPart, hash: (content: string) => Buffer): Buffer | null {
  const content = order[part];
  if (content === undefined) return null;
  const version = Buffer.alloc(29);
  version.writeUIntBE(clampMs(order.sourceUpdatedAt.getTime()), 0, 6);
  version.writeUInt8(order.head ? stage[order.head.status] : 0, 6);
  version.writeUIntBE(clampMs(order.sourceVersion ?? 0), 7, 6);
  hash(
    JSON.stringify(
      part === 'head' ? { ...order.head, channel: order.channel, shop: order.shop, storeId: order.storeId } : content,
    ),
  ).copy(version, hashOffset);
  return version;
}

function clampMs(ms: number): number {
  return Math.min(Math.max(0, Math.floor(ms)), 2 ** 48 - 1);
}

/** How an incoming version stands to the stored one. `touch`: newer time, same content: only the time is worth keeping. */
export function compareVersions(incoming: Buffer, stored: Buffer | null): 'newer' | 'touch' | 'same' | 'older' {
  if (stored === null) return 'newer';
  const sameContent = incoming.subarray(hashOffset).equals(stored.subarray(hashOffset));
  const sameMoment = incoming.subarray(0, 7).equals(stored.subarray(0, 7));
  if (sameContent && sameMoment) return 'same';
  if (Buffer.compare(incoming, stored) < 0) return 'older';
  return sameContent ? 'touch' : 'newer';
}

/** A content hash without a key, for tests of the ordering. */
export function plainHash(content: string): Buffer {
  return createHash('sha256').update(content).digest().subarray(0, 16);
}
