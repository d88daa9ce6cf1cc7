// SPDX-License-Identifier: Apache-2.0
// Every address of this origin that a page names must lead somewhere.

export class Links {
  constructor(context, origin) {
    this.context = context;
    this.origin = origin;
    this.asked = new Set();
  }

  // Those on the page that lead nowhere, each asked for once, with the shopper's cookies and without changing them.
  async dead(page) {
    // What begins with # stays on the page, which may be the answer to a form.
    const links = page.locator('[href]:not([href^="#"])');
    const named = await links.evaluateAll((all) => all.map((element) => element.href));
    const fresh = new Set(named.filter((address) => address.startsWith(`${this.origin}/`) && !this.asked.has(address)));
    const cookie = (await this.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const dead = [];
    for (const address of fresh) {
      this.asked.add(address);
      const { status } = await fetch(address, { headers: { cookie } });
      if (status >= 400) dead.push(`${status} for ${address} on ${page.url()}`);
    }
    return dead;
  }
}
