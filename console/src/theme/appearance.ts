import { useCallback, useLayoutEffect, useSyncExternalStore } from 'react';

import { useStored } from '../lib/stored.ts';
import { cssVariables } from './tokens.ts';
import type { Appearance } from './tokens.ts';

/** What a person chose; `system` follows the machine. */
export type AppearanceChoice = Appearance | 'system';

const darkMachine = '(prefers-color-scheme: dark)';
const stillMachine = '(prefers-reduced-motion: reduce)';

/** Whether the machine answers a media query, followed as it changes. */
function useMachine(media: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const query = window.matchMedia(media);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    [media],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(media).matches,
    () => false,
  );
}

/** Whether a person asked their machine for less movement. */
export function useIsStill(): boolean {
  return useMachine(stillMachine);
}

/** The appearance on screen, what was chosen, and how to choose. */
export function useAppearance(): {
  appearance: Appearance;
  choice: AppearanceChoice;
  choose: (choice: AppearanceChoice) => void;
} {
  const [stored, write] = useStored('appearance');
  const machineIsDark = useMachine(darkMachine);
  const choice: AppearanceChoice = stored === 'light' || stored === 'dark' ? stored : 'system';
  const appearance = choice === 'system' ? (machineIsDark ? 'dark' : 'light') : choice;
  return { appearance, choice, choose: (next) => write(next === 'system' ? null : next) };
}

/** Puts the tokens of an appearance on the document for the style sheets. */
export function useAppliedAppearance(appearance: Appearance): void {
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset['appearance'] = appearance;
    for (const [name, value] of Object.entries(cssVariables(appearance))) root.style.setProperty(name, value);
  }, [appearance]);
}
