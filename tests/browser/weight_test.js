// SPDX-License-Identifier: Apache-2.0
// What a visit costs the shopper's line: bytes, and what the browser may keep.
import { expect, products, test } from './support/shop.js';

const mostPage = 15_000;    // bytes of HTML, compressed
const mostVisit = 150_000;  // bytes of a whole first visit

// Counts what comes over the line, headers included: in all, and of HTML by path.
async function countBytes(page) {
  const client = await page.context().newCDPSession(page);
  const count = { total: 0, pages: {}, types: new Map() };
  client.on('Network.responseReceived', ({ requestId, type, response }) => {
    count.types.set(requestId, [type, response.url]);
  });
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    count.total += encodedDataLength;
    const [type, url] = count.types.get(requestId) ?? [];
    if (type === 'Document') count.pages[new URL(url).pathname] = encodedDataLength;
  });
  await client.send('Network.enable');
  return count;
}

async function scrollToEnd(page) {
  await page.getByRole('contentinfo').scrollIntoViewIfNeeded();
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await page.waitForLoadState('networkidle');
}

for (const path of ['/', `/product/${products.watch}`, '/search?q=a', '/category/kitchen', '/cart']) {
  test(`a first visit at ${path} is light`, async ({ shopper, page }) => {
    if (path === '/cart') await shopper.stock(Object.fromEntries(Object.values(products).map((id) => [id, 1])));
    const count = await countBytes(page);
    await shopper.open(path);
    await scrollToEnd(page);
    const [html] = Object.values(count.pages);
    expect(html).toBeGreaterThan(500);
    expect(html).toBeLessThan(mostPage);
    expect(count.total).toBeGreaterThan(html);
    expect(count.total).toBeLessThan(mostVisit);
  });
}

test('on the second page nothing is asked for again', async ({ shopper, page }) => {
  await shopper.open('/');
  await scrollToEnd(page);
  const seen = new Set(await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name)));
  await shopper.open('/category/kitchen');
  await scrollToEnd(page);
  const again = await page.evaluate(() => performance.getEntriesByType('resource')
    .map(({ name, transferSize }) => ({ name, transferSize })));
  expect(again.filter(({ name }) => seen.has(name)).length).toBeGreaterThan(4);
  expect(again.filter(({ name, transferSize }) => seen.has(name) && transferSize > 0)).toEqual([]);
});

test('static files are kept for ever, named by their content, tagged and packed', async ({ shopper, page }) => {
  const files = [];
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.startsWith('/static/')) files.push(response);
  });
  await shopper.open('/');
  await scrollToEnd(page);
  expect(files.length).toBeGreaterThan(11);
  for (const file of files) {
    const { 'cache-control': cache, etag, 'content-encoding': encoding, 'content-type': type } = await file.allHeaders();
    expect(file.url()).toMatch(/\.[0-9a-f]{8,}\.(css|js|svg)$/);
    expect(cache).toContain('immutable');
    expect(Number(cache.match(/max-age=(\d+)/)[1])).toBeGreaterThanOrEqual(31_536_000);
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(type).toMatch(/^(text\/css|text\/javascript|image\/svg\+xml)/);
    expect(['gzip', 'br']).toContain(encoding);
    const again = await page.request.get(file.url(), { headers: { 'If-None-Match': etag, 'Accept-Encoding': encoding } });
    expect(again.status()).toBe(304);
  }
});

test("the original's name of a picture still leads to it", async ({ page }) => {
  const picture = await page.request.get('/static/img/products/mug.jpg');
  expect(picture.status()).toBe(200);
  expect(picture.headers()['content-type']).toBe('image/svg+xml');
});

test('D20: folders of static files are not listed', async ({ page }) => {
  for (const path of ['/static', '/static/', '/static/img/', '/static/img', '/static/styles/', '/static/../templates/home.tpl']) {
    const answer = await page.request.get(path);
    expect([path, answer.status()]).toEqual([path, 404]);
    expect(await answer.text()).not.toMatch(/mug\.|watch\.|empty-cart|AUTOESCAPE/);
  }
});
