import type { Page } from 'playwright-core';
import { expect } from 'vitest';

import { until } from './until.ts';

/** An answer of the API with this visitor's cookies and device, as the page itself would get it. */
export async function ask<T>(page: Page, path: string): Promise<T> {
  const { status, body } = await page.evaluate(async (address) => {
    const device = localStorage.getItem('shuke.device');
    const reply = await fetch(address, { headers: device === null ? {} : { 'x-device-id': device } });
    return { status: reply.status, body: await reply.json() };
  }, path);
  expect(status, `${path}: ${JSON.stringify(body)}`).toBe(200);
  return body as T;
}

/** Signs in with the code that the sandbox shows on screen; answers with who they are. */
export async function signInToMall(page: Page, phone: string): Promise<number> {
  await page.goto('/mall/#/pages/sign-in/index');
  await page.getByLabel('手机号').fill(phone);
  await page.getByRole('button', { name: '获取验证码' }).click();
  const shown = await page.getByText(/演示验证码：\d{6}/).textContent();
  await page.getByLabel('验证码').fill(/\d{6}/.exec(shown ?? '')?.[0] ?? '');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => !url.hash.includes('sign-in'));
  const { member } = await until(
    'signed in',
    () => ask<{ member: { customerId: number } | null }>(page, '/api/mall/me'),
    (answer) => answer.member !== null,
  );
  return member?.customerId ?? 0;
}

/** Shares the product on screen and answers with the link of the share sheet. */
export async function shareProduct(page: Page): Promise<string> {
  await page.getByRole('button', { name: '分享赚' }).click();
  const link = page.getByRole('dialog').getByText(/https?:\/\/\S+\/s\/\w+/);
  await link.waitFor();
  return /https?:\/\/\S+/.exec((await link.textContent()) ?? '')?.[0] ?? '';
}

/** Fills in the form of a new address and saves it. */
export async function addAddress(page: Page): Promise<void> {
  await page.goto('/mall/#/pages/address/index');
  for (const [label, text] of [
    ['收货人', '林小满'],
    ['手机号', '13900001234'],
    ['省份', '浙江省'],
    ['城市', '杭州市'],
    ['区县', '西湖区'],
    ['详细地址', '文三路 1 号'],
  ] as const) {
    await page.getByLabel(label).fill(text);
  }
  await page.getByRole('button', { name: '保存' }).click();
  await until(
    'address saved',
    () => ask<{ items: unknown[] }>(page, '/api/mall/addresses'),
    ({ items }) => items.length > 0,
  );
}

/** From the product on screen to a paid order; answers with the order and where its page is. */
export async function buy(
  page: Page,
  { saving }: { readonly saving: string | null },
): Promise<{ orderId: string; orderNo: string; address: string }> {
  await page.getByRole('button', { name: '加入购物车' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '加入购物车' }).click();
  await until(
    'in the cart',
    () => ask<{ quantity: number }>(page, '/api/mall/cart'),
    ({ quantity }) => quantity === 1,
  );
  await page.goto('/mall/#/pages/checkout/index');
  if (saving !== null) await page.getByText(saving).waitFor();
  await page.getByRole('button', { name: '提交订单' }).click();
  await page.getByRole('button', { name: /^付款/ }).click();
  await page.getByText('支付成功').waitFor();
  const [order] = (await ask<{ items: { orderId: string; orderNo: string }[] }>(page, '/api/mall/orders?limit=1'))
    .items;
  const { orderNo = '-', orderId = '-' } = order ?? {};
  const address = `/mall/#/pages/order/index?id=${orderId}`;
  await page.goto(address);
  await page.getByText(orderNo).waitFor();
  return { orderId, orderNo, address };
}
