// SPDX-License-Identifier: Apache-2.0
// Amounts as the shop shows them, in whole minor units: "€17.68" is 1768, "¥2235" is 2235.

export const currencies = {
  USD: { symbol: '$', digits: 2 },
  EUR: { symbol: '€', digits: 2 },
  CAD: { symbol: '$', digits: 2 },
  JPY: { symbol: '¥', digits: 0 },
  GBP: { symbol: '£', digits: 2 },
  TRY: { symbol: '₺', digits: 2 },
};

// Throws unless the text is exactly one amount with the currency's symbol and decimals.
export function minorUnits(text, code) {
  const { symbol, digits } = currencies[code];
  const shown = text.trim();
  const number = shown.slice(symbol.length);
  const form = digits === 0 ? /^\d+$/ : new RegExp(`^\\d+\\.\\d{${digits}}$`);
  if (!shown.startsWith(symbol) || !form.test(number)) throw new Error(`"${shown}" is no amount in ${code}`);
  return Number(number.replace('.', ''));
}
