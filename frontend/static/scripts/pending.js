// SPDX-License-Identifier: Apache-2.0
// Asks every three seconds whether the order's outcome is known, and goes to the page that tells it when it is.

const url = document.querySelector('[data-pending]').dataset.pending;

async function ask() {
  try {
    const response = await fetch(url, { cache: 'no-store' });
    if (response.redirected || response.status === 200) return location.replace(response.url);
  } catch {
    // The shop may be away for a moment: ask again.
  }
  setTimeout(ask, 3000);
}

setTimeout(ask, 3000);
