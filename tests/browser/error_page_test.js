// SPDX-License-Identifier: Apache-2.0
// Pages for errors: in the shop's style, with a way back and a request's number, and never an internal word (D20).
import { startBoutique, startFrontendAlone } from './support/programs.js';
import { expect, products, Shopper, test } from './support/shop.js';

const internalWords = new RegExp([
  'grpc', 'rpc', 'exception', 'stack', 'trace', 'status code', 'INVALID_ARGUMENT', 'NOT_FOUND', 'UNAVAILABLE', 'INTERNAL',
  'null', 'undefined', 'sqlite', 'std::', 'absl', '\\.cc\\b', '127\\.0\\.0\\.1', 'localhost', 'service', 'upstream', 'deadline',
].join('|'), 'i');

// The page that `answer` brought: its status, heading, request's number and words, and that the shopper gets on from it.
async function expectErrorPage(page, answer, status, heading) {
  expect(answer.status()).toBe(status);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
  await expect(page.getByText(`Error ${status}`)).toBeVisible();
  const main = page.getByRole('main');
  const id = answer.headers()['x-request-id'];
  expect(id).toMatch(/^[0-9a-f]{16,}$/);
  await expect(main.locator('.code')).toHaveText(id);
  expect(await page.locator('body').innerText()).not.toMatch(internalWords);
  await expect(page.getByLabel('Search products')).toBeVisible();
  await expect(main.getByRole('link', { name: 'All products' })).toHaveAttribute('href', '/');
}

// Submits the form with a field changed in a way that no page offers; resolves to the answer.
async function submit(form, name, value) {
  const page = form.page();
  const answered = page.waitForResponse((answer) => answer.request().isNavigationRequest());
  await new Shopper(page, true).turnPage(() => form.evaluate((element, [field, text]) => {
    let input = element.elements[field];
    if (!(input instanceof HTMLInputElement)) {
      input.removeAttribute('name');
      input = element.appendChild(Object.assign(document.createElement('input'), { name: field }));
    }
    input.removeAttribute('maxlength');
    input.value = text;
    element.submit();  // without the page's own scripts and checks
  }, [name, value]));
  return answered;
}

const lost = {
  '/nowhere': 'There is nothing here',
  '/category/boats': 'There is nothing here',
  '/product/NOTHING': 'We do not have that product',
  '/orders/nothing': 'We cannot find that order',
};
for (const [path, heading] of Object.entries(lost)) {
  test(`D21: 404 for ${path} leads back to the shop`, async ({ shopper, page }) => {
    await expectErrorPage(page, await shopper.open(path), 404, heading);
    await page.getByRole('main').getByRole('link', { name: 'All products' }).click();
    await expect(page).toHaveURL('/');
  });
}

for (const path of ['/cart/checkout', '/cart/update', '/cart/empty', '/setCurrency']) {
  test(`405 for a look at ${path}, which only takes forms`, async ({ shopper, page }) => {
    const answer = await shopper.open(path);
    await expectErrorPage(page, answer, 405, 'That does not work here');
    expect(answer.headers().allow).toContain('POST');
  });
}

test('413 for a form that is too large', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  const answer = await submit(page.locator('form[data-checkout]'), 'city', 'x'.repeat(100_000));
  await expectErrorPage(page, answer, 413, 'That was too much at once');
});

for (const quantity of ['0', '11', '-1', '1e9', 'many', '']) {
  test(`422 for a quantity of "${quantity}" from a product's page`, async ({ shopper, page }) => {
    await shopper.open(`/product/${products.mug}`);
    const answer = await submit(page.locator('form[data-add-to-cart]'), 'quantity', quantity);
    await expectErrorPage(page, answer, 422, 'Something in the form is not right');
    await expect(page.getByRole('main')).toContainText('Choose a quantity from 1 to 10.');
    await shopper.open('/cart');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart is empty');
  });
}

test('D21: 404 for an unknown product that is added', async ({ shopper, page }) => {
  await shopper.open(`/product/${products.mug}`);
  const answer = await submit(page.locator('form[data-add-to-cart]'), 'product_id', 'NOTHING');
  await expectErrorPage(page, answer, 404, 'We do not have that product');
});

test('403 for a form without its token, and nothing is changed', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  const answer = await submit(page.locator('form[action="/cart/empty"]'), 'csrf_token', '');
  await expectErrorPage(page, answer, 403, 'This page has grown old');
  await shopper.open('/cart');
  await expect(page.getByLabel('Quantity of Mug')).toHaveValue('1');
});

test('400 for an address that cannot be read', async ({ shopper, page }) => {
  await expectErrorPage(page, await shopper.open('/search?q=%zz'), 400, 'We did not understand that');
});

test('431 for cookies beyond measure', async ({ page }) => {
  const answer = await page.request.get('/', { headers: { Cookie: `x=${'y'.repeat(20_000)}` } });
  expect(answer.status()).toBe(431);
  const text = await answer.text();
  expect(text).toContain('Clearing the cookies of this shop helps.');
  expect(text).toContain(answer.headers()['x-request-id']);
});

test.describe('in a shop that takes one request a second', () => {
  test.use({
    baseURL: async ({}, use, { testId }) => {
      const boutique = await startBoutique(`slow-${testId}.log`, '--rate-limit=1');
      await use(boutique.url);
      expect(await boutique.stop()).toBe(0);
    },
  });

  test('429 asks for patience', async ({ shopper, page }) => {
    let answer = await shopper.open('/');
    // The programs' requests take what a second has given while the page took longer than that.
    const askOnce = () => page.request.get('/');
    for (let visits = 0; visits < 50 && answer.status() === 200; ++visits) {
      await Promise.all([askOnce(), askOnce(), askOnce()]);
      answer = await shopper.open('/');
    }
    await expectErrorPage(page, answer, 429, 'A little slower, please');
    expect(Number(answer.headers()['retry-after'])).toBeGreaterThan(0);
  });
});

test.describe('in a shop without services', () => {
  test.use({
    baseURL: async ({}, use, { testId }) => {
      const frontend = await startFrontendAlone(`alone-${testId}.log`);
      await use(frontend.url);
      expect(await frontend.stop()).toBe(0);
    },
  });

  test('D12: 503 says when to come back, not what is broken', async ({ shopper, page }) => {
    for (const path of ['/', `/product/${products.mug}`, '/cart', '/orders']) {
      const answer = await shopper.open(path);
      await expectErrorPage(page, answer, 503, 'We will be right back');
      expect(Number(answer.headers()['retry-after'])).toBeGreaterThan(0);
    }
  });
});
