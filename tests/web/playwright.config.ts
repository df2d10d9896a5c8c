import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: process.env.MUSTER_WEB_RESULTS ?? 'results',
  globalSetup: './setup.ts',
  // One fleet, one story: the files run one after the other, in the order of their names.
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000, toHaveScreenshot: { maxDiffPixelRatio: 0.1, animations: 'disabled', caret: 'hide' } },
  updateSnapshots: process.env.MUSTER_WRITE_SCREENSHOTS ? 'all' : 'none',
  snapshotPathTemplate: '../../docs/screenshots/{arg}{ext}',
  reporter: [['list']],
  use: {
    actionTimeout: 15_000,
    viewport: { width: 1280, height: 720 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.MUSTER_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--font-render-hinting=none'],
    },
  },
});
