import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, settled, story, test } from './page';

const kMaxBundleBytes = 150 * 1024;

test('the page weighs no more than it may', () => {
  const web = process.env.MUSTER_WEB_DIR!;
  const packed = readdirSync(web, { recursive: true }).map(String).filter((name) => name.endsWith('.gz'));
  const total = packed.reduce((sum, name) => sum + statSync(join(web, name)).size, 0);
  console.log(`page, compressed: ${(total / 1024).toFixed(1)} KiB of at most ${kMaxBundleBytes / 1024} KiB`);
  expect(packed.length).toBeGreaterThanOrEqual(3);
  expect(total).toBeLessThanOrEqual(kMaxBundleBytes);
});

test('figures of the page on this fleet', async ({ anna }) => {
  const figures: Record<string, number> = {};
  const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  for (const address of ['/', '/machines']) {
    const paints: number[] = [];
    for (let i = 0; i < 5; ++i) {
      await anna.goto(address);
      await settled(anna);
      paints.push(await anna.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]!.startTime));
    }
    figures[`first contentful paint, ${address}`] = median(paints);
  }
  const timed = async (name: string, act: () => Promise<void>) => {
    const begin = performance.now();
    await act();
    figures[name] = performance.now() - begin;
  };
  await anna.goto('/machines');
  await settled(anna);
  const grid = anna.getByRole('grid');
  const total = Number(await grid.getAttribute('aria-rowcount')) - 1;
  await timed('machines: sorted by what is seen last', async () => {
    const answer = anna.waitForResponse(/orderBy=last_seen/);
    await anna.getByRole('button', { name: 'Last seen' }).click();
    await answer;
    await expect(grid.locator('.skeleton')).toHaveCount(0);
  });
  await grid.locator('[data-index="0"]').focus();
  await timed(`machines: to the last of ${total}`, async () => {
    await anna.keyboard.press('End');
    await expect(grid.locator(`[data-index="${total - 1}"] a`)).toBeVisible();
  });
  await timed('machine: opened', async () => {
    await grid.locator(`[data-index="${total - 1}"] a`).click();
    await expect(anna.getByRole('heading', { name: 'Identity' })).toBeVisible();
  });
  console.log(`${story().machines} machines, milliseconds:`);
  for (const [name, ms] of Object.entries(figures)) console.log(`  ${name}: ${ms.toFixed(0)}`);
  expect(figures['first contentful paint, /']).toBeLessThan(5000);
});
