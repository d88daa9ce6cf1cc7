// SPDX-License-Identifier: Apache-2.0
// The whole walk, on a desktop and a phone, with scripts and without, in light and dark, and below a path.
import { startBoutique } from './support/programs.js';
import { devices, expect, test } from './support/shop.js';
import { walkThroughShop } from './support/walk.js';

for (const [device, options] of Object.entries(devices)) {
  for (const colorScheme of ['light', 'dark']) {
    for (const javaScriptEnabled of [true, false]) {
      test.describe(`${device}, ${colorScheme}, ${javaScriptEnabled ? 'with' : 'without'} scripts`, () => {
        test.use({ ...options, colorScheme, javaScriptEnabled });
        test('from the front page to the order and back to it', async ({ shopper }) => walkThroughShop(shopper));
      });
    }
  }
}

test.describe('below BASE_URL', () => {
  const prefix = '/online-boutique';
  test.use({
    baseURL: async ({}, use, { testId }) => {
      const boutique = await startBoutique(`below-${testId}.log`, `--base-url=${prefix}`);
      await use(boutique.url);
      expect(await boutique.stop()).toBe(0);
    },
  });

  test('every link, form and script stays below the path, and so do the cookies (D19)', async ({ page, context }) => {
    const outside = [];
    context.on('request', (request) => {
      if (!new URL(request.url()).pathname.startsWith(prefix)) outside.push(request.url());
    });
    await page.goto(`${prefix}/`);
    for (const { name, path } of await context.cookies()) expect([name, path]).toEqual(['shop_session-id', prefix]);
    await page.getByLabel('Search products').pressSequentially('mug');
    await page.getByRole('listbox').getByRole('option').click();
    await page.waitForURL(`**${prefix}/product/*`);
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.getByRole('link', { name: 'View cart' }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await expect(page).toHaveURL(`${prefix}/cart`);
    await page.getByRole('link', { name: 'Continue shopping' }).click();
    await page.waitForURL(`**${prefix}/`);
    const links = await page.locator('a[href]').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    for (const link of links) expect(link).toMatch(/^(\/online-boutique\/|#)/);
    expect(outside).toEqual([]);
  });
});
