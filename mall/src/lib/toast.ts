import { sentenceOf } from '../i18n/error-sentence.ts';
import { asApiError } from './query.ts';
import { createStore } from './store.ts';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: 'plain' | 'good' | 'bad';
}
export const toastStore = createStore<Toast | null>(null);
let lastId = 0;

/** A sentence that goes away by itself. */
export function toast(text: string, kind: Toast['kind'] = 'plain'): void {
  lastId += 1;
  const id = lastId;
  toastStore.set({ id, text, kind });
  setTimeout(() => toastStore.set((shown) => (shown?.id === id ? null : shown)), kind === 'bad' ? 4500 : 2600);
}

/** Says in the visitor's language what went wrong. */
export function toastError(error: unknown): void {
  toast(sentenceOf(asApiError(error)), 'bad');
}
