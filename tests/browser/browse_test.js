// SPDX-License-Identifier: Apache-2.0
// From the front page through the categories to a product.
import { devices, expect, products, test } from './support/shop.js';

test('the front page shows nine products with picture, name and price, and one ad', async ({ shopper }) => {
  await shopper.open('/');
  const cards = shopper.page.locator('main .card');
  await expect(cards).toHaveCount(9);
  for (const card of await cards.all()) {
    await expect(card.locator('.price')).toHaveText(/^\$\d+\.\d\d$/);
    await expect(card.getByRole('link')).not.toBeEmpty();
    await card.scrollIntoViewIfNeeded();
    await expect(card.locator('img')).toHaveJSProperty('complete', true);
    await expect.poll(() => card.locator('img').evaluate((img) => img.naturalWidth)).toBeGreaterThan(0);
  }
  await shopper.shows(shopper.page.getByRole('complementary', { name: 'Advertisement' }));
});

for (const [device, options] of Object.entries(devices)) {
  test.describe(device, () => {
    test.use(options);
    test('a product is found through its category', async ({ shopper }) => {
      const { page } = shopper;
      await shopper.open('/');
      await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Kitchen' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kitchen');
      await expect(page).toHaveTitle('Kitchen · Online Boutique');
      await expect(page.getByText('3 products')).toBeVisible();
      const current = page.getByRole('navigation', { name: 'Categories' }).locator('[aria-current=page]');
      await expect(current).toHaveText('Kitchen');
      await expect(current).toBeInViewport();

      await page.getByRole('link', { name: 'Mug', exact: true }).click();
      await expect(page).toHaveURL(`/product/${products.mug}`);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mug');
    });
  });
}

test('a product page has what one needs to decide', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open(`/product/${products.watch}`);
  await expect(page).toHaveTitle('Watch · Online Boutique');
  await expect(page.getByRole('img', { name: 'Watch' })).toBeVisible();
  await expect(page.locator('.product .price')).toHaveText('$109.99');
  await expect(page.locator('.description')).toHaveText(/\w+ \w+ \w+/);
  await expect(page.getByLabel('Quantity').locator('option')).toHaveText(['1', '2', '3', '4', '5', '10']);

  const recommended = page.getByRole('region', { name: 'More you might like' }).locator('.card');
  await shopper.shows(recommended, 4);
  expect(await recommended.getByRole('link', { name: 'Watch', exact: true }).count()).toBe(0);
  await recommended.first().getByRole('link').click();
  await expect(page).toHaveURL(/\/product\/[A-Z0-9]{10}$/);
});

test('the breadcrumb leads back to the category and to the front page', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open(`/product/${products.mug}`);
  const crumbs = page.getByRole('navigation', { name: 'Breadcrumb' });
  await crumbs.getByRole('link', { name: 'Kitchen' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Kitchen');
  await crumbs.getByRole('link', { name: 'All products' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hot Products');
});

test('the ad leads to the product that it is for', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/');
  const ad = page.getByRole('complementary', { name: 'Advertisement' }).getByRole('link');
  await shopper.shows(ad);
  const text = await ad.textContent();
  await ad.click();
  await expect(page).toHaveURL(/\/product\//);
  const name = await page.getByRole('heading', { level: 1 }).textContent();
  const word = name.toLowerCase().replace(/s$/, '').split(' ')[0];
  expect(text.toLowerCase()).toContain(word);
});
