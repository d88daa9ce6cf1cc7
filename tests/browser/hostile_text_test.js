// SPDX-License-Identifier: Apache-2.0
// Text that would like to be a script is shown as text. (That no script ran, no dialog came and no policy was violated
// is checked by every test's guard.)
import { expect, products, test } from './support/shop.js';

const hostile = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "'\"autofocus onfocus=alert(1) x='",
  '</title></textarea><svg onload=alert(1)>',
  '{{CSRF}}{{=<% %>=}}javascript:alert(1)',
  '&lt;b&gt;&amp;&#39;\u202e\u0007é漢字😀',
];

// Nothing was added to the page that a template did not write.
async function expectNoMarkup(page) {
  await expect(page.locator('[onerror], [onload], [onfocus], main script:not([src]), img[src=x], title svg')).toHaveCount(0);
}

for (const text of hostile) {
  test(`searched for: ${text}`, async ({ shopper, page }) => {
    await shopper.open(`/search?${new URLSearchParams({ q: text })}`);
    const seen = text.replace('\u0007', '');
    await expect(page.getByLabel('Search products')).toHaveValue(new RegExp(escaped(seen.slice(0, 8))));
    await expect(page.getByRole('heading', { level: 1 })).toContainText(seen.slice(0, 8));
    expect(await page.title()).toContain(seen.slice(0, 8));
    await expectNoMarkup(page);
  });
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

for (const text of hostile) {
  test(`typed into the checkout: ${text}`, async ({ shopper, page }) => {
    const changes = { street_address: text, city: text, state: text, country: text };
    await shopper.stock({ [products.mug]: 1 });
    await shopper.open('/cart');
    await shopper.fillCheckout({ ...changes, email: 'nobody' });
    await page.locator('form[data-checkout]').evaluate((form) => { form.noValidate = true; });
    await shopper.placeOrder();
    for (const name of Object.keys(changes)) await expect(shopper.field(name)).toHaveValue(text);
    await expectNoMarkup(page);
    await shopper.fillCheckout(changes);
    expect((await shopper.placeOrder()).status()).toBe(200);
    await expect(page.getByRole('region', { name: 'Order details' })).toContainText(text);
    await expectNoMarkup(page);
  });
}

test('in every other place that comes from the address', async ({ shopper, page }) => {
  const [text] = hostile;
  const encoded = encodeURIComponent(text);
  const paths = [
    `/${encoded}`, `/product/${encoded}`, `/category/${encoded}`, `/orders/${encoded}`, `/?x=${encoded}`,
    `/search?q=mug&category=${encoded}`, `/search?q=mug&min_price=${encoded}&max_price=${encoded}`,
    `/search?q=mug&page=${encoded}`, `/orders?page=${encoded}`,
  ];
  for (const path of paths) {
    await shopper.open(path);
    await expectNoMarkup(page);
    await expect(page.getByRole('banner')).toBeVisible();
  }
});

test('a suggestion is text', async ({ shopper, page }) => {
  await page.route('**/api/v1/products?**', (route) => route.fulfill({
    json: { products: [{ id: '"><x', name: hostile[0], picture: '/static/img/products/mug.jpg' }] },
  }));
  await shopper.open('/');
  await page.getByLabel('Search products').pressSequentially('m');
  await expect(page.getByRole('listbox').getByRole('option')).toHaveText(hostile[0]);
  await page.getByRole('listbox').getByRole('option').click();
  await expect(page).toHaveURL('/product/%22%3E%3Cx');
});

test('D27: what is not known of a product is an error, not an empty answer', async ({ page }) => {
  const answer = await page.request.get('/product-meta/NOTHING');
  expect(answer.status()).toBe(404);
  expect((await answer.json()).status).toBe(404);
});
