// SPDX-License-Identifier: Apache-2.0
// The conversation with the shopping assistant: one question and one answer at a time.

const form = document.querySelector('form[data-assistant]');
const chat = document.querySelector('[data-chat]');
const input = form.elements.message;
const button = form.querySelector('[type=submit]');

function say(text, who) {
  const bubble = document.createElement('p');
  bubble.className = `bubble bubble-${who}`;
  bubble.textContent = text;
  chat.append(bubble);
  chat.scrollTop = chat.scrollHeight;
  return bubble;
}

// The assistant names products as [ID]: they leave its sentence and come below it as links.
async function linkProducts(text, bubble) {
  const ids = [...new Set([...text.matchAll(/\[([A-Z0-9]{10})\]/g)].map((match) => match[1]))];
  for (const id of ids) {
    const response = await fetch(form.dataset.productMeta + id);
    if (!response.ok) continue;
    const link = document.createElement('a');
    link.href = form.dataset.product + id;
    link.textContent = (await response.json()).name;
    bubble.append('\n', link);
  }
  chat.scrollTop = chat.scrollHeight;
}

async function ask(message) {
  const response = await fetch(form.action, {
    method: 'POST', body: JSON.stringify({ message }), headers: { 'Content-Type': 'application/json' },
  });
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()).message;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const message = input.value.trim();
  if (!message || button.getAttribute('aria-disabled')) return;
  say(message, 'shopper');
  input.value = '';
  button.setAttribute('aria-disabled', 'true');
  try {
    const answer = await ask(message);
    const bubble = say(answer.replace(/\[[A-Z0-9]{10}\],?/g, '').trim(), 'shop');
    await linkProducts(answer, bubble);
  } catch {
    say('The assistant is not answering at the moment. Please try again in a little while.', 'shop');
  }
  button.removeAttribute('aria-disabled');
  input.focus();
});

// Enter sends, Shift+Enter begins a new line.
input.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
