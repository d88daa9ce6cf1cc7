// SPDX-License-Identifier: Apache-2.0
// What scripts add to the cart page: steppers, grouped card digits, one order for a double click, and an address that
// outlives a change of the cart.

function stepQuantity(form) {
  const input = form.elements.quantity;
  const update = form.querySelector('[data-update]');
  const mark = () => { update.classList.toggle('idle', input.value === input.defaultValue); };
  let timer = 0;
  for (const button of form.querySelectorAll('[data-step]')) {
    button.addEventListener('click', () => {
      const wanted = Number(input.value || 0) + Number(button.dataset.step);
      input.value = String(Math.min(Math.max(wanted, Number(input.min)), Number(input.max)));
      mark();
      clearTimeout(timer);
      timer = setTimeout(() => { if (input.value !== input.defaultValue) form.requestSubmit(); }, 800);
    });
  }
  input.addEventListener('input', () => {
    clearTimeout(timer);
    mark();
  });
  mark();
}

// Groups the digits by four as they are typed; the caret stays behind the digit it stood behind.
function groupDigits(input) {
  input.addEventListener('input', () => {
    const before = input.value.slice(0, input.selectionStart).replace(/\D/g, '').length;
    const digits = input.value.replace(/\D/g, '').slice(0, 19);
    const grouped = digits.replace(/(\d{4})(?=\d)/g, '$1 ');
    if (grouped === input.value) return;
    input.value = grouped;
    const caret = before + Math.max(0, Math.floor((before - 1) / 4));
    input.setSelectionRange(caret, caret);
  });
}

function sendOnce(form) {
  const button = form.querySelector('[type=submit]');
  const label = [...button.childNodes];
  let sent = false;
  form.addEventListener('submit', (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    button.setAttribute('aria-disabled', 'true');
    button.replaceChildren('Placing your order…');
  });
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    sent = false;
    button.removeAttribute('aria-disabled');
    button.replaceChildren(...label);
  });
}

// A change of the cart or of the currency loads the page again: what was typed into the checkout is put back, but for
// the card.
function keepTyped(form) {
  const key = 'checkout';
  const fields = [...form.querySelectorAll('input:not([type=hidden], [name^=credit_card])')];
  try {
    const typed = JSON.parse(sessionStorage.getItem(key)) ?? {};
    sessionStorage.removeItem(key);
    for (const field of fields) field.value ||= typed[field.name] ?? '';
  } catch {
    return;  // this browser keeps nothing
  }
  addEventListener('submit', (event) => {
    if (!event.target.matches('.line-quantity, .line-remove, [data-currency]')) return;
    const typed = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    sessionStorage.setItem(key, JSON.stringify(typed));
  });
}

for (const form of document.querySelectorAll('form[data-quantity]')) stepQuantity(form);
for (const form of document.querySelectorAll('form[data-checkout]')) {
  groupDigits(form.elements.credit_card_number);
  sendOnce(form);
  keepTyped(form);
}
