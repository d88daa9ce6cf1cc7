// SPDX-License-Identifier: Apache-2.0
// Checkout that succeeds: the order's page, and the form that leads to it.
import { cards } from './support/cards.js';
import { ada, devices, expect, products, test, uuidV4 } from './support/shop.js';

for (const [device, options] of Object.entries(devices)) {
  test.describe(device, () => {
    test.use(options);
    test('an order shows its numbers, lines, totals, address and card', async ({ shopper }) => {
      const { page } = shopper;
      await shopper.stock({ [products.mug]: 2, [products.watch]: 1 });
      const order = await shopper.buy({ credit_card_number: cards.mastercard });
      await expect(page).toHaveTitle('Thank you · Online Boutique');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Thank you for your order');
      await expect(page).toHaveURL(`/orders/${order}`);
      await expect(page.locator('[data-tracking-id]')).toHaveText(/^[A-Z]{2}-\d+-\d+$/);
      await expect(page.locator('.line')).toHaveText([/Mug\s+2 × \$8\.99\s+\$17\.98/, /Watch\s+1 × \$109\.99\s+\$109\.99/]);
      const details = page.getByRole('region', { name: 'Order details' });
      for (const text of Object.values(ada)) await expect(details).toContainText(text);
      await expect(details).toContainText('Mastercard ending in 4444');
      await expect(page.getByText('Total paid')).toBeVisible();
      await expect(page.getByText('Confirmed')).toBeVisible();
      await expect(page.locator('[data-cart-count]')).toBeHidden();
    });
  });
}

test('checkout answers 303 to the order, which can be reloaded', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  await shopper.fillCheckout();
  const redirected = page.waitForResponse((answer) => answer.url().endsWith('/cart/checkout'));
  const answer = await shopper.placeOrder();
  expect((await redirected).status()).toBe(303);
  expect((await redirected).headers().location).toMatch(/^\/orders\/[0-9a-f-]{36}$/);
  const order = await shopper.orderOnPage();
  const sums = await shopper.sums('USD');
  expect(answer.request().method()).toBe('GET');
  await page.reload();
  expect(await shopper.orderOnPage()).toBe(order);
  expect(await shopper.sums('USD')).toEqual(sums);
  expect(await shopper.orders()).toEqual([order]);
});

test('D24: an order number tells nothing of host or time', async ({ shopper }) => {
  await shopper.stock({ [products.mug]: 1 });
  expect(await shopper.buy()).toMatch(uuidV4);
});

test('D27: the months are numbered from 01 to 12, and December is 12', async ({ shopper }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  const months = await shopper.field('credit_card_expiration_month').locator('option').evaluateAll(
    (options) => options.map((option) => [option.value, option.textContent]));
  expect(months).toEqual(Array.from({ length: 12 }, (_, i) => [String(i + 1), String(i + 1).padStart(2, '0')]));
  const years = await shopper.field('credit_card_expiration_year').locator('option').allTextContents();
  const now = new Date().getFullYear();
  expect(years).toEqual(Array.from({ length: 11 }, (_, i) => String(now + i)));
});

test('the form lets the browser and its owner fill it', async ({ shopper }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  const hints = {
    email: 'email', street_address: 'shipping address-line1', zip_code: 'shipping postal-code',
    city: 'shipping address-level2', state: 'shipping address-level1', country: 'shipping country-name',
    credit_card_number: 'cc-number', credit_card_expiration_month: 'cc-exp-month',
    credit_card_expiration_year: 'cc-exp-year', credit_card_cvv: 'cc-csc',
  };
  for (const [name, hint] of Object.entries(hints)) {
    await expect(shopper.field(name)).toHaveAttribute('autocomplete', hint);
    await expect(shopper.field(name)).toHaveAccessibleName(/\w/);
  }
});

test('card digits are grouped while typing, and hidden afterwards', async ({ shopper }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  const number = shopper.field('credit_card_number');
  await number.pressSequentially('4111-111111111111');
  await expect(number).toHaveValue(cards.visa);
  await number.press('Home');
  await number.press('Delete');
  await expect(number).toHaveValue('1111 1111 1111 111');
  await number.blur();
  await expect(number).toHaveCSS('-webkit-text-security', 'disc');
  await expect(shopper.field('credit_card_cvv')).toHaveAttribute('type', 'password');
});

test('postal codes keep their zeros and letters', async ({ shopper }) => {
  for (const zip_code of ['00501', 'SW1A 1AA']) {
    await shopper.stock({ [products.mug]: 1 });
    await shopper.buy({ zip_code });
    await expect(shopper.page.getByRole('region', { name: 'Order details' })).toContainText(zip_code);
  }
});

test('what an order costs does not change with the currency looked at', async ({ shopper }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  await shopper.chooseCurrency('EUR');
  const order = await shopper.buy();
  const paid = await shopper.sums('EUR');
  await shopper.open('/');
  await shopper.chooseCurrency('JPY');
  await shopper.open(`/orders/${order}`);
  expect(await shopper.sums('EUR')).toEqual(paid);
});
