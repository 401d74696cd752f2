import { createContext, useContext, useEffect, useRef } from 'react';

import { currentEntry, go } from './h5-history.ts';
import type { Platform } from './port.ts';

interface PageFrame {
  readonly params: Readonly<Record<string, string>>;
}
export const PageContext = createContext<PageFrame>({ params: {} });

function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    // Blocked cookies block storage as well: the shop then remembers nothing, but sells.
    return null;
  }
}
const store = storage();

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function fetchPicture(path: string): Promise<string> {
  const response = await fetch(path, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`The picture ${path} answered ${response.status}.`);
  return URL.createObjectURL(await response.blob());
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Older WebViews and plain http have no clipboard: the selection trick still works there.
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    return isCopied;
  }
}

/** The browser, WeChat's own included. */
export const platform: Platform = {
  kind: 'h5',
  address: (path) => path,
  fullAddress: (path) => window.location.origin + path,
  async request({ method, url, body, headers }) {
    const early = method === 'GET' ? window.shukeEarly?.get(url) : undefined;
    if (early) {
      window.shukeEarly?.delete(url);
      return early;
    }
    const response = await fetch(url, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await answerOf(response) };
  },
  read: (key) => store?.getItem(key) ?? null,
  write(key, value) {
    if (value === null) store?.removeItem(key);
    else store?.setItem(key, value);
  },
  preferredLanguage: () => navigator.language,
  open: (url) => go(url, 'push'),
  replace: (url) => go(url, 'replace'),
  openTab: (page) => go(page, 'push'),
  back() {
    if (currentEntry().depth > 0) window.history.back();
    else go('pages/home/index', 'replace');
  },
  usePageParams: () => useContext(PageContext).params,
  useOnShow(run) {
    const latest = useRef(run);
    useEffect(() => {
      latest.current = run;
    });
    useEffect(() => {
      latest.current();
      const onVisible = (): void => {
        if (document.visibilityState === 'visible') latest.current();
      };
      document.addEventListener('visibilitychange', onVisible);
      return () => document.removeEventListener('visibilitychange', onVisible);
    }, []);
  },
  useReachEnd(run) {
    const latest = useRef(run);
    useEffect(() => {
      latest.current = run;
    });
    useEffect(() => {
      const onScroll = (): void => {
        const { scrollHeight, clientHeight } = document.documentElement;
        if (scrollHeight - clientHeight - window.scrollY < 600) latest.current();
      };
      window.addEventListener('scroll', onScroll, { passive: true });
      return () => window.removeEventListener('scroll', onScroll);
    }, []);
  },
  setTitle(title) {
    document.title = title;
  },
  setLanguage(language) {
    document.documentElement.lang = language;
  },
  useShareMessage() {
    // WeChat's own share menu needs a signed JS-SDK configuration; the share sheet offers link and poster instead.
  },
  async share({ title, page }) {
    if (typeof navigator.share !== 'function') return false;
    try {
      await navigator.share({ title, url: `${window.location.origin}/mall/#/${page}` });
      return true;
    } catch (error) {
      // Closing the system's sheet is a decision, not a failure.
      return error instanceof DOMException && error.name === 'AbortError';
    }
  },
  copy: copyText,
  async paste() {
    try {
      return await navigator.clipboard.readText();
    } catch {
      return '';
    }
  },
  readPhoneNumber: () => Promise.resolve(null),
  subscribe: () => Promise.resolve(false),
  scanCode: () => Promise.resolve(null),
  pay: () => Promise.resolve('unavailable'),
  fetchPicture,
  savePicture(source, name) {
    const link = document.createElement('a');
    link.href = source;
    link.download = name;
    link.click();
    return Promise.resolve(true);
  },
};
