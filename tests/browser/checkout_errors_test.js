// SPDX-License-Identifier: Apache-2.0
// Checkout that fails: errors beside their fields, declined cards, and nothing charged.
import { cards } from './support/cards.js';
import { ada, devices, expect, products, test } from './support/shop.js';

// On the cart with a mug, the browser's own checks off, so that the shop's are seen.
async function openForm(shopper) {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  await shopper.page.locator('form[data-checkout]').evaluate((form) => { form.noValidate = true; });
}

// What was typed is there again, but for the card, of which no trace is in the page.
async function expectKept(shopper, html, number, cvv) {
  for (const [name, value] of Object.entries(ada)) await expect(shopper.field(name)).toHaveValue(value);
  for (const secret of ['credit_card_number', 'credit_card_cvv']) await expect(shopper.field(secret)).toHaveValue('');
  expect(html.replace(/[ -]/g, '')).not.toContain(number.replaceAll(' ', ''));
  expect(html).not.toContain(`value="${cvv}"`);
}

for (const [device, options] of Object.entries(devices)) {
  test.describe(device, () => {
    test.use(options);
    test('an empty form comes back with a sentence beside each field', async ({ shopper }) => {
      const { page } = shopper;
      await openForm(shopper);
      const answer = await shopper.placeOrder();
      expect(answer.status()).toBe(422);
      await expect(page).toHaveTitle('Error: Cart · Online Boutique');
      const wanted = {
        email: 'Enter your e-mail address.', street_address: 'Enter your street address.',
        zip_code: 'Enter your postal code.', city: 'Enter your city.', state: 'Enter your state or region.',
        country: 'Enter your country.', credit_card_number: /Enter your card number\.$/,
        credit_card_cvv: /security code/,
      };
      for (const [name, sentence] of Object.entries(wanted)) {
        await expect(shopper.field(name)).toHaveAttribute('aria-invalid', 'true');
        await expect(shopper.field(name)).toHaveAccessibleDescription(sentence);
      }
      const summary = page.getByRole('alert');
      await expect(summary).toBeFocused();
      await expect(summary.getByRole('link')).toHaveCount(Object.keys(wanted).length);
      await summary.getByRole('link', { name: 'Enter your city.' }).click();
      await expect(shopper.field('city')).toBeFocused();
      await expect(shopper.field('city')).toBeInViewport();
    });
  });
}

const mistakes = {
  'an e-mail address without a dot': { email: 'ada@example' },
  'a card number with a slip': { credit_card_number: '4111 1111 1111 1112' },
  'a card that is no Visa or Mastercard': { credit_card_number: '3782 822463 10005' },
  'a CVV of letters': { credit_card_cvv: 'abc' },
  'a postal code of signs': { zip_code: '***' },
};
for (const [name, change] of Object.entries(mistakes)) {
  test(`${name} is named, the rest is kept`, async ({ shopper }) => {
    await openForm(shopper);
    await shopper.fillCheckout(change);
    const answer = await shopper.placeOrder();
    expect(answer.status()).toBe(422);
    const invalid = await shopper.page.locator('[aria-invalid=true]').evaluateAll((all) => all.map((one) => one.name));
    expect(invalid).toEqual(Object.keys(change));
    for (const [field, value] of Object.entries({ ...ada, credit_card_expiration_month: '12', ...change })) {
      if (field !== 'credit_card_number' && field !== 'credit_card_cvv') await expect(shopper.field(field)).toHaveValue(value);
    }
    expect(await shopper.orders()).toEqual([]);
  });
}

test('an expired card is said at its month', async ({ shopper }) => {
  await openForm(shopper);
  await shopper.field('credit_card_expiration_year').evaluate((select) => select.add(new Option('2020', '2020')));
  await shopper.fillCheckout({ credit_card_expiration_year: '2020' });
  expect((await shopper.placeOrder()).status()).toBe(422);
  await expect(shopper.field('credit_card_expiration_month')).toHaveAccessibleDescription('This card has expired.');
});

test('card number and CVV are never rendered back', async ({ shopper }) => {
  await openForm(shopper);
  await shopper.fillCheckout({ credit_card_number: cards.mastercard, credit_card_cvv: '0739', email: ada.email });
  await shopper.field('city').fill('');
  const answer = await shopper.placeOrder();
  expect(answer.status()).toBe(422);
  await shopper.field('city').fill(ada.city);
  await expectKept(shopper, await answer.text(), cards.mastercard, '0739');
});

const refusals = { declined: 'Your card was declined', withoutFunds: 'too little money' };
for (const [card, sentence] of Object.entries(refusals)) {
  test(`D21: a card ${card === 'declined' ? 'that is declined' : 'without funds'} leads back to the form`, async ({ shopper }) => {
    const { page } = shopper;
    await openForm(shopper);
    const firstKey = await shopper.field('idempotency_key').inputValue();
    await shopper.fillCheckout({ credit_card_number: cards[card], credit_card_cvv: '0739' });
    const answer = await shopper.placeOrder();
    expect(answer.status()).toBe(422);
    const notice = page.getByRole('alert');
    await expect(notice).toContainText(sentence);
    await expect(notice).toContainText('Nothing has been charged');
    await expect(notice).toBeFocused();
    await expectKept(shopper, await answer.text(), cards[card], '0739');
    await expect(page.getByLabel('Quantity of Mug')).toHaveValue('1');
    expect(await shopper.field('idempotency_key').inputValue()).not.toBe(firstKey);
    expect(await shopper.orders()).toEqual([]);

    // Another card buys what is still in the cart.
    await shopper.open('/cart');
    await expect(page.getByRole('alert')).toHaveCount(0);
    const order = await shopper.buy();
    expect(await shopper.orders()).toEqual([order]);
  });
}

test('after a refused form the currency and a quantity can still be changed', async ({ shopper }) => {
  await openForm(shopper);
  await shopper.fillCheckout({ credit_card_number: cards.declined });
  await shopper.placeOrder();
  await shopper.chooseCurrency('EUR');
  await expect(shopper.page).toHaveURL('/cart');
  await openForm(shopper);
  await shopper.fillCheckout({ credit_card_number: cards.declined });
  await shopper.placeOrder();
  await shopper.changeQuantity('Mug', 5);
  await expect(shopper.page).toHaveURL('/cart');
});

test('the browser itself asks for what is missing before anything is sent', async ({ shopper, page }) => {
  await shopper.stock({ [products.mug]: 1 });
  await shopper.open('/cart');
  await shopper.fillCheckout({ city: '' });
  await shopper.placeOrderButton.click();
  await expect(shopper.field('city')).toBeFocused();
  await expect(page).toHaveURL('/cart');
  await expect(shopper.placeOrderButton).toBeEnabled();
});
