// SPDX-License-Identifier: Apache-2.0
// A shop without one of its services, run as processes: what is left works, and what is away is shown nowhere. What is
// removed is what the component without-SERVICE of kustomize/components removes.
import { randomUUID } from 'node:crypto';
import { cards } from './support/cards.js';
import { Links } from './support/links.js';
import { Mesh, removedByComponent } from './support/mesh.js';
import { ada, checkoutFields, expect, products, test } from './support/shop.js';

// What a shopper notices of a service.
const everything = ['ads', 'recommendations', 'currencies', 'shipping', 'orders', 'checkout'];
const services = [
  'adservice', 'cartservice', 'checkoutservice', 'currencyservice', 'emailservice', 'orderservice', 'paymentservice',
  'productcatalogservice', 'recommendationservice', 'shippingservice',
];
const missing = {
  adservice: ['ads'],
  recommendationservice: ['recommendations'],
  emailservice: [],
  currencyservice: ['currencies'],
  shippingservice: ['shipping'],
  orderservice: ['orders'],
  checkoutservice: ['checkout', 'orders'],
};
// By the names of /health.
const asked = {
  ad: 'ads', recommendation: 'recommendations', currency: 'currencies', shipping: 'shipping', order: 'orders',
  checkout: 'checkout', cart: undefined, productcatalog: undefined,
};

// A shopper's walk, which looks at each page that it comes to.
class Walk {
  constructor(shopper, origin, without) {
    this.shopper = shopper;
    this.page = shopper.page;
    this.has = Object.fromEntries(everything.map((feature) => [feature, !missing[without].includes(feature)]));
    this.links = new Links(this.page.context(), origin);
    this.ad = this.page.getByRole('complementary', { name: 'Advertisement' });
    this.recommendations = this.page.getByRole('region', { name: 'More you might like' });
  }

  // A page of this shop that is no error, every link of which leads somewhere, and with nothing of what is away.
  async look() {
    await expect(this.page.getByLabel('Currency')).toHaveCount(this.has.currencies ? 1 : 0);
    const toOrders = this.page.locator('a[href="/orders"]');
    if (this.has.orders) await expect(toOrders.first()).toBeVisible();
    else await expect(toOrders).toHaveCount(0);
    if (!this.has.ads) await expect(this.ad).toHaveCount(0);
    if (!this.has.recommendations) await expect(this.recommendations).toHaveCount(0);
    expect(await this.links.dead(this.page)).toEqual([]);
  }

  async open(path, title) {
    const answer = await this.shopper.open(path);
    expect(answer.status(), path).toBe(200);
    await expect(this.page).toHaveTitle(new RegExp(title));
    await this.look();
  }

  async browse() {
    await this.open('/', '^Online Boutique');
    await expect(this.page.locator('main .card')).toHaveCount(9);
    if (this.has.ads) await this.shopper.shows(this.ad);
    await this.open('/category/kitchen', 'Kitchen');
    await this.open('/search?q=mug&min_price=1', 'Search');
    await expect(this.page.locator('main .card')).toHaveCount(1);
    await this.open('/cart', 'Cart');
    await this.open(`/product/${products.mug}`, 'Mug');
    if (this.has.recommendations) await this.shopper.shows(this.recommendations);
    if (this.has.currencies) await this.shopper.chooseCurrency('EUR');
    await expect(this.page.locator('.product .price')).toHaveText(this.has.currencies ? /^€/ : '$8.99');
  }

  async fillCart() {
    await this.shopper.addToCart(2);
    await this.page.getByRole('banner').getByRole('link', { name: 'Cart' }).click();
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText('Your cart (2)');
    await this.look();
    await expect(this.page.locator('.totals dt')).toHaveText(this.sums());
    await expect(this.page.getByText(/shipping/i)).toHaveCount(this.has.shipping ? 1 : 0);
  }

  sums() {
    return this.has.shipping ? ['Items', 'Shipping', 'Total'] : ['Items', 'Total'];
  }

  async order() {
    if (!this.has.checkout) {
      await expect(this.page.getByText('Orders cannot be placed here.')).toBeVisible();
      await expect(this.page.locator('form[data-checkout]')).toHaveCount(0);
      return;
    }
    const total = await this.page.locator('.totals-sum dd').textContent();
    await this.shopper.fillCheckout();
    expect((await this.shopper.placeOrder()).status()).toBe(200);
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText('Thank you for your order');
    await expect(this.page.locator('[data-order-id]')).toHaveText(/^[0-9a-f-]{36}$/);
    await expect(this.page.locator('[data-tracking-id]')).toHaveCount(this.has.shipping ? 1 : 0);
    await expect(this.page.getByText('Ship to')).toHaveCount(this.has.shipping ? 1 : 0);
    await expect(this.page.locator('.totals dd').last()).toHaveText(total);
    await this.look();
  }

