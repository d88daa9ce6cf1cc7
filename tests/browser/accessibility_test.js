// SPDX-License-Identifier: Apache-2.0
// WCAG 2.2 AA as far as axe-core can tell, and what it cannot: titles, language, sizes, colours.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pages } from './support/pages.js';
import { devices, expect, test } from './support/shop.js';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
};

// What axe-core finds on the page, one line a fault.
async function findFaults(page) {
  // Evaluated, not added as a script: the page's Content-Security-Policy stays as it is.
  await page.evaluate(axe);
  const { violations } = await page.evaluate((options) => globalThis.axe.run(document, options), rules);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}

for (const [device, options] of Object.entries(devices)) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`${device}, ${colorScheme}`, () => {
      test.use({ ...options, colorScheme });
      test('axe-core finds nothing on any page', async ({ shopper, page }) => {
        test.setTimeout(180_000);
        for (const [name, { visit }] of Object.entries(pages)) {
          await visit(shopper);
          expect([name, ...await findFaults(page)]).toEqual([name]);
        }
      });
    });
  }
}

test('axe-core sees what is wrong here', async ({ shopper, page }) => {
  await shopper.open('/');
  await page.evaluate(() => {
    document.documentElement.removeAttribute('lang');
    document.querySelector('.lead').style.color = '#bbb';
    document.querySelector('main img').removeAttribute('alt');
  });
  const faults = await findFaults(page);
  for (const id of ['html-has-lang', 'color-contrast', 'image-alt']) {
    expect(faults.some((fault) => fault.startsWith(id))).toBe(true);
  }
});

test('every page has its title, its language, one heading and the landmarks', async ({ shopper, page }) => {
  for (const [name, { visit, title }] of Object.entries(pages)) {
    await visit(shopper);
    expect([name, await page.title()]).toEqual([name, title]);
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    for (const landmark of ['banner', 'main', 'contentinfo']) await expect(page.getByRole(landmark)).toHaveCount(1);
  }
});
