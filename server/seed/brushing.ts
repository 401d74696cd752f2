import { demoSourceIds } from '#demo';

import type { Behaviour } from './behaviour.ts';
import { personName } from './brand.ts';
import { douyinShop, tmallShop } from './population.ts';
import { shopNames } from './purchases.ts';
import type { Purchase } from './purchases.ts';
import type { Random } from './random.ts';
import { receiverOf } from './receivers.ts';
import { dayMs } from './stage.ts';
import type { Stage } from './stage.ts';

/** A burst of fake orders: many fresh accounts buy one thing within hours, to one address, for next to nothing. */
export interface BrushingRing {
  readonly id: number;
  readonly channel: 'tmall' | 'douyin';
  readonly phones: readonly string[];
  readonly buyers: readonly string[];
  readonly purchases: readonly Purchase[];
  /** Five stars in the same words, minutes after the parcel; nobody has browsed. */
  readonly reviews: readonly Behaviour[];
}

const praise = ['宝贝收到了，质量很好，五星好评！', '非常满意，物流很快，好评！', '很好用，会再来的，推荐购买！'];

/** Numbers of the same unassigned range as everybody's, apart from theirs. */
const ringPhone = (ring: number, index: number) => `1990${String(500 + ring).padStart(3, '0')}000${index}`;

/** The rings of the story, one per 400 people and three at least; every fourth spreads its parcels over several phones. */
export function brush(random: Random, stage: Stage): BrushingRing[] {
  const count = Math.max(3, Math.round(stage.population.people.length / 400));
  return Array.from({ length: Math.min(count, 400) }, (_, id) => brushOnce(random.fork(`ring-${id}`), stage, id));
}

function brushOnce(random: Random, stage: Stage, id: number): BrushingRing {
  const channel = random.chance(0.65) ? ('tmall' as const) : ('douyin' as const);
  const product = random.pick(stage.goods);
  const startedAt = stage.startMs + random.int(3, Math.max(4, stage.days - 8)) * dayMs + random.int(1, 8) * 3_600_000;
  const phones = Array.from({ length: id % 4 === 3 ? 4 : 1 }, (_, index) => ringPhone(id, index));
  const size = random.int(9, 22);
  const home = random.int(0, Math.max(0, stage.storeIds.length - 1));
  const words = random.pick(praise);
  const made = Array.from({ length: size }, (_, index) => {
    const at = startedAt + index * random.int(4, 16) * 60_000;
    const buyer = `${channel === 'tmall' ? 'tb' : 'dy'}x${String(id).padStart(3, '0')}${String(index).padStart(3, '0')}${random.int(100, 999)}`;
    const paidFen = random.int(100, 990);
    const receivedAt = at + random.int(20, 30) * 3_600_000;
    const phone = phones[index % phones.length] ?? '';
    const identifiers = [
      { kind: 'buyer_id', scope: channel === 'tmall' ? `tmall:${tmallShop}` : `douyin:${douyinShop}`, value: buyer },
    ];
    const sourceOrderNo = `${channel === 'tmall' ? 'T' : 'D'}${9_000_000_000 + id * 1_000 + index}`;
    const purchase: Purchase = {
      channel,
      usesCoupon: false,
      order: {
        sourceId: demoSourceIds[channel],
        sourceOrderNo,
        sourceUpdatedAt: new Date(receivedAt),
        channel,
        shop: shopNames[channel],
        buyer: identifiers,
        isBackfill: true,
        head: {
          status: 'received',
          placedAt: new Date(at),
          paidAt: new Date(at + 20_000),
          shippedAt: new Date(at + 3_600_000),
          receivedAt: new Date(receivedAt),
          goodsMinor: paidFen,
          freightMinor: 0,
          payableMinor: paidFen,
          paidMinor: paidFen,
          receiver: { ...receiverOf(random, { id: 90_000 + id, name: personName(random), phone, storeIndex: home }) },
        },
        lines: [
          {
            skuId: product.skuId,
            productId: product.productId,
            skuCode: product.code,
            title: product.title,
            spec: product.spec,
            quantity: 1,
            unitPriceMinor: product.priceFen,
            discountMinor: Math.max(0, product.priceFen - paidFen),
            amountMinor: paidFen,
          },
        ],
        refunds: [],
      },
    };
    const review: Behaviour = {
      at: receivedAt + random.int(2, 40) * 60_000,
      name: 'Order Reviewed',
      type: 'track',
      identifiers,
      properties: { order_id: sourceOrderNo, product_id: product.productId, rating: 5, text: words },
    };
    return { buyer, purchase, review };
  });
  return {
    id,
    channel,
    phones,
    buyers: made.map(({ buyer }) => buyer),
    purchases: made.map(({ purchase }) => purchase),
    reviews: made.map(({ review }) => review),
  };
}
