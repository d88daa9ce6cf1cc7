// SPDX-License-Identifier: Apache-2.0
// The history of orders, which belongs to its session.
import { randomUUID } from 'node:crypto';
import { expect, products, test } from './support/shop.js';

test('a session without orders is told so', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/orders');
  await expect(page).toHaveTitle('Your orders · Online Boutique');
  await expect(page.getByRole('heading', { name: 'No orders yet' })).toBeVisible();
  await page.getByRole('link', { name: 'Look at the products' }).click();
  await expect(page).toHaveURL('/');
});

test('an order is found again in the history, the newest first', async ({ shopper }) => {
  const { page } = shopper;
  const bought = [];
  for (const lines of [{ [products.mug]: 1 }, { [products.watch]: 1, [products.jar]: 2, [products.tankTop]: 1 }]) {
    await shopper.stock(lines);
    bought.unshift(await shopper.buy());
  }
  expect(await shopper.orders()).toEqual(bought);
  await expect(page.getByText('2 orders')).toBeVisible();
  await expect(page.locator('.order-row-title')).toHaveText(['Watch, Bamboo Glass Jar and 1 more', 'Mug']);
  await expect(page.locator('.order-row .state')).toHaveText(['Confirmed', 'Confirmed']);
  await page.getByRole('link', { name: 'Watch, Bamboo Glass Jar and 1 more' }).click();
  expect(await shopper.orderOnPage()).toBe(bought[0]);
});

test('the header leads to the history', async ({ shopper }) => {
  await shopper.open('/');
  await shopper.page.getByRole('banner').getByRole('link', { name: 'Orders' }).click();
  await expect(shopper.page).toHaveURL('/orders');
});

test('somebody else gets 404 for an order, as for one that does not exist', async ({ shopper, newShopper }) => {
  await shopper.stock({ [products.mug]: 1 });
  const order = await shopper.buy();
  const other = await newShopper();
  for (const path of [`/orders/${order}`, `/orders/${randomUUID()}`, '/orders/mine', '/orders/%2e%2e%2fcart']) {
    const answer = await other.open(path);
    expect(answer.status()).toBe(404);
    expect(await answer.text()).not.toContain('ada@example.com');
  }
  await other.open(`/orders/${order}`);
  await expect(other.page.getByRole('heading', { level: 1 })).toHaveText('We cannot find that order');
  expect(await other.orders()).toEqual([]);
  expect((await shopper.open(`/orders/${order}`)).status()).toBe(200);
});
