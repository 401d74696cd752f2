/** Where the shop is: page, its parameters, and how many pages lie beneath. */
export interface Entry {
  readonly page: string;
  readonly params: Readonly<Record<string, string>>;
  readonly depth: number;
  /** Survives going back and forth; scroll positions hang on it. */
  readonly key: string;
}

const listeners = new Set<() => void>();
let entry = read();

/** Takes `#/pages/x/index?a=b` apart; anything else is the home page. */
export function parseHash(hash: string): { page: string; params: Record<string, string> } {
  const [path = '', query = ''] = hash.replace(/^#?\/*/, '').split('?');
  const page = /^pages\/[a-z-]+\/index$/.test(path) ? path : 'pages/home/index';
  return { page, params: Object.fromEntries(new URLSearchParams(query)) };
}

function read(): Entry {
  if (typeof window === 'undefined') return { page: 'pages/home/index', params: {}, depth: 0, key: '0' };
  const state: unknown = window.history.state;
  const depth = typeof state === 'object' && state && 'depth' in state ? Number(state.depth) : 0;
  const key = typeof state === 'object' && state && 'key' in state ? String(state.key) : window.location.hash;
  return { ...parseHash(window.location.hash), depth, key };
}

function update(): void {
  entry = read();
  for (const listener of listeners) listener();
}

export function currentEntry(): Entry {
  return entry;
}

/** Opens a page; `replace` leaves no way back to the present one. */
export function go(url: string, how: 'push' | 'replace'): void {
  const depth = how === 'push' ? entry.depth + 1 : entry.depth;
  const state = { depth, key: Math.random().toString(36).slice(2) };
  const address = `#/${url.replace(/^\/+/, '')}`;
  if (how === 'push') window.history.pushState(state, '', address);
  else window.history.replaceState(state, '', address);
  update();
}

export function watchEntry(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('popstate', update);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('popstate', update);
  };
}
