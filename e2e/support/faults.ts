import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { Page, Request } from 'playwright-core';

const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const quietForMs = 150;
const settleWithinMs = 20_000;

/** Watches one page: what it writes to the console, and whether it still waits for the server. */
export class PageWatch {
  readonly page: Page;
  private errors: string[] = [];
  private readonly waiting = new Set<Request>();
  private quietSince = performance.now();

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('request', (request) => this.waiting.add(request));
    const ended = (request: Request) => {
      this.waiting.delete(request);
      this.quietSince = performance.now();
    };
    page.on('requestfinished', ended);
    page.on('requestfailed', ended);
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.quietSince = performance.now();
    });
  }

  /** Until nothing was asked of the server for a moment and fonts, layout and animations have come to rest. */
  async settle(): Promise<void> {
    const deadline = performance.now() + settleWithinMs;
    for (;;) {
      const isQuiet = this.waiting.size === 0 && performance.now() - this.quietSince >= quietForMs;
      if (isQuiet && !(await this.page.evaluate<boolean>(isLoading))) break;
      if (performance.now() > deadline) {
        this.errors.push(`does not come to rest within ${settleWithinMs} ms`);
        break;
      }
      await this.page.waitForTimeout(30);
    }
    await this.page.evaluate(rest);
  }

  /** Console errors since the last call. */
  takeErrors(): string[] {
    const taken = this.errors;
    this.errors = [];
    return taken;
  }
}

// What runs in the page is text: the server's code and this share one type check, which knows no DOM.
const rest = `(async () => {
  await document.fonts.ready;
  for (const animation of document.getAnimations()) {
    if (animation.effect?.getComputedTiming().iterations !== Infinity) animation.finish();
  }
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
})()`;

/** Whether something on screen still stands for what is to come, or the page has not drawn anything yet. */
const isLoading = `document.body.innerText.trim() === '' ||
  [...document.querySelectorAll('.ant-skeleton, .ant-spin-spinning, .bone, .skeletons, [aria-busy="true"]')].some(
    (element) => element.getClientRects().length > 0,
  )`;

/** How many pixels the page is wider than the window, and who sticks out. */
const overflow = `(() => {
  const limit = document.documentElement.clientWidth;
  const wide = document.documentElement.scrollWidth - limit;
  if (wide <= 0) return [];
  const culprit = [...document.querySelectorAll('body *')].find(
    (element) => element.getBoundingClientRect().right > limit + 1 && element.children.length === 0,
  );
  return ['scrolls sideways by ' + wide + ' px (' + (culprit?.outerHTML.slice(0, 120) ?? 'unknown') + ')'];
})()`;

/** Texts on screen that are a key, such as `orders.list.title`; codes shown as such (`mono`, `code`) are meant. */
const untranslated = String.raw`(() => {
  const key = /^(?:[a-z][\w-]*:)?[a-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)+$/;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent.trim();
    if (!key.test(text) || node.parentElement.closest('.mono, code, pre, script, style') !== null) continue;
    found.push('untranslated: ' + text);
  }
  return found;
})()`;

interface AxeViolation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

async function inaccessible(page: Page): Promise<string[]> {
  await page.evaluate(await axeSource);
  const violations = await page.evaluate<AxeViolation[]>(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.html.slice(0, 160)}`);
}

/** Everything wrong with the page as it stands. */
export async function faultsOf(watch: PageWatch, { axe }: { axe: boolean }): Promise<string[]> {
  const { page } = watch;
  return [
    ...watch.takeErrors().map((error) => `console: ${error}`),
    ...(await page.evaluate<string[]>(overflow)),
    ...(await page.evaluate<string[]>(untranslated)),
    ...(axe ? await inaccessible(page) : []),
  ];
}
