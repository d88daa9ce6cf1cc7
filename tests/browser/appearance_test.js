// SPDX-License-Identifier: Apache-2.0
// What is seen: nothing shifts, nothing sticks out, pictures are there, dark is dark.
import { pages } from './support/pages.js';
import { devices, expect, test } from './support/shop.js';
import { SlowPages } from './support/slow_pages.js';

// Adds up what moves by itself, from the first paint on.
function observeShifts() {
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const moved = entry.sources.map((source) => source.node?.outerHTML?.slice(0, 60) ?? source.node?.nodeName);
      globalThis.shifts.push(`${entry.value.toFixed(4)} ${moved}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

// Scrolls through the page, so that late pictures come; resolves when every picture is there.
async function lookAtAll(page) {
  for (const picture of await page.locator('img').all()) {
    if (await picture.isVisible()) await picture.scrollIntoViewIfNeeded();
  }
  await page.waitForFunction(() => [...document.images].every((image) => image.complete || !image.offsetParent));
  return page.evaluate(() => [...document.images].filter((image) => image.complete && image.naturalWidth === 0)
    .map((image) => image.src));
}

for (const [device, options] of Object.entries(devices)) {
  test.describe(device, () => {
    test.use(options);
    test('no page shifts, misses a picture, or is wider than the screen', async ({ shopper, page }) => {
      await page.addInitScript(observeShifts);
      for (const [name, { visit }] of Object.entries(pages)) {
        await visit(shopper);
        expect([name, await lookAtAll(page)]).toEqual([name, []]);
        expect([name, await page.evaluate(() => globalThis.shifts)]).toEqual([name, []]);
        const surplus = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
        expect([name, surplus]).toEqual([name, 0]);
      }
    });

    test.describe('on a slow line', () => {
      test.use({
        baseURL: async ({}, use) => {
          const slow = await SlowPages.before(process.env.SHOP_URL);
          await use(slow.url);
          slow.stop();
        },
      });
      test('what is shown of a page stays where it is when more of it comes', async ({ shopper, page }) => {
        test.slow();
        await page.addInitScript(observeShifts);
        for (const [name, { visit }] of Object.entries(pages)) {
          await visit(shopper);
          expect.soft([name, await page.evaluate(() => globalThis.shifts)]).toEqual([name, []]);
        }
      });
    });
  });
}

// WCAG 1.4.10: content for 1280 pixels at four times its size.
test.describe('320 pixels wide', () => {
  test.use({ viewport: { width: 320, height: 568 } });
  test('no page needs scrolling sideways', async ({ shopper, page }) => {
    for (const [name, { visit }] of Object.entries(pages)) {
      await visit(shopper);
      const surplus = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
      expect([name, surplus]).toEqual([name, 0]);
    }
  });
});

// The lightness of a colour as the browser says it, from 0 to 255.
function lightness(colour) {
  const [red, green, blue] = colour.match(/\d+/g).map(Number);
  return (red * 299 + green * 587 + blue * 114) / 1000;
}

for (const [colorScheme, isDark] of [['light', false], ['dark', true]]) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    test(`the page is ${colorScheme} and its text is not`, async ({ shopper, page }) => {
      for (const path of ['/', '/search?q=glass', '/cart', '/nowhere']) {
        await shopper.open(path);
        const [paper, ink] = await page.evaluate(() => {
          const style = getComputedStyle(document.body);
          return [style.backgroundColor, style.color];
        });
        expect(lightness(paper) < 64).toBe(isDark);
        expect(lightness(ink) > 192).toBe(isDark);
      }
    });
  });
}

test('nothing moves for those who want no movement', async ({ newShopper }) => {
  const shopper = await newShopper({ reducedMotion: 'reduce' });
  await shopper.open('/');
  const durations = await shopper.page.evaluate(() => [...document.querySelectorAll('*')].flatMap((element) => {
    const style = getComputedStyle(element);
    return [style.transitionDuration, style.animationName === 'none' ? '0s' : style.animationDuration];
  }));
  expect(new Set(durations)).toEqual(new Set(['0s']));
});
