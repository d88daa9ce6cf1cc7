// SPDX-License-Identifier: Apache-2.0
// The whole walk through the shop: look, search, change the currency, add, change, remove, order, and find the order
// again.
import { ada, expect, products } from './shop.js';

export async function walkThroughShop(shopper) {
  const { page } = shopper;
  await shopper.open('/');
  await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Kitchen' }).click();
  await page.getByRole('link', { name: 'Mug', exact: true }).click();
  await expect(page).toHaveURL(`/product/${products.mug}`);
  await shopper.addToCart(2);

  await shopper.search('candel');
  await page.getByRole('link', { name: 'Candle Holder', exact: true }).click();
  await expect(page).toHaveURL(`/product/${products.candleHolder}`);
  await shopper.addToCart(1);
  await shopper.search('loafers');
  await page.getByRole('link', { name: 'Loafers', exact: true }).click();
  await expect(page).toHaveURL(`/product/${products.loafers}`);
  await shopper.addToCart(1);
  await shopper.open(`/product/${products.loafers}`);
  await shopper.chooseCurrency('EUR');
  await expect(page).toHaveURL(`/product/${products.loafers}`);

  await page.getByRole('banner').getByRole('link', { name: 'Cart' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart (4)');
  await shopper.changeQuantity('Candle Holder', 3);
  await shopper.remove('Loafers');
  await expect(page.locator('.line-name')).toHaveText(['Mug', 'Candle Holder']);
  const shown = await shopper.sums('EUR');
  expect(shown.items + shown.shipping).toBe(shown.total);

  await shopper.fillCheckout();
  await shopper.placeOrder();
  const order = await shopper.orderOnPage();
  expect(await shopper.sums('EUR')).toEqual(shown);
  await page.reload();
  expect(await shopper.orderOnPage()).toBe(order);

  await page.getByRole('main').getByRole('link', { name: 'Your orders' }).click();
  await page.getByRole('link', { name: 'Mug and Candle Holder' }).click();
  expect(await shopper.orderOnPage()).toBe(order);
  await expect(page.getByRole('region', { name: 'Order details' })).toContainText(ada.street_address);
}
