import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Script, createContext } from 'node:vm';
import type { Context } from 'node:vm';

import { beforeAll, describe, expect, it } from 'vitest';

import appConfig from './app.config.ts';
import { zhCn } from './i18n/zh-cn.ts';

const built = resolve(import.meta.dirname, '../dist/weapp');
/** WeChat refuses a main package above two megabytes. */
const mostBytes = 2 * 1024 * 1024;

type Callback = (...values: unknown[]) => void;
interface Lifecycle {
  readonly onLaunch: Callback;
  readonly onLoad: Callback;
  readonly onShow: Callback;
  readonly onReady: Callback;
}

/** What WeChat gives to a page's code, as far as the shop asks for it: no window, no document, no network, no eval. */
class MiniProgram {
  readonly apps: Lifecycle[] = [];
  readonly pages: Lifecycle[] = [];
  readonly asked: string[] = [];
  private readonly stored = new Map<string, unknown>();
  private readonly modules = new Map<string, { exports: unknown }>();
  private readonly context: Context;

  constructor() {
    const wx = {
      getStorageSync: (key: string) => this.stored.get(key) ?? '',
      setStorageSync: (key: string, value: unknown) => void this.stored.set(key, value),
      removeStorageSync: (key: string) => void this.stored.delete(key),
      getAppBaseInfo: () => ({ language: 'zh_CN' }),
      setNavigationBarTitle: (options: { success?: Callback }) => options.success?.({}),
      request: ({ url, fail }: { url: string; fail?: Callback }) => {
        this.asked.push(url);
        setTimeout(() => fail?.({ errMsg: 'request:fail' }));
        return { abort: () => undefined };
      },
    };
    const given = {
      wx,
      App: (app: Lifecycle) => void this.apps.push(app),
      Page: (page: Lifecycle) => void this.pages.push(page),
      getApp: () => this.apps[0],
      getCurrentPages: () => [],
      global: {},
      console,
      setTimeout,
      clearTimeout,
      setInterval,
      clearInterval,
    };
    this.context = createContext(given, { codeGeneration: { strings: false, wasm: false } });
  }

  /** Runs a file of the package, once, as WeChat's `require` does. */
  load(file: string): unknown {
    const known = this.modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    this.modules.set(file, module);
    const source = readFileSync(join(built, file), 'utf8');
    const script = new Script(`(function (exports, require, module) {${source}\n})`, { filename: file });
    const run = script.runInContext(this.context) as Callback;
    run(module.exports, (path: string) => this.load(join(dirname(file), path)), module);
    return module.exports;
  }
}

/** Opens a page; answers with the tree it has drawn once nothing answered its questions, as text. */
async function drawnBy(page: Lifecycle): Promise<string> {
  let tree = '';
  const shown = {
    ...page,
    setData(change: unknown, done?: Callback) {
      tree += JSON.stringify(change);
      done?.();
    },
  };
  shown.onLoad({});
  shown.onReady();
  shown.onShow();
  await expect.poll(() => tree, { timeout: 5000 }).not.toBe('');
  return tree;
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.built-from')
    .map((entry) => join(entry.parentPath, entry.name));
}

// `npm test` builds it first, and fails where that fails.
describe.skipIf(!existsSync(join(built, 'app.json')))('the mini-program', () => {
  const program = new MiniProgram();
  beforeAll(() => {
    program.load('app.js');
    for (const page of appConfig.pages) program.load(`${page}.js`);
    program.apps[0]?.onLaunch({ path: appConfig.entryPagePath, query: {} });
  });

  it('lists every page of the shop', () => {
    const { pages } = JSON.parse(readFileSync(join(built, 'app.json'), 'utf8')) as { pages: string[] };
    const sources = readdirSync(resolve(import.meta.dirname, 'pages')).map((name) => `pages/${name}/index`);
    expect(pages).toEqual(appConfig.pages);
    expect(pages.toSorted()).toEqual(sources.toSorted());
  });

  it('has code, template and settings of every page, and the styles of those that have some', () => {
    const parts = (page: string): string[] => [
      ...['js', 'wxml', 'json'].map((part) => `${page}.${part}`),
      ...(existsSync(resolve(import.meta.dirname, `${page}.css`)) ? [`${page}.wxss`] : []),
    ];
    const wanted = ['app.js', 'app.wxss', 'base.wxml', 'utils.wxs', ...appConfig.pages.flatMap(parts)];
    expect(wanted.filter((file) => !existsSync(join(built, file)))).toEqual([]);
  });

  it('stays below the two megabytes WeChat allows', () => {
    const bytes = filesOf(built).reduce((sum, file) => sum + statSync(file).size, 0);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(mostBytes);
  });

  it('registers its app and every page without a browser around it', () => {
    expect([program.apps.length, program.pages.length]).toEqual([1, appConfig.pages.length]);
  });

  it.each(appConfig.pages)('draws %s', async (name) => {
    const page = program.pages[appConfig.pages.indexOf(name)];
    expect(page && (await drawnBy(page))).toContain('"ariaRole":"main"');
  });

  it('speaks the language of WeChat and asks the shop it was built for', async () => {
    const [home] = program.pages;
    expect(home && (await drawnBy(home))).toContain(zhCn['home.search']);
    expect(program.asked.every((url) => /^https:\/\/[^/]+\/api\/mall\//.test(url))).toBe(true);
    expect(program.asked.some((url) => url.endsWith('/api/mall/home'))).toBe(true);
  });
});
