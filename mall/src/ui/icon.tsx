import { Txt } from '@elements';
import type { ReactElement } from 'react';

export type IconName =
  | 'home'
  | 'grid'
  | 'cart'
  | 'user'
  | 'search'
  | 'back'
  | 'chevron'
  | 'share'
  | 'close'
  | 'plus'
  | 'minus'
  | 'check'
  | 'trash'
  | 'ticket'
  | 'coin'
  | 'truck'
  | 'box'
  | 'wallet'
  | 'star'
  | 'message'
  | 'pin'
  | 'gear'
  | 'phone'
  | 'refresh'
  | 'edit'
  | 'gift'
  | 'image'
  | 'link'
  | 'clock'
  | 'alert'
  | 'shield'
  | 'tree';

/** A decoration: what it means is said beside it or by the label of its button. */
export function Icon({ name, size }: { name: IconName; size?: 'small' | 'large' }): ReactElement {
  return <Txt hidden className={`icon icon-${name} ${size ? `icon-${size}` : ''}`} />;
}
