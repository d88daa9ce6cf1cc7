// SPDX-License-Identifier: Apache-2.0
// The cart: what is put in, changed, removed and emptied.
import { ada, devices, expect, products, test } from './support/shop.js';

for (const [device, options] of Object.entries(devices)) {
  test.describe(device, () => {
    test.use(options);
    test('a product is added in place, and the header counts it', async ({ shopper }) => {
      const { page } = shopper;
      await shopper.open(`/product/${products.mug}`);
      const badge = page.locator('[data-cart-count]');
      await expect(badge).toBeHidden();
      await shopper.addToCart(2);
      await expect(page).toHaveURL(`/product/${products.mug}`);
      const added = page.locator('[data-added]');
      await expect(added).toHaveText('Mug was added to your cart. View cart');
      await expect(added).toBeInViewport({ ratio: 1 });
      await expect(badge).toHaveText('2');
      await expect(page.locator('[data-cart-text]')).toHaveText('2 items');
      await page.getByRole('link', { name: 'View cart' }).click();
      await expect(page).toHaveTitle('Cart · Online Boutique');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart (2)');
    });
  });
}

test('without scripts adding leads to the cart', async ({ newShopper }) => {
  const shopper = await newShopper({ javaScriptEnabled: false });
  await shopper.open(`/product/${products.mug}`);
  await shopper.addToCart(3);
  await expect(shopper.page.getByRole('heading', { level: 1 })).toHaveText('Your cart (3)');
  await expect(shopper.page.locator('[data-cart-count]')).toHaveText('3');
});

test('a double click adds once, however fast the shop answers', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open(`/product/${products.mug}`);
  const button = page.getByRole('button', { name: 'Add to cart' });
  await button.click();
  const viewCart = page.getByRole('link', { name: 'View cart' });
  await viewCart.waitFor();
  // The second click of a double click, which comes when the first is answered.
  const { x, y, width, height } = await button.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down({ clickCount: 2 });
  await page.mouse.up({ clickCount: 2 });
  await expect(page.locator('[data-cart-count]')).toHaveText('1');
  await viewCart.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart (1)');
});

test('two clicks one after the other add twice', async ({ shopper }) => {
  await shopper.open(`/product/${products.mug}`);
  await shopper.addToCart(1);
  const added = shopper.page.waitForResponse((answer) => answer.url().endsWith('/cart'));
  await shopper.page.getByRole('button', { name: 'Add to cart' }).click();
  await added;
  await expect(shopper.page.locator('[data-cart-count]')).toHaveText('2');
});

test('two clicks at once add once', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open(`/product/${products.mug}`);
  await page.getByRole('button', { name: 'Add to cart' }).dblclick();
  await page.getByRole('link', { name: 'View cart' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart (1)');
});

test('adding again makes one line with both quantities', async ({ shopper }) => {
  await shopper.stock({ [products.mug]: 2 });
  await shopper.stock({ [products.mug]: 3 });
  await shopper.open('/cart');
  await expect(shopper.page.locator('.line')).toHaveCount(1);
  await expect(shopper.page.getByLabel('Quantity of Mug')).toHaveValue('5');
});

test('a quantity is typed, or stepped with the buttons', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.stock({ [products.mug]: 1, [products.watch]: 1 });
  await shopper.open('/cart');
  await shopper.changeQuantity('Mug', 4);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart (5)');
  await expect(shopper.line('Mug').locator('.line-total')).toHaveText('$35.96');

  // At once: the page waits not even a second for another step.
  const twice = (button) => { button.click(); button.click(); };
  await shopper.turnPage(() => page.getByRole('button', { name: 'One Mug more' }).evaluate(twice));
  await expect(shopper.line('Mug').locator('.line-total')).toHaveText('$53.94');
  await shopper.turnPage(() => page.getByRole('button', { name: 'One Mug less' }).click());
  await expect(shopper.line('Mug').locator('.line-total')).toHaveText('$44.95');
  await expect(page.locator('.line-name')).toHaveText(['Mug', 'Watch']);
});

test('what was typed into the checkout outlives a change of the cart, the card does not', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1, [products.watch]: 1 });
  await shopper.open('/cart');
  const expectAddress = async () => {
    for (const [name, value] of Object.entries(ada)) await expect(shopper.field(name)).toHaveValue(value);
    for (const secret of ['credit_card_number', 'credit_card_cvv']) await expect(shopper.field(secret)).toHaveValue('');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  };
  await shopper.fillCheckout();
  await shopper.turnPage(() => page.getByRole('button', { name: 'One Mug more' }).click());
  await expect(shopper.line('Mug').locator('.line-total')).toHaveText('$17.98');
  await expectAddress();
  await shopper.remove('Watch');
  await expectAddress();
  await shopper.chooseCurrency('EUR');
  await expectAddress();
});

test('a line is removed by its button, or by the quantity 0', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.stock({ [products.mug]: 1, [products.watch]: 1, [products.jar]: 1 });
  await shopper.open('/cart');
  await shopper.remove('Watch');
  await expect(page.locator('.line-name')).toHaveText(['Mug', 'Bamboo Glass Jar']);
  const line = shopper.line('Mug');
  await line.getByLabel('Quantity of Mug').fill('0');
  await line.getByRole('button', { name: 'Update' }).click();
  await expect(page.locator('.line-name')).toHaveText(['Bamboo Glass Jar']);
  await shopper.line('Bamboo Glass Jar').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart is empty');
});

test('an empty cart is friendly', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.open('/cart');
  await expect(page).toHaveTitle('Cart · Online Boutique');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart is empty');
  await shopper.shows(page.getByRole('region', { name: 'You might like' }).locator('.card'), 4);
  await page.getByRole('link', { name: 'Continue shopping' }).click();
  await expect(page).toHaveURL('/');
});

test('the cart is emptied with one button', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.stock({ [products.mug]: 5, [products.watch]: 2 });
  await shopper.open('/cart');
  await page.getByRole('button', { name: 'Empty cart' }).click();
  await expect(page).toHaveURL('/');
  await expect(page.locator('[data-cart-count]')).toBeHidden();
  await shopper.open('/cart');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart is empty');
});

test('more than a thousand of one product are refused with a sentence, and nothing changes', async ({ newShopper }) => {
  // Without scripts, and so without the browser's own check of the number.
  const shopper = await newShopper({ javaScriptEnabled: false });
  const { page } = shopper;
  await shopper.stock({ [products.mug]: 7 });
  await shopper.open('/cart');
  const answer = await page.request.post('/cart/update', { form: { product_id: products.mug, quantity: 1001 } });
  expect(answer.status()).toBe(422);
  expect(await answer.text()).toContain('You can have up to 1000 of one product.');
  await shopper.open('/cart');
  await expect(page.getByLabel('Quantity of Mug')).toHaveValue('7');
});

test('another shopper sees nothing of this cart', async ({ shopper, newShopper }) => {
  await shopper.stock({ [products.mug]: 2 });
  const other = await newShopper();
  await other.open('/cart');
  await expect(other.page.getByRole('heading', { level: 1 })).toHaveText('Your cart is empty');
});

test('"Start afresh" leaves the cart behind', async ({ shopper }) => {
  const { page } = shopper;
  await shopper.stock({ [products.mug]: 2 });
  await shopper.open('/');
  await shopper.turnPage(() => page.getByRole('link', { name: 'Start afresh' }).click());
  await expect(page).toHaveURL('/');
  await expect(page.locator('[data-cart-count]')).toBeHidden();
});
