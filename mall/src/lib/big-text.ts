import { platform } from '@platform';

import { createStore } from './store.ts';

const key = 'shuke.big-text';

/** Larger words for those who want them; kept on this device. */
export const bigTextStore = createStore(platform.read(key) === '1');

export function setBigText(isBig: boolean): void {
  platform.write(key, isBig ? '1' : null);
  bigTextStore.set(isBig);
}
