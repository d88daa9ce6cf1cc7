// SPDX-License-Identifier: Apache-2.0
// What is shown adds up to the cent, and is what is charged, in every currency (D7).
import { currencies, minorUnits } from './support/money.js';
import { expect, products, test } from './support/shop.js';

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

// Checks the cart's page against itself; returns its sums.
async function checkCart(shopper, code) {
  const { page } = shopper;
  const sums = await shopper.sums(code);
  const units = await page.getByText(/ each$/).allTextContents();
  const quantities = await page.locator('.line [type=number]').evaluateAll((inputs) => inputs.map((input) => input.value));
  const products = units.map((text, i) => minorUnits(text.replace(' each', ''), code) * Number(quantities[i]));
  expect(sums.lines).toEqual(products);
  expect(sums.items).toBe(sum(sums.lines));
  expect(sums.total).toBe(sums.items + sums.shipping);
  expect(minorUnits(await page.locator('.button-note').textContent(), code)).toBe(sums.total);
  const { digits } = currencies[code];
  const exact = (sums.total / 10 ** digits).toFixed(digits);
  await expect(shopper.field('expected_total')).toHaveValue(`${code} ${exact}`);
  return sums;
}

for (const code of Object.keys(currencies)) {
  test(`D7: cart and order add up in ${code}, with every product in it`, async ({ shopper, context, baseURL }) => {
    await context.addCookies([{ name: 'shop_currency', value: code, url: baseURL }]);
    const lines = Object.values(products).map((id, i) => [id, (i * 3) % 10 + 1]);
    await shopper.stock(Object.fromEntries(lines));
    await shopper.open('/cart');
    const shown = await checkCart(shopper, code);
    expect(shown.lines).toHaveLength(9);

    await shopper.buy();
    const charged = await shopper.sums(code);
    expect(charged).toEqual(shown);
    await shopper.open('/orders');
    expect(minorUnits(await shopper.page.locator('.order-row .line-total').textContent(), code)).toBe(shown.total);
  });
}

test('D7: a unit price is the same on every page', async ({ shopper, context, baseURL }) => {
  await context.addCookies([{ name: 'shop_currency', value: 'TRY', url: baseURL }]);
  const { page } = shopper;
  await shopper.stock({ [products.jar]: 7 });
  await shopper.open('/');
  const price = await page.locator('.card', { hasText: 'Bamboo Glass Jar' }).locator('.price').textContent();
  await shopper.open(`/product/${products.jar}`);
  await expect(page.locator('.price-large')).toHaveText(price);
  await shopper.open('/cart');
  await expect(page.getByText(`${price} each`)).toBeVisible();
  await checkCart(shopper, 'TRY');
});

test('sums follow each change of the cart', async ({ shopper }) => {
  await shopper.stock({ [products.jar]: 1, [products.loafers]: 1 });
  await shopper.open('/cart');
  await checkCart(shopper, 'USD');
  await shopper.changeQuantity('Bamboo Glass Jar', 13);
  expect((await checkCart(shopper, 'USD')).lines).toEqual([549 * 13, 8999]);
  await shopper.remove('Loafers');
  expect((await checkCart(shopper, 'USD')).items).toBe(549 * 13);
  await shopper.chooseCurrency('GBP');
  await checkCart(shopper, 'GBP');
});
