import '../src/styles/app.css';
import '../src/styles/h5.css';
import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import type { ComponentType, ReactElement } from 'react';
import { createRoot } from 'react-dom/client';

import { readEarly } from '../src/lib/early.ts';
import { currentEntry, watchEntry } from '../src/platform/h5-history.ts';
import type { Entry } from '../src/platform/h5-history.ts';
import { PageContext } from '../src/platform/h5.tsx';

const loaders = import.meta.glob<{ default: ComponentType }>('../src/pages/*/index.tsx');
const pages = new Map<string, ComponentType>();
const scrolls = new Map<string, number>();

async function loadPage(page: string): Promise<ComponentType> {
  const known = pages.get(page);
  if (known) return known;
  const loader = loaders[`../src/${page}.tsx`] ?? loaders['../src/pages/home/index.tsx'];
  if (!loader) throw new Error(`There is no page ${page}.`);
  const { default: loaded } = await loader();
  pages.set(page, loaded);
  return loaded;
}

interface Shown {
  readonly entry: Entry;
  readonly View: ComponentType;
}

/** Shows the page of the address; the page before stays until the next one's code is here. */
function Router(): ReactElement | null {
  const entry = useSyncExternalStore(watchEntry, currentEntry);
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    let isWanted = true;
    loadPage(entry.page)
      .then((View) => isWanted && setShown({ entry, View }))
      // A new version was installed meanwhile and its old parts are gone: the new one is a reload away.
      .catch(() => window.location.reload());
    return () => {
      isWanted = false;
    };
  }, [entry]);
  const key = shown?.entry.key;
  useLayoutEffect(() => {
    if (key === undefined) return undefined;
    window.scrollTo(0, scrolls.get(key) ?? 0);
    const remember = (): void => {
      scrolls.set(key, window.scrollY);
    };
    window.addEventListener('scroll', remember, { passive: true });
    return () => window.removeEventListener('scroll', remember);
  }, [key]);
  if (!shown) return null;
  const { View } = shown;
  return (
    <PageContext.Provider value={shown.entry}>
      <View key={shown.entry.key} />
    </PageContext.Provider>
  );
}

window.history.scrollRestoration = 'manual';
readEarly(currentEntry());
void loadPage(currentEntry().page);
const root = document.getElementById('app');
if (root) createRoot(root).render(<Router />);
