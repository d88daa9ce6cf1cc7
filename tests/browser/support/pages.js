// SPDX-License-Identifier: Apache-2.0
// Every kind of page, and how one gets there: for what must hold on all of them.
import { cards } from './cards.js';
import { products } from './shop.js';

const goods = { [products.mug]: 2, [products.watch]: 1 };

// The checkout form sent with these changes.
async function sendForm(shopper, changes) {
  await shopper.stock(goods);
  await shopper.open('/cart');
  await shopper.page.locator('form[data-checkout]').evaluate((form) => { form.noValidate = true; });
  await shopper.fillCheckout(changes);
  await shopper.placeOrder();
}

async function changedTotal(shopper) {
  await shopper.stock(goods);
  await shopper.open('/cart');
  await shopper.fillCheckout();
  await shopper.stock({ [products.jar]: 1 });
  await shopper.placeOrder();
}

async function suggestions(shopper) {
  await shopper.open('/');
  await shopper.page.getByLabel('Search products').pressSequentially('gla');
  await shopper.page.getByRole('option', { name: 'Sunglasses' }).waitFor();
  await shopper.page.keyboard.press('ArrowDown');
}

async function added(shopper) {
  await shopper.open(`/product/${products.mug}`);
  await shopper.addToCart();
}

async function order(shopper) {
  await shopper.stock(goods);
  await shopper.buy();
}

async function cart(shopper) {
  await shopper.stock(goods);
  await shopper.open('/cart');
}

const at = (path) => (shopper) => shopper.open(path);

// In this order: a shopper who visits them all meets an empty cart and no orders first.
export const pages = {
  'home': { visit: at('/'), title: 'Online Boutique' },
  'suggestions': { visit: suggestions, title: 'Online Boutique' },
  'category': { visit: at('/category/accessories'), title: 'Accessories · Online Boutique' },
  'product': { visit: at(`/product/${products.watch}`), title: 'Watch · Online Boutique' },
  'search': { visit: at('/search?q=glass'), title: '“glass” · Search · Online Boutique' },
  'search, corrected': { visit: at('/search?q=sunglases'), title: '“sunglases” · Search · Online Boutique' },
  'search, wrong filter': { visit: at('/search?q=mug&min_price=x'), title: '“mug” · Search · Online Boutique' },
  'search, nothing found': { visit: at('/search?q=xylophone'), title: '“xylophone” · Search · Online Boutique' },
  'search, empty': { visit: at('/search'), title: 'Search · Online Boutique' },
  'cart, empty': { visit: at('/cart'), title: 'Cart · Online Boutique' },
  'orders, none': { visit: at('/orders'), title: 'Your orders · Online Boutique' },
  'assistant': { visit: at('/assistant'), title: 'Assistant · Online Boutique' },
  'not found': { visit: at('/nowhere'), title: 'There is nothing here · Online Boutique' },
  'no such product': { visit: at('/product/NOTHING'), title: 'We do not have that product · Online Boutique' },
  'no such order': { visit: at('/orders/nothing'), title: 'We cannot find that order · Online Boutique' },
  'product, added': { visit: added, title: 'Mug · Online Boutique' },
  'cart': { visit: cart, title: 'Cart · Online Boutique' },
  'cart, wrong fields': {
    visit: (shopper) => sendForm(shopper, { email: '', city: '', credit_card_number: '', credit_card_cvv: '' }),
    title: 'Error: Cart · Online Boutique',
  },
  'cart, card declined': {
    visit: (shopper) => sendForm(shopper, { credit_card_number: cards.declined }), title: 'Error: Cart · Online Boutique',
  },
  'cart, total changed': { visit: changedTotal, title: 'Error: Cart · Online Boutique' },
  'order': { visit: order, title: 'Thank you · Online Boutique' },
  'orders': { visit: at('/orders'), title: 'Your orders · Online Boutique' },
};
