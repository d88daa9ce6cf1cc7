// SPDX-License-Identifier: Apache-2.0
// That the guard of every test sees what it is there for.
import { test as base } from '@playwright/test';
import { Guard } from './support/guard.js';
import { expect } from './support/shop.js';

const test = base.extend({
  guard: async ({ context }, use) => { await use(new Guard(context, process.env.SHOP_URL)); },
});
const shop = () => process.env.SHOP_URL;

test('it sees nothing on a good page, nor on a page for an error', async ({ page, guard }) => {
  await page.goto(`${shop()}/`);
  await page.goto(`${shop()}/nowhere`);
  expect(guard.faults).toEqual([]);
});

const deeds = {
  'a request to another origin': [() => { fetch('http://127.0.0.1:1/').catch(() => {}); }, /127\.0\.0\.1:1|Content Security/],
  'an inline script': [() => { document.head.append(Object.assign(document.createElement('script'), { text: 'x' })); }, /script/],
  'an inline style': [() => { document.body.append(Object.assign(document.createElement('style'), { text: 'p {}' })); }, /style/],
  'an error on the console': [() => { console.error('oh'); }, /oh/],
  'an exception': [() => { setTimeout(() => { throw new Error('oh'); }); }, /exception.*oh/],
  'a dialog': [() => { setTimeout(() => alert('oh')); }, /dialog: oh/],
  'a file that is missing': [() => { fetch('/static/nothing.js'); }, /404 for/],
};
for (const [name, [deed, fault]] of Object.entries(deeds)) {
  test(`it sees ${name}`, async ({ page, guard }) => {
    await page.goto(`${shop()}/`);
    await page.evaluate(deed);
    await expect.poll(() => guard.faults.join('\n')).toMatch(fault);
  });
}

test('it sees a picture from another origin', async ({ page, guard }) => {
  await page.setContent('<img src="http://127.0.0.1:1/x.png">');
  await expect.poll(() => guard.faults.join('\n')).toContain('request to http://127.0.0.1:1/x.png');
});
