// SPDX-License-Identifier: Apache-2.0
// The shopper's currency: on every page, for every price.
import { currencies, minorUnits } from './support/money.js';
import { expect, products, test } from './support/shop.js';

const prices = '.price, .line-total, .totals dd';

// Every amount on the page, each in the right form or else an error.
async function amounts(page, code) {
  const texts = await page.locator(prices).allTextContents();
  expect(texts.length).toBeGreaterThan(0);
  return texts.map((text) => minorUnits(text, code));
}

test('the selector offers the six currencies, dollars first chosen', async ({ shopper }) => {
  await shopper.open('/');
  const select = shopper.page.getByLabel('Currency');
  await expect(select).toHaveValue('USD');
  const codes = await select.locator('option').evaluateAll((options) => options.map((option) => option.value));
  expect(codes.sort()).toEqual(Object.keys(currencies).sort());
});

for (const code of Object.keys(currencies)) {
  test(`${code} is chosen on one page and holds on all of them`, async ({ shopper }) => {
    const { page } = shopper;
    await shopper.stock({ [products.mug]: 2 });
    await shopper.open('/');
    if (code === 'USD') await shopper.chooseCurrency('EUR');
    await shopper.chooseCurrency(code);
    await expect(page).toHaveURL('/');
    for (const path of ['/', '/category/kitchen', '/search?q=mug', `/product/${products.mug}`, '/cart']) {
      await shopper.open(path);
      await expect(page.getByLabel('Currency')).toHaveValue(code);
      for (const amount of await amounts(page, code)) expect(amount).toBeGreaterThan(0);
    }
  });
}

test('the currency can be changed on every kind of page, which stays', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.stock({ [products.mug]: 1 });
  const paths = ['/', '/category/kitchen', '/search?q=mug&max_price=100', `/product/${products.mug}`, '/cart', '/orders'];
  for (const [i, path] of paths.entries()) {
    await shopper.open(path);
    await shopper.chooseCurrency(['EUR', 'JPY'][i % 2]);
    await expect(page).toHaveURL(path);
  }
});

test('D7: yen have no decimals, and lines add up in them', async ({ shopper }) => {
  await shopper.stock({ [products.mug]: 3 });
  await shopper.open('/cart');
  await shopper.chooseCurrency('JPY');
  await expect(shopper.page.locator('.totals dd')).toHaveText([/^¥\d+$/, /^¥\d+$/, /^¥\d+$/]);
  const sums = await shopper.sums('JPY');
  expect(sums.items + sums.shipping).toBe(sums.total);
});

// The currency service knows XAF no more than the selector does; ZZZ is none at all.
for (const code of ['XAF', 'ZZZ', 'usd', '%00']) {
  test(`D4: a hand-made currency cookie "${code}" makes nothing free`, async ({ shopper, context, baseURL }) => {
    await context.addCookies([{ name: 'shop_currency', value: code, url: baseURL }]);
    await shopper.stock({ [products.watch]: 1 });
    for (const path of ['/', `/product/${products.watch}`, '/cart']) {
      await shopper.open(path);
      await expect(shopper.page.getByLabel('Currency')).toHaveValue('USD');
      for (const amount of await amounts(shopper.page, 'USD')) expect(amount).toBeGreaterThan(0);
    }
    await shopper.buy();
    expect((await shopper.sums('USD')).lines).toEqual([10999]);
  });
}

test('D4: setCurrency to XAF makes nothing free', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.stock({ [products.watch]: 1 });
  await shopper.open('/cart');
  await shopper.turnPage(() => page.getByLabel('Currency').evaluate((select) => {
    select.add(new Option('XAF', 'XAF', true, true));
    select.form.requestSubmit();
  }));
  await expect(page.getByLabel('Currency')).toHaveValue('USD');
  expect((await shopper.sums('USD')).lines).toEqual([10999]);
  await shopper.buy();
  expect((await shopper.sums('USD')).total).toBeGreaterThan(10999);
});

test('a choice by the arrow keys waits until the list has been walked', async ({ shopper }) => {
  const { page } = shopper;
  await page.clock.install();
  await shopper.open('/');
  const select = page.getByLabel('Currency');
  const options = await select.locator('option').evaluateAll((all) => all.map((option) => option.value));
  let changes = 0;
  page.on('request', (request) => { if (request.url().endsWith('/setCurrency')) ++changes; });
  await select.focus();
  const from = options.indexOf('USD');
  // However long the browser takes from key to key, for the page it is no time.
  await page.clock.pauseAt(Date.now() + 3_600_000);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.clock.runFor(800);
  expect(changes).toBe(0);
  await shopper.turnPage(() => page.clock.runFor(200));
  await expect(page.getByLabel('Currency')).toHaveValue(options[from + 2]);
  expect(changes).toBe(1);
});
