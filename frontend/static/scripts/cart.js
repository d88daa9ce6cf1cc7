// SPDX-License-Identifier: Apache-2.0
// What scripts add to the cart page: steppers, grouped card digits, and one order for a double click.

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

for (const form of document.querySelectorAll('form[data-quantity]')) stepQuantity(form);
for (const form of document.querySelectorAll('form[data-checkout]')) {
  groupDigits(form.elements.credit_card_number);
  sendOnce(form);
}
