import { hash } from 'node:crypto';

import { milestones } from './milestones.ts';
import type { NewOrder, OrderHead, OrderStatus } from './new-order.ts';

/** The parts of an order that are versioned by themselves; `receiver` are the personal fields of the head. */
export const orderParts = ['head', 'receiver', 'lines', 'payments', 'refunds', 'shipments'] as const;
export type OrderPart = (typeof orderParts)[number];

const stage: Record<OrderStatus, number> = { placed: 0, paid: 1, shipped: 2, received: 3, cancelled: 4, refunded: 5 };
const hashOffset = 13;
const hashBytes = 16;

/**
 * The version of one part of an order as comparable bytes: source time (ms, 6 bytes), stage reached (1), source version (6),
 * content hash (16). The order is total, so any arrival order of any updates ends in the same state.
 */
export function partVersion(order: NewOrder, part: OrderPart, keyedHash: (content: string) => Buffer): Buffer | null {
  const content = contentOf(order, part);
  if (content === undefined) return null;
  const version = Buffer.allocUnsafe(hashOffset + hashBytes);
  version.writeUIntBE(clampMs(order.sourceUpdatedAt.getTime()), 0, 6);
  version.writeUInt8(order.head ? stage[order.head.status] : 0, 6);
  version.writeUIntBE(clampMs(order.sourceVersion ?? 0), 7, 6);
  const text = JSON.stringify(content);
  // A plain hash of a phone number could be guessed; of everything else it tells nothing that does not stand beside it.
  const digest = part === 'receiver' ? keyedHash(text) : hash('sha256', text, 'buffer');
  digest.copy(version, hashOffset, 0, hashBytes);
  return version;
}

/**
 * Everything a part's rows are made of, also what is derived from the update's time: equal content must mean equal rows. Lists of plain
 * values, as objects and dates cost three times as much to write down.
 */
function contentOf(order: NewOrder, part: OrderPart): readonly unknown[] | undefined {
  switch (part) {
    case 'head':
      return order.head && headContent(order, order.head);
    case 'receiver': {
      const { receiver: { name, phone, address } = {}, remark } = order.head ?? {};
      return name || phone || address || remark ? [name, phone, address, remark] : undefined;
    }
    case 'lines':
      return order.lines?.map((line) => [
        line.sourceLineNo,
        line.kind,
        line.skuId,
        line.productId,
        line.skuCode,
        line.title,
        line.spec,
        line.quantity,
        line.unitPriceMinor,
        line.discountMinor,
        line.amountMinor,
        line.addedAt?.getTime(),
      ]);
    case 'refunds':
      return order.refunds?.map((refund) => ({
        ...refund,
        refundedAt: refund.refundedAt ?? (refund.status === 'done' ? order.sourceUpdatedAt : undefined),
      }));
    case 'payments':
    case 'shipments':
      return order[part];
    default:
      return part satisfies never;
  }
}

function headContent({ channel, shop, storeId, sourceUpdatedAt }: NewOrder, head: OrderHead): unknown[] {
  const {
    paid_at: paid,
    shipped_at: shipped,
    received_at: received,
    cancelled_at: cancelled,
  } = milestones(head, sourceUpdatedAt);
  return [
    head.kind,
    head.status,
    head.currency,
    head.timeZone,
    head.placedAt.getTime(),
    paid?.getTime(),
    shipped?.getTime(),
    received?.getTime(),
    cancelled?.getTime(),
    head.goodsMinor,
    head.discountMinor,
    head.freightMinor,
    head.taxMinor,
    head.payableMinor,
    head.paidMinor,
    head.receiver?.province,
    head.receiver?.city,
    head.receiver?.district,
    head.attribution,
    channel,
    shop,
    storeId,
  ];
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
