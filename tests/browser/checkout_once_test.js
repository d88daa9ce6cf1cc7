// SPDX-License-Identifier: Apache-2.0
// One order, whatever the shopper does: double clicks, reloads, the back button, two tabs; and never a total that
// nobody has seen.
import { checkoutFields, expect, products, Shopper, test } from './support/shop.js';

// The same shopper in another tab.
async function secondTab(shopper) {
  const tab = new Shopper(await shopper.page.context().newPage(), true);
  await tab.open('/cart');
  return tab;
}

for (const javaScriptEnabled of [true, false]) {
  test(`D2: a double click makes one order ${javaScriptEnabled ? 'with' : 'without'} scripts`, async ({ newShopper }) => {
    const shopper = await newShopper({ javaScriptEnabled });
    await shopper.stock({ [products.mug]: 2 });
    await shopper.open('/cart');
    await shopper.fillCheckout();
    await shopper.placeOrderButton.dblclick();
    await shopper.page.waitForURL(/\/orders\//);
    expect(await shopper.orders()).toHaveLength(1);
    await shopper.open('/cart');
    await expect(shopper.page.getByRole('heading', { level: 1 })).toHaveText('Your cart is empty');
  });
}

test('D2: the same form sent five times at once makes one order', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 2 });
  await shopper.open('/cart');
  const hidden = {};
  for (const name of ['csrf_token', 'idempotency_key', 'expected_total']) {
    hidden[name] = await shopper.field(name).inputValue();
  }
  const form = checkoutFields(hidden);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => page.request.post('/cart/checkout', { form, maxRedirects: 0 })));
  expect(answers.map((answer) => answer.status())).toEqual(Array(5).fill(303));
  expect(new Set(answers.map((answer) => answer.headers().location)).size).toBe(1);
  expect(await shopper.orders()).toHaveLength(1);
});

test('the button says that it works, and takes no second click', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  await shopper.fillCheckout();
  // The form stays: what happens to the button can be looked at.
  await page.evaluate(() => document.addEventListener('submit', (event) => event.preventDefault()));
  await shopper.placeOrderButton.click();
  const button = page.locator('form[data-checkout] [type=submit]');
  await expect(button).toHaveText('Placing your order…');
  await expect(button).toHaveAttribute('aria-disabled', 'true');
});

test('D2: the back button and a second submission lead to the same order', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  const key = await shopper.field('idempotency_key').inputValue();
  await shopper.fillCheckout();
  await shopper.placeOrder();
  const order = await shopper.orderOnPage();

  await page.goBack();
  await expect(page).toHaveURL('/cart');
  // The browser may keep the page, with its form and key, or ask for it again: then the cart is empty.
  const kept = await shopper.placeOrderButton.count() > 0;
  if (kept) {
    expect(await shopper.field('idempotency_key').inputValue()).toBe(key);
    await shopper.fillCheckout();
    await shopper.placeOrder();
    expect(await shopper.orderOnPage()).toBe(order);
  } else {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart is empty');
  }
  expect(await shopper.orders()).toEqual([order]);
});

test('a total that has changed is shown again before anything is charged', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  const before = await shopper.sums('USD');
  await shopper.fillCheckout();
  const tab = await secondTab(shopper);
  await tab.changeQuantity('Mug', 3);
  const after = await tab.sums('USD');

  const answer = await shopper.placeOrder();
  expect(answer.status()).toBe(409);
  const notice = page.getByRole('alert');
  await expect(notice).toContainText('The total has changed');
  await expect(notice).toContainText(`It was $${(before.total / 100).toFixed(2)}.`);
  await expect(notice).toContainText(`It is now $${(after.total / 100).toFixed(2)}.`);
  await expect(notice).toContainText('Nothing has been charged');
  expect(await tab.orders()).toEqual([]);

  // What was typed is there, and the new total can be agreed to.
  await expect(shopper.field('city')).toHaveValue('Cambridge');
  await shopper.fillCheckout();
  await shopper.placeOrder();
  expect((await shopper.sums('USD')).total).toBe(after.total);
  expect(await shopper.orders()).toHaveLength(1);
});

test('a currency changed in another tab changes nothing of what this page agreed to', async ({ shopper }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  const shown = await shopper.sums('USD');
  await shopper.fillCheckout();
  const tab = await secondTab(shopper);
  await tab.chooseCurrency('JPY');
  expect((await shopper.placeOrder()).status()).toBe(200);
  expect(await shopper.sums('USD')).toEqual(shown);
});

test('a cart that was ordered in another tab is not ordered again', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  await shopper.fillCheckout();
  const tab = await secondTab(shopper);
  await tab.fillCheckout();
  await tab.placeOrder();
  const order = await tab.orderOnPage();
  await shopper.placeOrder();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart is empty');
  expect(await shopper.orders()).toEqual([order]);
});

test('what was added after the page was shown is not charged unseen', async ({ shopper }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  await shopper.fillCheckout();
  await shopper.stock({ [products.watch]: 1 });
  expect((await shopper.placeOrder()).status()).toBe(409);
  expect((await shopper.sums('USD')).lines).toEqual([899, 10999]);
  expect(await shopper.orders()).toEqual([]);
});

test('D2: an empty cart cannot be ordered', async ({ shopper, page }) => {
  await shopper.open('/');
  const answer = await page.request.post('/cart/checkout', { form: checkoutFields(), maxRedirects: 0 });
  expect(answer.status()).not.toBe(303);
  expect(await answer.text()).toContain('Your cart is empty');
  expect(await shopper.orders()).toEqual([]);
});
