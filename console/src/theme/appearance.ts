import { useLayoutEffect, useSyncExternalStore } from 'react';

import { useStored } from '../lib/stored.ts';
import { cssVariables } from './tokens.ts';
import type { Appearance } from './tokens.ts';

/** What a person chose; `system` follows the machine. */
export type AppearanceChoice = Appearance | 'system';

const darkMachine = '(prefers-color-scheme: dark)';

function subscribeToMachine(listener: () => void): () => void {
  const query = window.matchMedia(darkMachine);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** The appearance on screen, what was chosen, and how to choose. */
export function useAppearance(): {
  appearance: Appearance;
  choice: AppearanceChoice;
  choose: (choice: AppearanceChoice) => void;
} {
  const [stored, write] = useStored('appearance');
  const machineIsDark = useSyncExternalStore(
    subscribeToMachine,
    () => window.matchMedia(darkMachine).matches,
    () => false,
  );
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
