import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

import { administrator } from './product.ts';

const patience = { timeout: 20_000 };

/** Signs a page in to the console. */
export async function signInToConsole(page: Page): Promise<void> {
  await page.goto('/console/');
  await page.getByLabel('账号').fill(administrator.login);
  await page.getByLabel('密码').fill(administrator.password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByRole('navigation').first().waitFor();
}

/** The exact text of the figure with this label: what the tooltip says of a short number, else the number itself. */
export async function figureOf(page: Page, label: string): Promise<string> {
  const named = page.locator('[class*="_label_"]').getByText(label, { exact: true });
  const card = page.locator('[class*="_card_"]').filter({ has: named }).last();
  const value = card.locator('strong').last();
  await value.waitFor();
  await page.mouse.move(0, 0);
  const before = page.locator('.ant-tooltip:not(.ant-tooltip-hidden)');
  await expect.poll(() => before.count(), patience).toBe(0);
  await value.locator('span').first().hover();
  const exact = page.getByRole('tooltip').filter({ visible: true });
  const text = await exact
    .first()
    .textContent({ timeout: 2_000 })
    .catch(() => value.textContent()); // A number that is not shortened has no tooltip.
  return text?.trim() ?? '';
}

/** Chooses an option of a select by its words. */
export async function choose(scope: Page | Locator, label: string, option: string): Promise<void> {
  const page = 'page' in scope ? scope.page() : scope;
  await scope.getByRole('combobox', { name: label }).click();
  const list = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)');
  await list.locator('.ant-select-item-option').filter({ hasText: option }).first().click();
}

/** Types into a number field and leaves it, so that it takes the number. */
export async function fillNumber(field: Locator, value: number): Promise<void> {
  await field.fill(String(value));
  await field.blur();
}

/** Presses a button that asks, and says yes; waits until the question is gone. */
export async function confirm(page: Page, button: Locator, yes: string | RegExp): Promise<void> {
  await button.click();
  const question = page.getByRole('dialog').filter({ visible: true }).last();
  await question.getByRole('button', { name: yes }).click();
  await question.waitFor({ state: 'hidden' });
}

/** Adds a node from the palette of a canvas, after the chosen one. */
export async function addNode(page: Page, kind: string): Promise<void> {
  const nodes = page.locator('.react-flow__node');
  const before = await nodes.count();
  await page
    .getByRole('complementary', { name: '节点', exact: true })
    .getByRole('button', { name: kind, exact: true })
    .click();
  await expect.poll(() => nodes.count(), patience).toBe(before + 1);
  const form = page.getByRole('complementary', { name: '节点设置' });
  await form.getByRole('heading', { level: 2, name: kind, exact: true }).waitFor();
}
