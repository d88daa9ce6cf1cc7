// SPDX-License-Identifier: Apache-2.0
// The page of an order that is not at its end: it follows the order by itself, and without scripts by reloading.
import { expect, test } from './support/shop.js';
import { SlowOrder } from './support/orders.js';

const stateOf = (shopper) => shopper.page.locator('[data-state]');
const follows = (shopper) => shopper.page.getByText('This page shows by itself how it is going.');
const reload = (shopper) => shopper.page.getByRole('link', { name: 'Reload this page' });

async function slowOrder(shopper) {
  await shopper.open('/');
  const [cookie] = (await shopper.page.context().cookies()).filter(({ name }) => name === 'shop_session-id');
  return SlowOrder.place(cookie.value);
}

async function shipped(order) {
  for (const state of ['CHARGING', 'CHARGED']) await order.step(state);
  await order.step('SHIPPING', 'transaction_id: "t"');
  await order.step('SHIPPED', 'shipping_tracking_id: "AB-123"');
}

test('an order is followed to its confirmation, and the page is then the finished one', async ({ shopper }) => {
  const { page } = shopper;
  const order = await slowOrder(shopper);
  let loads = 0;
  page.on('load', () => { loads += 1; });
  await shopper.open(`/orders/${order.id}`);
  await expect(follows(shopper)).toBeVisible();
  await expect(stateOf(shopper)).toHaveText('Being prepared');
  expect(loads).toBe(1);
  await shipped(order);
  await expect(page.getByText('AB-123')).toHaveCount(0);
  await order.step('CONFIRMED', 'settled: true');
  await expect(stateOf(shopper)).toHaveText('Confirmed');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Thank you for your order');
  await expect(page.locator('[data-tracking-id]')).toHaveText('AB-123');
  await expect(page.getByText('Total paid')).toBeVisible();
  await expect(page.locator('[data-follow]')).toHaveCount(0);
  await page.waitForLoadState('networkidle');
  expect(loads).toBe(2);
});

test('a change is shown in its place, and told to who cannot see it', async ({ shopper }) => {
  const { page } = shopper;
  const order = await slowOrder(shopper);
  await shipped(order);
  await shopper.open(`/orders/${order.id}`);
  await expect(follows(shopper)).toBeVisible();
  const place = await page.locator('.order').boundingBox();
  await order.step('REFUNDING');
  await expect(stateOf(shopper)).toHaveText('Being refunded');
  await expect(page.locator('[data-state-note]')).toHaveText('This order could not be shipped. We are paying you back in full.');
  await expect(page.getByRole('status').filter({ hasText: 'Being refunded. This order' })).toHaveCount(1);
  expect(await page.locator('.order').boundingBox()).toEqual(place);
  for (const name of ['desktop', 'phone']) {
    if (name === 'phone') await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: test.info().outputPath(`order-${name}.png`) });
  }
  await order.step('REFUNDED');
  await order.step('CANCELLED');
  await expect(stateOf(shopper)).toHaveText('Refunded');
  await expect(page.locator('[data-follow]')).toHaveCount(0);
});

test('without scripts a sentence says how to see what has become of it', async ({ newShopper }) => {
  const shopper = await newShopper({ javaScriptEnabled: false });
  const order = await slowOrder(shopper);
  await shopper.open(`/orders/${order.id}`);
  await expect(reload(shopper)).toBeVisible();
  await order.step('CANCELLED');
  await reload(shopper).click();
  await expect(stateOf(shopper)).toHaveText('Cancelled');
  await expect(reload(shopper)).toHaveCount(0);
});

test('four pages of one shopper follow an order, and a fifth is refused', async ({ shopper }) => {
  const order = await slowOrder(shopper);
  const context = shopper.page.context();
  for (let i = 0; i < 4; ++i) {
    const page = await context.newPage();
    await page.goto(`/orders/${order.id}`);
    await expect(page.getByText('This page shows by itself')).toBeVisible();
  }
  const refused = await shopper.page.request.get(`/orders/${order.id}/events`);
  expect(refused.status()).toBe(429);
});

test('a page whose stream is refused says how to see what has become of the order', async ({ shopper }) => {
  const order = await slowOrder(shopper);
  // Neither an error nor a stream: the browser gives up on it.
  await shopper.page.route('**/events', (route) => route.fulfill({ status: 204 }));
  await shopper.open(`/orders/${order.id}`);
  await expect(reload(shopper)).toBeVisible();
  await expect(follows(shopper)).toHaveCount(0);
});
