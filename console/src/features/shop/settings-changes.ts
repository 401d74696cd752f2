import type { readShopSettings } from '@shuke/server/contracts/mall';

import type { Reply } from '../../lib/api.ts';

export type SavedSettings = Reply<typeof readShopSettings>;
export type Settings = SavedSettings['settings'];
export type Block = Settings['blocks'][number];

type Part = readonly [name: string, read: (settings: Settings) => unknown];

const parts: readonly Part[] = [
  ['primary', ({ theme }) => theme.primary],
  ['accent', ({ theme }) => theme.accent],
  ['background', ({ theme }) => theme.background],
  ['radius', ({ theme }) => theme.radius],
  ['logo', ({ theme }) => theme.logoFileId],
  ['slogan', ({ theme }) => theme.slogan],
  ['blocks', ({ blocks }) => blocks],
  ['baseFen', ({ freight }) => freight.baseFen],
  ['freeFromFen', ({ freight }) => freight.freeFromFen],
  ['unpaidMinutes', ({ unpaidMinutes }) => unpaidMinutes],
  ['receiptDays', ({ receiptDays }) => receiptDays],
  ['afterSalesDays', ({ afterSalesDays }) => afterSalesDays],
  ['phone', ({ service }) => service.phone],
  ['hours', ({ service }) => service.hours],
];

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Names of the fields that differ; the home blocks count as one field. */
export function changedFields(one: Settings, other: Settings): string[] {
  return parts.filter(([, read]) => !same(read(one), read(other))).map(([name]) => name);
}

/** Takes what somebody else saved since `base` and keeps every field changed here, also where both changed it. */
export function rebase(base: Settings, mine: Settings, theirs: Settings): Settings {
  const pick = <Value>(read: (settings: Settings) => Value): Value =>
    read(same(read(base), read(mine)) ? theirs : mine);
  return {
    theme: {
      primary: pick(({ theme }) => theme.primary),
      accent: pick(({ theme }) => theme.accent),
      background: pick(({ theme }) => theme.background),
      radius: pick(({ theme }) => theme.radius),
      logoFileId: pick(({ theme }) => theme.logoFileId),
      slogan: pick(({ theme }) => theme.slogan),
    },
    blocks: pick(({ blocks }) => blocks),
    freight: {
      baseFen: pick(({ freight }) => freight.baseFen),
      freeFromFen: pick(({ freight }) => freight.freeFromFen),
    },
    unpaidMinutes: pick(({ unpaidMinutes }) => unpaidMinutes),
    receiptDays: pick(({ receiptDays }) => receiptDays),
    afterSalesDays: pick(({ afterSalesDays }) => afterSalesDays),
    service: { phone: pick(({ service }) => service.phone), hours: pick(({ service }) => service.hours) },
  };
}

/** What keeps a block from being saved; null when it can be. */
export function blockProblem(block: Block): 'picture' | 'category' | 'products' | null {
  if (block.kind === 'banner') return block.slides.some(({ fileId }) => fileId === '') ? 'picture' : null;
  if (block.kind !== 'product_grid') return null;
  if (block.source.by === 'category' && block.source.categoryId === '') return 'category';
  return block.source.by === 'picked' && block.source.productIds.length === 0 ? 'products' : null;
}

export const blockKinds = [
  'banner',
  'categories',
  'product_grid',
  'coupon_strip',
  'new_customer_gift',
  'text',
] as const satisfies readonly Block['kind'][];

/** A block of a kind as it is before anybody filled it in. */
export function newBlock(kind: Block['kind']): Block {
  switch (kind) {
    case 'banner':
      return { kind, title: '', slides: [{ fileId: '', title: '', subtitle: '', link: '' }] };
    case 'categories':
      return { kind, title: '' };
    case 'product_grid':
      return { kind, title: '', link: 'products', source: { by: 'newest' }, limit: 6 };
    case 'coupon_strip':
      return { kind, title: '', templateIds: [] };
    case 'new_customer_gift':
      return { kind, title: '', body: '', link: 'coupons', templateIds: [] };
    case 'text':
      return { kind, title: '', body: '', link: '' };
    default:
      return kind satisfies never;
  }
}
