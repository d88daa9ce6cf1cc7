// SPDX-License-Identifier: Apache-2.0
// Before all tests: starts the shop that they share. After them: stops it, and looks into its log.
import fs from 'node:fs';
import { startBoutique } from './programs.js';
import { cards } from './cards.js';

export default async function startShop(config) {
  const { executablePath } = config.projects[0].use.launchOptions;
  if (!fs.existsSync(executablePath)) throw new Error(`There is no ${executablePath}: install Debian's chromium.`);
  const shop = await startBoutique('boutique.log');
  process.env.SHOP_URL = shop.url;
  process.env.SHOP_GRPC = shop.grpcAddress;
  return async () => {
    const status = await shop.stop();
    if (status !== 0) throw new Error(`boutique ended with ${status}; its log is ${shop.logFile}`);
    checkLog(shop);
  };
}

// The shop must have met no error of its own, and written no card into its log (D17).
function checkLog(shop) {
  const errors = shop.log.split('\n').filter((line) => /"severity": ?"(error|critical)"/i.test(line));
  if (errors.length > 0) throw new Error(`boutique logged ${errors.length} errors: ${errors[0]}`);
  const digits = shop.log.replace(/[ -]/g, '');
  for (const number of Object.values(cards)) {
    if (digits.includes(number.replaceAll(' ', ''))) throw new Error(`boutique logged a card number (D17): ${shop.logFile}`);
  }
}
