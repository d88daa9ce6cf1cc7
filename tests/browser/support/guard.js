// SPDX-License-Identifier: Apache-2.0
// Watches a browser context for what may happen on no page: a request to another origin, an error or a warning on the
// console (the browser reports violations of the Content-Security-Policy there), a script's exception, a dialog, and
// an answer that is an error for anything but a page that the test itself asked for.

export class Guard {
  constructor(context, origin) {
    this.origin = origin;
    this.faults = [];
    this.pagesWithError = new Set();
    context.on('request', (request) => this.seeRequest(request));
    context.on('response', (response) => this.seeResponse(response));
    context.on('console', (message) => this.seeMessage(message));
    context.on('weberror', (error) => this.faults.push(`exception: ${error.error()}`));
    context.on('dialog', (dialog) => {
      this.faults.push(`dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
  }

  seeRequest(request) {
    const { protocol, origin } = new URL(request.url());
    if (origin !== this.origin && !['about:', 'data:'].includes(protocol)) this.faults.push(`request to ${request.url()}`);
  }

  seeResponse(response) {
    if (response.status() < 400) return;
    if (response.request().isNavigationRequest()) this.pagesWithError.add(response.url());
    else this.faults.push(`${response.status()} for ${response.url()}`);
  }

  seeMessage(message) {
    if (!['error', 'warning'].includes(message.type())) return;
    const isPage = this.pagesWithError.has(message.location().url);
    if (isPage && message.text().startsWith('Failed to load resource')) return;
    this.faults.push(`console: ${message.text()} (${message.location().url})`);
  }
}
