import Taro, { useDidShow, useReachBottom, useRouter, useShareAppMessage } from '@tarojs/taro';
import { useEffect, useRef } from 'react';

import { mergeCookies } from '../lib/cookies.ts';
import type { Platform } from './port.ts';

declare const SHOP_ORIGIN: string;

const cookieKey = 'shuke.cookies';
const tabs = ['pages/home/index', 'pages/category/index', 'pages/cart/index', 'pages/me/index'];

function readStored(key: string): string | null {
  const value: unknown = Taro.getStorageSync(key);
  return typeof value === 'string' && value !== '' ? value : null;
}

function splitUrl(url: string): { page: string; isTab: boolean } {
  const [page = ''] = url.replace(/^\/+/, '').split('?');
  return { page, isTab: tabs.includes(page) };
}

async function fetchPicture(path: string): Promise<string> {
  const kept = readStored(cookieKey);
  const { statusCode, tempFilePath } = await Taro.downloadFile({
    url: SHOP_ORIGIN + path,
    header: kept ? { cookie: kept } : {},
  });
  if (statusCode !== 200) throw new Error(`The picture ${path} answered ${statusCode}.`);
  return tempFilePath;
}

const refused = (error: unknown): boolean => /cancel|deny|refuse/i.test(JSON.stringify(error ?? ''));

/** WeChat's mini-program. Cookies are kept by hand because it has none. */
export const platform: Platform = {
  kind: 'weapp',
  address: (path) => (path.startsWith('/') ? SHOP_ORIGIN + path : path),
  fullAddress: (path) => SHOP_ORIGIN + path,
  async request({ method, url, body, headers }) {
    const kept = readStored(cookieKey);
    const answer = await Taro.request<unknown>({
      method,
      url: SHOP_ORIGIN + url,
      ...(body === undefined ? {} : { data: body as Record<string, unknown> }),
      header: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(kept ? { cookie: kept } : {}),
      },
    });
    const set = answer.cookies ?? [];
    if (set.length > 0) Taro.setStorageSync(cookieKey, mergeCookies(kept ?? '', set));
    return { status: answer.statusCode, body: answer.data };
  },
  read: readStored,
  write(key, value) {
    if (value === null) Taro.removeStorageSync(key);
    else Taro.setStorageSync(key, value);
  },
  // WeChat says zh_CN.
  preferredLanguage: () => (Taro.getAppBaseInfo().language ?? 'zh_CN').replace('_', '-'),
  open(url) {
    const { page, isTab } = splitUrl(url);
    if (isTab) void Taro.switchTab({ url: `/${page}` });
    // WeChat stacks ten pages at most: the deepest gives way.
    else if (Taro.getCurrentPages().length >= 9) void Taro.redirectTo({ url: `/${url}` });
    else void Taro.navigateTo({ url: `/${url}` });
  },
  replace(url) {
    const { page, isTab } = splitUrl(url);
    void (isTab ? Taro.switchTab({ url: `/${page}` }) : Taro.redirectTo({ url: `/${url}` }));
  },
  openTab: (page) => void Taro.switchTab({ url: `/${page}` }),
  back() {
    if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
    else void Taro.switchTab({ url: '/pages/home/index' });
  },
  usePageParams() {
    const { params } = useRouter();
    return Object.fromEntries(
      Object.entries(params).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, decodeURIComponent(value)]],
      ),
    );
  },
  useOnShow(run) {
    useDidShow(run);
  },
  useReachEnd(run) {
    useReachBottom(run);
  },
  setTitle: (title) => void Taro.setNavigationBarTitle({ title }),
  setLanguage() {
    // The mini-program has no document whose language could be set.
  },
  useShareMessage(message) {
    const latest = useRef(message);
    useEffect(() => {
      latest.current = message;
    });
    useShareAppMessage(() => {
      const { title, page, pictureUrl } = latest.current();
      return { title, path: `/${page}`, ...(pictureUrl ? { imageUrl: pictureUrl } : {}) };
    });
  },
  // Only a tap on WeChat's own share button shares: the menu in the corner is shown instead.
  async share() {
    await Taro.showShareMenu({ withShareTicket: true });
    return false;
  },
  async copy(data) {
    await Taro.setClipboardData({ data });
    return true;
  },
  async paste() {
    const { data } = await Taro.getClipboardData();
    return data;
  },
  readPhoneNumber: () => Promise.resolve(null),
  async subscribe(templateIds) {
    if (templateIds.length === 0) return false;
    const answer = await Taro.requestSubscribeMessage({ tmplIds: [...templateIds], entityIds: [] });
    return templateIds.some((id) => (answer as unknown as Record<string, string>)[id] === 'accept');
  },
  async scanCode() {
    try {
      const { result } = await Taro.scanCode({});
      return result;
    } catch (error) {
      if (refused(error)) return null;
      throw error;
    }
  },
  async pay(parameters) {
    if (!parameters) return 'unavailable';
    try {
      await Taro.requestPayment(parameters as unknown as Taro.requestPayment.Option);
      return 'paid';
    } catch (error) {
      if (refused(error)) return 'cancelled';
      throw error;
    }
  },
  fetchPicture,
  async savePicture(filePath) {
    try {
      await Taro.saveImageToPhotosAlbum({ filePath });
      return true;
    } catch (error) {
      if (refused(error)) return false;
      throw error;
    }
  },
};
