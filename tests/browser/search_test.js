// SPDX-License-Identifier: Apache-2.0
// Search: suggestions while typing, typing errors, filters, and nothing found.
import { devices, expect, products, test } from './support/shop.js';

function box(page) {
  return page.getByLabel('Search products');
}

function suggestions(page) {
  return page.getByRole('listbox', { name: 'Suggested products' }).getByRole('option');
}

// Types, and waits for the list of suggestions to hold exactly these: for all of the text, not for its beginning.
async function typeAndSee(page, text, names) {
  const answered = page.waitForResponse((answer) => new URL(answer.url()).searchParams.get('query') === text);
  await box(page).pressSequentially(text);
  await answered;
  await expect(suggestions(page)).toHaveText(names);
  await expect(box(page)).toHaveAttribute('aria-expanded', 'true');
}

for (const [device, options] of Object.entries(devices)) {
  test.describe(device, () => {
    test.use(options);
    test('a suggestion is one click away', async ({ shopper }) => {
      const { page } = shopper;
      await shopper.open('/');
      await box(page).click();
      await typeAndSee(page, 'mug', ['Mug']);
      await suggestions(page).click();
      await expect(page).toHaveURL(`/product/${products.mug}`);
    });
  });
}

test('suggestions are walked with the arrow keys and opened with Enter', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/');
  await box(page).focus();
  await typeAndSee(page, 'glass', ['Bamboo Glass Jar', 'Sunglasses']);
  const [jar, sunglasses] = await suggestions(page).all();
  const selected = async (option) => {
    await expect(option).toHaveAttribute('aria-selected', 'true');
    await expect(box(page)).toHaveAttribute('aria-activedescendant', await option.getAttribute('id'));
  };
  await page.keyboard.press('ArrowDown');
  await selected(jar);
  await page.keyboard.press('ArrowDown');
  await selected(sunglasses);
  await page.keyboard.press('ArrowDown');
  await expect(box(page)).not.toHaveAttribute('aria-activedescendant');
  await page.keyboard.press('ArrowUp');
  await selected(sunglasses);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/product/${products.sunglasses}`);
});

test('Escape closes the suggestions, keeps the words, and Enter searches for them', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/');
  await box(page).focus();
  await typeAndSee(page, 'glass', ['Bamboo Glass Jar', 'Sunglasses']);
  await page.keyboard.press('Escape');
  await expect(page.locator('#suggestions')).toBeHidden();
  await expect(box(page)).toHaveValue('glass');
  await expect(box(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/search?q=glass');
  await expect(page.locator('main .card-name')).toHaveText(['Bamboo Glass Jar', 'Sunglasses']);
});

test('the number of suggestions is announced', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/');
  await box(page).focus();
  await typeAndSee(page, 'glass', ['Bamboo Glass Jar', 'Sunglasses']);
  await expect(page.locator('#announcer')).toHaveText('2 suggestions');
  await box(page).fill('glassqqzz');
  await expect(page.locator('#announcer')).toHaveText('No suggestions');
  await expect(page.locator('#suggestions')).toBeHidden();
});

test('a typing error is forgiven, and said', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/');
  await shopper.search('sunglases');
  await expect(page).toHaveTitle('“sunglases” · Search · Online Boutique');
  await expect(page.getByText(/Nothing matches .?sunglases.? exactly/)).toBeVisible();
  await expect(page.locator('main .card-name')).toHaveText(['Sunglasses']);
  await expect(box(page)).toHaveValue('sunglases');
});

test('results are filtered by category and price, and the filters can be cleared', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/search?q=a');
  const names = page.locator('main .card-name');
  const all = await names.count();
  expect(all).toBeGreaterThan(3);

  const apply = () => page.getByRole('button', { name: 'Apply filters' }).click();
  await page.getByRole('form', { name: 'Filter' }).getByLabel('Category').selectOption('kitchen');
  await shopper.turnPage(apply);
  await expect(page).toHaveURL(/category=kitchen/);
  expect((await names.allTextContents()).sort()).toEqual(['Bamboo Glass Jar', 'Mug', 'Salt & Pepper Shakers']);
  await page.locator('[name=min_price]').fill('6');
  await page.locator('[name=max_price]').fill('8.99');
  await shopper.turnPage(apply);
  await expect(names).toHaveText(['Mug']);
  await expect(page.locator('[name=max_price]')).toHaveValue('8.99');

  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(names).toHaveCount(all);
});

test('the bounds of a price are in the currency of the shopper', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/search?q=mug');
  await shopper.chooseCurrency('JPY');
  await expect(page).toHaveURL('/search?q=mug');
  const price = (await page.locator('main .card .price').textContent()).replace('¥', '');
  await page.locator('[name=min_price]').fill(price);
  await page.locator('[name=max_price]').fill(price);
  const apply = () => page.getByRole('button', { name: 'Apply filters' }).click();
  await shopper.turnPage(apply);
  await expect(page.locator('main .card-name')).toHaveText(['Mug']);
  await page.locator('[name=max_price]').fill(String(Number(price) - 1));
  await page.locator('[name=min_price]').fill('');
  await shopper.turnPage(apply);
  await expect(page.getByRole('heading', { name: /Nothing found for .?mug/ })).toBeVisible();
});

test('a bound that is no number is marked, and kept', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/search?q=mug&min_price=cheap');
  const field = page.locator('[name=min_price]');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(/Enter prices as numbers/);
  await expect(field).toHaveValue('cheap');
  await expect(page.locator('main .card-name')).toHaveText(['Mug']);
});

test('when nothing is found the page helps', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/');
  await shopper.search('xylophone');
  await expect(page.getByRole('heading', { name: /Nothing found for .?xylophone/ })).toBeVisible();
  const popular = page.getByRole('region', { name: 'Popular right now' }).locator('.card');
  expect(await popular.count()).toBeGreaterThan(0);
  await page.getByRole('main').getByRole('link', { name: 'all products' }).click();
  await expect(page).toHaveURL('/');
});

test('an empty search asks what one looks for', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/search');
  await expect(page).toHaveTitle('Search · Online Boutique');
  await expect(page.getByRole('heading', { name: 'What are you looking for?' })).toBeVisible();
});
