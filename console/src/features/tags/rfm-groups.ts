import type { getRfm } from '@shuke/server/contracts/tags';

import type { Reply } from '../../lib/api.ts';
import type { Tone } from '../../ui/status-tag.tsx';

export type Rfm = Reply<typeof getRfm>;
export type RfmGroup = Rfm['groups'][number]['group'];

/** The groups in the order of the board: who spends much first; within, who bought lately first. */
export const rfmGroups = [
  'champions',
  'promising_big_spenders',
  'must_keep',
  'must_win_back',
  'regulars',
  'newcomers',
  'fading_regulars',
  'lapsed',
] as const satisfies readonly RfmGroup[];

export const rfmGroupTone: Readonly<Record<RfmGroup, Tone>> = {
  champions: 'good',
  promising_big_spenders: 'brand',
  must_keep: 'warn',
  must_win_back: 'bad',
  regulars: 'good',
  newcomers: 'info',
  fading_regulars: 'warn',
  lapsed: 'neutral',
};

/** The people a person asked for: a cell of the matrix, a group, or the high-value set. */
export interface RfmSelection {
  readonly r?: number;
  readonly f?: number;
  readonly group?: RfmGroup;
  readonly top?: boolean;
}

const scoreOf = (text: string | null) => (text !== null && /^[1-5]$/.test(text) ? Number(text) : undefined);

/** Reads the selection from the page's address; null when nothing is chosen. */
export function selectionOf(search: URLSearchParams): RfmSelection | null {
  const [r, f] = [scoreOf(search.get('r')), scoreOf(search.get('f'))];
  const group = rfmGroups.find((one) => one === search.get('group'));
  if (r !== undefined && f !== undefined) return { r, f };
  if (group !== undefined) return { group };
  return search.get('top') === '1' ? { top: true } : null;
}