  async history() {
    if (!this.has.orders) return;
    await this.page.getByRole('main').getByRole('link', { name: 'Your orders' }).click();
    await expect(this.page.locator('.order-row')).toHaveCount(1);
    await this.look();
    await this.page.locator('.order-row a').first().click();
    await this.shopper.orderOnPage();
    await this.look();
  }

  // What is away is not there by its address either, and answers so, not as if it were back soon.
  async askForWhatIsAway() {
    const statusOf = async (path) => (await this.page.request.get(path)).status();
    const post = async (path, data, headers) => (await this.page.request.post(path, { data, headers })).status();
    if (!this.has.orders) {
      for (const path of ['/orders', '/api/v1/orders']) {
        expect(await statusOf(path), path).toBe(404);
        expect(await statusOf(`${path}/${randomUUID()}`), path).toBe(404);
      }
    }
    if (!this.has.currencies) {
      const offered = await this.page.request.get('/api/v1/currencies');
      expect(await offered.json()).toEqual({ currencyCodes: ['USD'] });
      expect(await statusOf('/api/v1/cart?currency=EUR')).toBe(400);
      expect(await post('/api/v1/convert', { from: { currencyCode: 'USD', units: 1 }, toCode: 'EUR' })).toBe(400);
    }
    const items = [{ productId: products.mug, quantity: 1 }];
    expect(await post('/api/v1/quote', { items })).toBe(this.has.shipping ? 200 : 501);
    if (!this.has.checkout) await this.askForCheckout(post);
  }

  async askForCheckout(post) {
    const { zip_code, street_address, city, state, country } = ada;
    const order = {
      email: ada.email, address: { streetAddress: street_address, city, state, country, postalCode: zip_code },
      creditCard: {
        creditCardNumber: cards.visa, creditCardCvv: 123, creditCardExpirationYear: 2039, creditCardExpirationMonth: 1,
      },
    };
    expect(await post('/api/v1/checkout', order, { 'Idempotency-Key': randomUUID() })).toBe(501);
    const sent = await this.page.request.post('/cart/checkout', { form: checkoutFields() });
    expect(sent.status()).toBe(404);
    expect(await sent.text()).toContain('Orders cannot be placed here.');
  }

  // The shop is whole: what it is not meant to have is no fault.
  async health() {
    const answer = await this.page.request.get('/health');
    const there = Object.entries(asked).filter(([, feature]) => this.has[feature] ?? true)
      .map(([name]) => [name, 'SERVING']);
    expect(await answer.json()).toEqual({ status: 'ok', services: Object.fromEntries(there) });
  }
}

for (const without of Object.keys(missing)) {
  test.describe(`without ${without}`, () => {
    // One mesh at a time, for both kinds of shoppers.
    test.describe.configure({ mode: 'default' });
    let mesh;
    test.use({
      baseURL: async ({}, use) => {
        mesh ??= await Mesh.startWithout(without);
        await use(mesh.url);
      },
    });
    test.afterAll(async () => { await mesh?.stop(); });

    test('what is left out is what the component removes', async ({ baseURL }) => {
      expect(baseURL).toBe(mesh.url);
      const { programs, addressed } = removedByComponent(without);
      expect(mesh.services.sort()).toEqual(services.filter((service) => !programs.includes(service)));
      for (const service of addressed) expect(programs).toContain(service);
      expect(addressed).toContain(without);
    });

    test('the walk shows what there is', async ({ shopper, baseURL }) => {
      const walk = new Walk(shopper, baseURL, without);
      await walk.browse();
      await walk.fillCart();
      await walk.order();
      await walk.history();
      await walk.askForWhatIsAway();
      await walk.health();
    });

    test.describe('without scripts', () => {
      test.use({ javaScriptEnabled: false });
      test('a product is bought', async ({ shopper, baseURL }) => {
        const walk = new Walk(shopper, baseURL, without);
        await walk.open('/', '^Online Boutique');
        await shopper.page.getByRole('link', { name: 'Mug', exact: true }).click();
        await shopper.addToCart(1);
        await expect(shopper.page.locator('.totals dt')).toHaveText(walk.sums());
        await walk.look();
        await walk.order();
      });
    });
  });
}
