// SPDX-License-Identifier: Apache-2.0
// How the browser's tests run: Debian's Chromium, two tests at once, each in a browser context of its own.
import { defineConfig } from '@playwright/test';
import { outputFolder } from './support/programs.js';

export default defineConfig({
  testDir: '.',
  // The whole shop, and shops that do without a service.
  projects: [
    { name: 'shop', testMatch: '*_test.js', testIgnore: 'without_test.js' },
    { name: 'without', testMatch: 'without_test.js' },
  ],
  globalSetup: './support/start_shop.js',
  outputDir: outputFolder('results'),
  reporter: './support/reporter.js',
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath: '/usr/bin/chromium' },
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    screenshot: 'only-on-failure',
  },
});
