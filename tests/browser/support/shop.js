// SPDX-License-Identifier: Apache-2.0
// `test` with a shopper who has a browser context of their own, and what shoppers do on the shop's pages. Every test
// fails if a page of it asked another origin for something or put an error on the console: see guard.js.
import { test as base, expect } from '@playwright/test';
import { cards } from './cards.js';
import { Guard } from './guard.js';
import { minorUnits } from './money.js';

export { expect };

export const products = {
  sunglasses: 'OLJCESPC7Z', tankTop: '66VCHSJNUP', watch: '1YMWWN1N4O', loafers: 'L9ECAV7KIM', hairdryer: '2ZYFJ3GM2N',
  candleHolder: '0PUK6V6EV0', shakers: 'LS4PSXUNUM', jar: '9SIQT8TOJO', mug: '6E92ZMYYFZ',
};

export const devices = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};

export const uuidV4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const ada = {
  email: 'ada@example.com', street_address: '12 Analytical Row', zip_code: '02139', city: 'Cambridge', state: 'MA',
  country: 'United States',
};

// Everything that a checkout posts besides the form's own hidden fields.
export function checkoutFields(changes = {}) {
  return {
    ...ada, credit_card_number: cards.visa, credit_card_expiration_month: '12',
    credit_card_expiration_year: String(new Date().getFullYear() + 2), credit_card_cvv: '739', ...changes,
  };
}

export class Shopper {
  constructor(page, scripts) {
    this.page = page;
    this.scripts = scripts;
  }

  // The answer to a navigation, after everything on the page has loaded.
  async open(path) {
    return this.page.goto(path, { waitUntil: 'load' });
  }

  // Does what leads to another page, or to the same one anew, and waits for that: the page before it, which may show the
  // same, is never taken for it. Begins when the page's scripts have run, so that what they listen to is heard.
  async turnPage(deed) {
    await this.page.waitForLoadState('load');
    await this.page.evaluate(() => { document.documentElement.dataset.before = ''; });
    await deed();
    await expect(this.page.locator('html:not([data-before])')).toBeAttached();
    await this.page.waitForLoadState('load');
  }

  // Waits for a part that a page does without where it would take too long: then the page is asked for again.
  async shows(part, count = 1) {
    await expect(async () => {
      if (await part.count() !== count) await this.page.reload();
      expect(await part.count()).toBe(count);
    }).toPass();
  }

  // Puts products into the cart as a program would, without the pages.
  async stock(lines) {
    for (const [product_id, quantity] of Object.entries(lines)) {
      const answer = await this.page.request.post('/cart', { form: { product_id, quantity }, maxRedirects: 0 });
      expect(answer.status()).toBe(303);
    }
  }

  async search(query) {
    await this.turnPage(async () => {
      await this.page.getByLabel('Search products').fill(query);
      await this.page.getByRole('button', { name: 'Search', exact: true }).click();
    });
    await expect(this.page).toHaveURL(/\/search\?/);
  }

  async chooseCurrency(code) {
    await this.turnPage(async () => {
      await this.page.getByLabel('Currency').selectOption(code);
      if (!this.scripts) await this.page.getByRole('button', { name: 'Set currency' }).click();
    });
    await expect(this.page.getByLabel('Currency')).toHaveValue(code);
  }

  // From the product's page; ends there where scripts run, and else on the cart.
  async addToCart(quantity = 1) {
    await this.page.waitForLoadState('load');  // earlier its button, too, would lead to the cart
    await this.page.getByLabel('Quantity').selectOption(String(quantity));
    await this.page.getByRole('button', { name: 'Add to cart' }).click();
    if (this.scripts) await this.page.getByRole('link', { name: 'View cart' }).waitFor();
    else await this.page.waitForURL('**/cart');
  }

  line(name) {
    return this.page.getByRole('region', { name: 'Items' }).getByRole('listitem').filter({ hasText: name });
  }

  async changeQuantity(name, quantity) {
    const line = this.line(name);
    const before = await line.locator('.line-total').textContent();
    await this.turnPage(async () => {
      await line.getByLabel(`Quantity of ${name}`).fill(String(quantity));
      await line.getByRole('button', { name: 'Update' }).click();
    });
    await expect(line.locator('.line-total')).not.toHaveText(before);
  }

  async remove(name) {
    await this.turnPage(() => this.line(name).getByRole('button', { name: 'Remove' }).click());
    await expect(this.line(name)).toHaveCount(0);
  }

  field(name) {
    return this.page.locator(`form[data-checkout] [name=${name}]`);
  }

  async fillCheckout(changes = {}) {
    for (const [name, value] of Object.entries(checkoutFields(changes))) {
      if (name.startsWith('credit_card_expiration')) await this.field(name).selectOption(value);
      else await this.field(name).fill(value);
    }
  }

  get placeOrderButton() {
    return this.page.getByRole('button', { name: /^Place order/ });
  }

  // Resolves to the answer of the page that follows: the order's, or the form again.
  async placeOrder() {
    const answered = this.page.waitForResponse(
      (answer) => answer.request().isNavigationRequest() && answer.status() !== 303);
    await this.turnPage(() => this.placeOrderButton.click());
    return answered;
  }

  // Orders what is in the cart; resolves to the order's number.
  async buy(changes = {}) {
    await this.open('/cart');
    await this.fillCheckout(changes);
    const answer = await this.placeOrder();
    expect(answer.status()).toBe(200);
    return this.orderOnPage();
  }

  async orderOnPage() {
    await expect(this.page).toHaveURL(/\/orders\/[0-9a-f-]{36}$/);
    return this.page.locator('[data-order-id]').textContent();
  }

  // What the page of the cart or of an order adds up, in minor units.
  async sums(code) {
    const amounts = (selector) => this.page.locator(selector).allTextContents();
    const read = (texts) => texts.map((text) => minorUnits(text, code));
    const [items, shipping, total] = read(await amounts('.totals dd'));
    return { lines: read(await amounts('.line .line-total')), items, shipping, total };
  }

  // The numbers of this shopper's orders, newest first.
  async orders() {
    await this.open('/orders');
    return this.page.locator('.order-row .code').allTextContents();
  }
}

export const test = base.extend({
  // Where the shop is; a test with a shop of its own overrides this.
  baseURL: async ({}, use) => { await use(process.env.SHOP_URL); },

  context: async ({ context, baseURL }, use) => {
    const guard = new Guard(context, new URL(baseURL).origin);
    await use(context);
    expect(guard.faults).toEqual([]);
  },

  shopper: async ({ page, javaScriptEnabled }, use) => { await use(new Shopper(page, javaScriptEnabled)); },

  // A function that makes another shopper, in another browser context.
  newShopper: async ({ browser, baseURL }, use) => {
    const guards = [];
    const contexts = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL, ...options });
      contexts.push(context);
      guards.push(new Guard(context, new URL(baseURL).origin));
      return new Shopper(await context.newPage(), options.javaScriptEnabled !== false);
    });
    for (const context of contexts) await context.close();
    for (const guard of guards) expect(guard.faults).toEqual([]);
  },
});
