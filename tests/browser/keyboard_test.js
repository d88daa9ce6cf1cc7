// SPDX-License-Identifier: Apache-2.0
// Everything by keyboard alone, and always with a focus that can be seen.
import { ada, expect, products, test } from './support/shop.js';

// How the focused element shows it: by an outline of its own or of what covers its card.
function focusMark() {
  const focused = document.activeElement;
  const visible = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const box = focused.getBoundingClientRect();
  return {
    name: focused.outerHTML.slice(0, 80),
    marked: visible(getComputedStyle(focused)) || visible(getComputedStyle(focused, '::after')),
    inView: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}

// Presses Tab until `target` has the focus; every stop on the way must be visible.
async function tabTo(page, target) {
  await target.waitFor();
  for (let steps = 0; steps < 80; ++steps) {
    await page.keyboard.press('Tab');
    const mark = await page.evaluate(focusMark);
    expect(mark).toEqual({ name: mark.name, marked: true, inView: true });
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not reach ${target}`);
}

test('the first stop is a link that skips to the content', async ({ shopper, page }) => {
  await shopper.open('/');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.locator('main .card a').first()).toBeFocused();
});

test('a whole purchase by keyboard', async ({ shopper, page }) => {
  await shopper.open('/');
  await tabTo(page, page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Kitchen' }));
  await page.keyboard.press('Enter');
  await page.waitForURL('/category/kitchen');
  await tabTo(page, page.getByRole('link', { name: 'Mug', exact: true }));
  await page.keyboard.press('Enter');
  await page.waitForURL(`/product/${products.mug}`);

  await tabTo(page, page.getByLabel('Quantity'));
  await page.keyboard.press('ArrowDown');
  await expect(page.getByLabel('Quantity')).toHaveValue('2');
  await tabTo(page, page.getByRole('button', { name: 'Add to cart' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('link', { name: 'View cart' }));
  await page.keyboard.press('Enter');
  await page.waitForURL('/cart');

  await tabTo(page, page.getByRole('button', { name: 'One Mug more' }));
  await page.keyboard.press('Space');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart (3)');
  await page.waitForLoadState('load');
  for (const [name, value] of Object.entries(ada)) {
    await tabTo(page, shopper.field(name));
    await page.keyboard.type(value);
  }
  await tabTo(page, shopper.field('credit_card_number'));
  await page.keyboard.type('4111111111111111');
  await tabTo(page, shopper.field('credit_card_expiration_month'));
  await page.keyboard.type('12');
  await tabTo(page, shopper.field('credit_card_expiration_year'));
  await page.keyboard.press('ArrowDown');
  await tabTo(page, shopper.field('credit_card_cvv'));
  await page.keyboard.type('739');
  await tabTo(page, shopper.placeOrderButton);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  const order = await shopper.orderOnPage();

  await tabTo(page, page.getByRole('main').getByRole('link', { name: 'Your orders' }));
  await page.keyboard.press('Enter');
  await page.waitForURL('/orders');
  await tabTo(page, page.getByRole('link', { name: 'Mug', exact: true }));
  await page.keyboard.press('Enter');
  expect(await shopper.orderOnPage()).toBe(order);
});

test('Enter in a quantity changes it, and Enter in the form orders', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  await page.getByLabel('Quantity of Mug').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('4');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your cart (4)');
  await page.waitForLoadState('load');
  await shopper.fillCheckout();
  await shopper.field('city').press('Enter');
  await page.waitForURL(/\/orders\//);
});

test('every stop on every page can be seen', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1, [products.watch]: 2 });
  for (const path of ['/', '/search?q=glass', '/cart', '/orders', '/nowhere']) {
    await shopper.open(path);
    await tabTo(page, page.getByRole('contentinfo').getByRole('link', { name: 'Start afresh' }));
  }
});

test('the focus is not lost under the header that stays', async ({ shopper, page }) => {
  await page.setViewportSize({ width: 1280, height: 500 });
  await shopper.open('/');
  await page.getByRole('contentinfo').getByRole('link').last().focus();
  const header = await page.getByRole('banner').boundingBox();
  for (const link of (await page.locator('main .card a').all()).reverse()) {
    await page.keyboard.press('Shift+Tab');
    if (!await link.evaluate((element) => element === document.activeElement)) continue;
    const box = await link.boundingBox();
    expect(box.y).toBeGreaterThanOrEqual(header.height);
  }
});
