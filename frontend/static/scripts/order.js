// SPDX-License-Identifier: Apache-2.0
// Shows the states of an order as they come, and the finished page when it is at its end.

const line = document.querySelector('[data-follow]');
const link = [...line.childNodes];
const announcer = document.getElementById('announcer');
let source = null;

function show({ cssClass, text, note }) {
  const state = document.querySelector('[data-state]');
  const explanation = document.querySelector('[data-state-note]');
  if (state.textContent === text) return;
  state.className = `state ${cssClass}`;
  state.textContent = text;
  if (explanation) explanation.textContent = note;
  announcer.textContent = `${text}. ${note}`;
}

function follow() {
  source = new EventSource(line.dataset.follow);
  source.addEventListener('open', () => line.replaceChildren('This page shows by itself how it is going.'));
  source.addEventListener('state', (event) => show(JSON.parse(event.data)));
  source.addEventListener('end', () => {
    source.close();
    location.reload();  // once: the page of an order at its end does not follow it
  });
  source.addEventListener('lost', stop);
  // What was only interrupted comes back by itself; what was refused does not.
  source.addEventListener('error', () => source.readyState === EventSource.CLOSED && stop());
}

function stop() {
  source.close();
  line.replaceChildren(...link);
}

// A page that is kept for going back must not hold a connection.
addEventListener('pagehide', () => source.close());
addEventListener('pageshow', (event) => event.persisted && follow());
follow();
