// SPDX-License-Identifier: Apache-2.0
// What scripts add to every page: suggestions while typing, the currency at once, adding to the cart in place.

const base = document.body.dataset.base;
const announcer = document.getElementById('announcer');

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// The search box becomes a combobox (the ARIA pattern with a list popup): arrows walk the list, Enter opens the product,
// Escape closes the list. Without a choice Enter searches, as it does without scripts.
function suggestProducts(form) {
  const input = form.elements.q;
  const list = document.getElementById('suggestions');
  let pending = null;
  let timer = 0;
  let chosen = -1;
  let shown = '';

  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', list.id);
  input.setAttribute('aria-expanded', 'false');
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Suggested products');

  const close = () => {
    clearTimeout(timer);
    pending?.abort();
    list.hidden = true;
    chosen = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };

  const choose = (index) => {
    chosen = (index + list.children.length + 1) % (list.children.length + 1);
    [...list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === chosen)));
    const option = list.children[chosen];
    if (!option) return input.removeAttribute('aria-activedescendant');
    input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  };

  const show = (products) => {
    const ids = products.map(({ id }) => id).join();
    if (!list.hidden && ids === shown) return;  // a late answer: what is being chosen from stays as it is
    shown = ids;
    list.replaceChildren(...products.map((product, i) => {
      const picture = element('img', { src: base + product.picture, alt: '', width: 44, height: 44 });
      const option = element('div', { role: 'option', id: `suggestion-${i}`, 'aria-selected': 'false' }, picture);
      option.append(element('span', {}, product.name));
      option.dataset.href = `${base}/product/${encodeURIComponent(product.id)}`;
      return option;
    }));
    list.hidden = products.length === 0;
    input.setAttribute('aria-expanded', String(!list.hidden));
    chosen = -1;
    announcer.textContent = products.length ? `${products.length} suggestions` : 'No suggestions';
  };

  const ask = async () => {
    const query = input.value.trim();
    if (!query) return close();
    pending = new AbortController();
    const { signal } = pending;
    try {
      const url = `${form.dataset.suggest}?${new URLSearchParams({ query, page_size: 6 })}`;
      const response = await fetch(url, { signal, headers: { Accept: 'application/json' } });
      const body = response.ok ? await response.json() : {};
      if (!signal.aborted) show((body.products ?? body.results ?? []).slice(0, 6));
    } catch {
      if (!signal.aborted) close();  // without an answer the box is still a plain search box
    }
  };

  input.addEventListener('input', () => {
    choose(-1);
    clearTimeout(timer);
    pending?.abort();
    timer = setTimeout(ask, 150);
  });
  input.addEventListener('keydown', (event) => {
    if (list.hidden) return;
    if (event.key === 'ArrowDown') choose(chosen + 1);
    else if (event.key === 'ArrowUp') choose(chosen - 1);
    else if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && chosen >= 0 && list.children[chosen]) location.assign(list.children[chosen].dataset.href);
    else return;
    event.preventDefault();
  });
  list.addEventListener('mousedown', (event) => event.preventDefault());  // the focus stays in the box
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[role=option]');
    if (option) location.assign(option.dataset.href);
  });
  input.addEventListener('blur', close);
}

// A choice with the pointer applies at once; one made by arrow keys waits, so that a list can be walked by keyboard.
function applyCurrencyAtOnce(form) {
  const select = form.elements.currency_code;
  const submit = () => form.requestSubmit();
  let byKey = false;
  let timer = 0;
  select.addEventListener('keydown', () => { byKey = true; });
  select.addEventListener('pointerdown', () => { byKey = false; });
  select.addEventListener('change', () => {
    clearTimeout(timer);
    timer = setTimeout(submit, byKey ? 900 : 0);
  });
}

function showCartCount(count) {
  const text = count === 0 ? 'empty' : count === 1 ? '1 item' : `${count} items`;
  for (const badge of document.querySelectorAll('[data-cart-count]')) {
    badge.textContent = String(count);
    badge.hidden = count === 0;
  }
  for (const words of document.querySelectorAll('[data-cart-text]')) words.textContent = text;
}

// The JSON answer to a form, or null when the answer is no success or no JSON; throws when none came.
async function send(form) {
  const response = await fetch(form.action, {
    method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'application/json' },
  });
  return response.ok && response.headers.get('Content-Type')?.includes('json') ? response.json() : null;
}

// Adds to the cart without leaving the page. An answer that is not a success is left to the browser, which shows the
// page for it; when no answer came, the shopper decides, because the item may have been added.
function addInPlace(form) {
  const status = form.querySelector('[data-added]');
  const button = form.querySelector('[type=submit]');
  let busy = false;
  // Who double-clicks wants one: the first answer is often there before the second click, so that being busy alone does
  // not tell the two apart.
  button.addEventListener('click', (event) => {
    if (event.detail === 2) event.preventDefault();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    button.setAttribute('aria-disabled', 'true');
    status.textContent = '';
    try {
      const answer = await send(form);
      if (!answer) return form.submit();
      showCartCount(answer.cart_count);
      status.append(`${answer.message} `, element('a', { href: `${base}/cart` }, 'View cart'));
      status.scrollIntoView({ block: 'nearest' });
    } catch {
      status.textContent = 'The shop could not be reached. Please look into your cart before you try again.';
    } finally {
      busy = false;
      button.removeAttribute('aria-disabled');
    }
  });
}

for (const form of document.querySelectorAll('form[data-suggest]')) suggestProducts(form);
for (const form of document.querySelectorAll('form[data-currency]')) applyCurrencyAtOnce(form);
for (const form of document.querySelectorAll('form[data-add-to-cart]')) addInPlace(form);
// On a narrow screen the row of categories scrolls: begin where the current one is in view.
const current = document.querySelector('.categories [aria-current]');
if (current) current.closest('ul').scrollLeft = current.offsetLeft - 48;
