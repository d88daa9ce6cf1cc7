// SPDX-License-Identifier: Apache-2.0
// Whose cart it is, and that no other site can touch it (D19).
import { randomUUID } from 'node:crypto';
import { checkoutFields, expect, products, test, uuidV4 } from './support/shop.js';

const sessionCookie = 'shop_session-id';

async function sessionOf(context) {
  return (await context.cookies()).filter((cookie) => cookie.name === sessionCookie);
}

for (const entrance of ['/', `/product/${products.mug}`, '/cart', '/nowhere']) {
  test(`D19: a visit that begins at ${entrance} gets one session for the whole shop`, async ({ shopper, context }) => {
    await shopper.open(entrance);
    const [session, ...others] = await sessionOf(context);
    if (entrance === '/nowhere' && !session) return;  // an error may leave the session to the next page
    expect(others).toEqual([]);
    expect(session).toMatchObject({ path: '/', httpOnly: true, sameSite: 'Lax' });
    expect(session.value).toMatch(uuidV4);
    const days = (session.expires - Date.now() / 1000) / 86_400;
    expect(days).toBeGreaterThan(29);

    await shopper.open(`/product/${products.mug}`);
    await shopper.addToCart();
    await shopper.open('/cart');
    await expect(shopper.page.getByLabel('Quantity of Mug')).toHaveValue('1');
    expect((await sessionOf(context)).map((cookie) => cookie.value)).toEqual([session.value]);
  });
}

const made = {
  'a word': 'mine', 'nothing': '', 'a UUID of version 1': '5f2a1f6e-8f00-11ef-9b3c-0242ac120002',
  'capital letters': 'F47AC10B-58CC-4372-A567-0E02B2C3D479', 'the shared one': '12345678-1234-1234-1234-123456789123',
};
for (const [name, value] of Object.entries(made)) {
  test(`D19: a session that the client made of ${name} is replaced`, async ({ shopper, context, baseURL }) => {
    await context.addCookies([{ name: sessionCookie, value, url: baseURL }]);
    await shopper.open('/');
    const [session, ...others] = await sessionOf(context);
    expect(others).toEqual([]);
    expect(session.value).toMatch(uuidV4);
    expect(session.value).not.toBe(value);
    expect(session.httpOnly).toBe(true);
  });
}

test('D19: the session is in no page and out of reach of scripts', async ({ shopper, context, page }) => {
  await shopper.stock({ [products.mug]: 1 });
  const answer = await shopper.open('/cart');
  const [{ value }] = await sessionOf(context);
  expect(await answer.text()).not.toContain(value);
  await expect(page.getByRole('contentinfo')).toContainText(/Session\s*[0-9a-f]{8}\b/);
  expect(await page.evaluate(() => document.cookie)).not.toContain(value);
});

test('D19: "Start afresh" ends the session, and copies of it on older paths', async ({ shopper, context, page, baseURL }) => {
  await context.addCookies([
    { name: sessionCookie, value: randomUUID(), domain: new URL(baseURL).hostname, path: '/product' },
  ]);
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/');
  const [{ value: before }] = (await sessionOf(context)).filter((cookie) => cookie.path === '/');
  await shopper.turnPage(() => page.getByRole('link', { name: 'Start afresh' }).click());
  await expect(page).toHaveURL('/');
  const [session, ...others] = await sessionOf(context);
  expect(others).toEqual([]);
  expect(session.value).not.toBe(before);
});

// What another site's page can send: each is refused, and changes nothing.
const foreign = {
  'another Origin': { Origin: 'https://evil.example' },
  'no Origin but null': { Origin: 'null' },
  'the same host with another port': { Origin: 'http://127.0.0.1:1' },
  'Sec-Fetch-Site: cross-site': { 'Sec-Fetch-Site': 'cross-site' },
  'Sec-Fetch-Site: same-site': { 'Sec-Fetch-Site': 'same-site' },
};
for (const [name, headers] of Object.entries(foreign)) {
  test(`D19: a form with ${name} is refused`, async ({ shopper, page }) => {
    await shopper.stock({ [products.mug]: 1 });
    const forms = {
      '/cart': { product_id: products.watch, quantity: 1 }, '/cart/update': { product_id: products.mug, quantity: 0 },
      '/cart/empty': {}, '/cart/checkout': checkoutFields(), '/setCurrency': { currency_code: 'EUR' },
    };
    for (const [path, form] of Object.entries(forms)) {
      const answer = await page.request.post(path, { headers, form, maxRedirects: 0 });
      expect([path, answer.status()]).toEqual([path, 403]);
    }
    await shopper.open('/cart');
    expect((await shopper.sums('USD')).lines).toEqual([899]);
    expect(await shopper.orders()).toEqual([]);
  });
}

test("D19: another site's form does not reach the cart", async ({ shopper, page, baseURL }) => {
  await shopper.stock({ [products.mug]: 1 });
  await page.goto('about:blank');
  await page.setContent(`<form method="post" action="${baseURL}/cart/empty"><button>Win a prize</button></form>`);
  const answered = page.waitForResponse((answer) => answer.request().isNavigationRequest());
  await shopper.turnPage(() => page.getByRole('button').click());
  expect((await answered).status()).toBe(403);
  await shopper.open('/cart');
  await expect(page.getByLabel('Quantity of Mug')).toHaveValue('1');
});

test('D19: the token of another session does not do', async ({ shopper, newShopper, page, baseURL }) => {
  await shopper.stock({ [products.mug]: 1 });
  const thief = await newShopper();
  await thief.open('/');
  const stolen = await thief.page.locator('[name=csrf_token]').first().inputValue();
  for (const csrf_token of ['', 'AAAA', stolen]) {
    const answer = await page.request.post('/cart/empty', { headers: { Origin: baseURL }, form: { csrf_token }, maxRedirects: 0 });
    expect(answer.status()).toBe(403);
  }
  await shopper.open('/cart');
  const own = await page.locator('[name=csrf_token]').first().inputValue();
  expect(own).not.toBe(stolen);
  const answer = await page.request.post('/cart/empty', { headers: { Origin: baseURL }, form: { csrf_token: own }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
});

test('tokens are masked anew for each page', async ({ shopper, page }) => {
  const tokens = new Set();
  for (let visits = 0; visits < 3; ++visits) {
    await shopper.open('/');
    tokens.add(await page.locator('[name=csrf_token]').first().inputValue());
  }
  expect(tokens.size).toBe(3);
});

test('setCurrency goes back to a path of this shop, and nowhere else', async ({ page, baseURL }) => {
  const wanted = {
    [`${baseURL}/product/${products.mug}?from=ad`]: `/product/${products.mug}?from=ad`,
    'https://evil.example/product/x': '/', '//evil.example/': '/', 'javascript:alert(1)': '/',
    [`${baseURL}//evil.example/`]: '/', [`${baseURL}@evil.example/`]: '/', [`${baseURL}.evil.example/`]: '/',
    [`${baseURL}/\\evil.example/`]: '/',
  };
  for (const [referer, path] of Object.entries(wanted)) {
    const answer = await page.request.post('/setCurrency', {
      headers: { Referer: referer }, form: { currency_code: 'EUR' }, maxRedirects: 0,
    });
    expect([referer, answer.status(), answer.headers().location]).toEqual([referer, 303, path]);
  }
});
