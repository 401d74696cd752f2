/**
 * Asks for what the first page shows while React is still on its way: the small script that runs first. It imports nothing, so
 * that nothing has to be loaded before it; platform/h5.tsx takes the answers over.
 */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}
declare global {
  interface Window {
    /** Answers on their way, by address. */
    shukeEarly?: Map<string, Promise<Answer>>;
  }
}

function kept(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    // Blocked storage: then the visitor has no kept language either.
    return null;
  }
}

/** The name of this device, made here on a first visit as lib/device.ts makes it. */
function deviceId(): string {
  const known = kept('shuke.device');
  if (known) return known;
  const made = Array.from({ length: 4 }, () => Math.random().toString(36).slice(2, 10)).join('');
  try {
    window.localStorage.setItem('shuke.device', made);
  } catch {
    // Blocked storage: the shop makes another one and nothing else is lost.
  }
  return made;
}

function ask(url: string): Promise<Answer> {
  const language = kept('shuke.language') ?? (/^zh\b/i.test(navigator.language) ? 'zh-CN' : 'en');
  return fetch(url, {
    credentials: 'same-origin',
    headers: { 'accept-language': language, 'x-device-id': deviceId() },
  }).then(async (response) => ({ status: response.status, body: await response.json().catch(() => null) }));
}

/** The picture that will be largest, in the sizes in which the page asks for it. */
function fetchPicture({ body }: Answer): void {
  const src = (body as { pictureUrl?: unknown } | null)?.pictureUrl;
  if (typeof src !== 'string') return;
  const image = new Image();
  image.fetchPriority = 'high';
  image.srcset = `${src}?w=400 1x, ${src}?w=800 2x, ${src}?w=1200 3x`;
}

const [page = '', query = ''] = window.location.hash.replace(/^#?\/*/, '').split('?');
const early = new Map([['/api/mall/shop', ask('/api/mall/shop')]]);
const productId = new URLSearchParams(query).get('id');
if (page === 'pages/product/index' && productId) {
  const url = `/api/mall/products/${encodeURIComponent(productId)}`;
  const answer = ask(url);
  early.set(url, answer);
  // A failure shows when the page takes the answer over.
  answer.then(fetchPicture, () => undefined);
}
if (page === '' || page === 'pages/home/index') early.set('/api/mall/home', ask('/api/mall/home'));
for (const answer of early.values()) answer.catch(() => undefined);
window.shukeEarly = early;
