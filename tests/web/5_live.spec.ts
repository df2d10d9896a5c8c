import { expect, settled, story, test } from './page';

test.describe('the server goes and comes back', () => {
  test.use({ expectedErrors: [/50[0234]|ERR_|401/] });

  test('a strip says since when, what was seen stays, and everything goes on by itself', async ({ anna }) => {
    test.setTimeout(180_000);
    await anna.goto('/');
    await settled(anna);
    const affected = await anna.locator('.tile .value').first().textContent();
    await fetch(`${process.env.MUSTER_CONTROL}/stop`);
    const strip = anna.getByText(/^No connection since/);
    await expect(strip).toBeVisible({ timeout: 40_000 });
    await expect(anna.locator('.tile .value').first()).toHaveText(affected!);
    const back = await fetch(`${process.env.MUSTER_CONTROL}/start`);
    expect(back.status).toBe(200);
    await expect(strip).toHaveCount(0, { timeout: 60_000 });
    await expect(anna.locator('main .notice.error')).toHaveCount(0);
    await anna.getByRole('link', { name: 'Machines', exact: true }).click();
    await expect(anna.getByText(`${story().machines.toLocaleString('en-GB')} machines`)).toBeVisible();
  });
});

test('numbers of the overview follow what happens, without a jump', async ({ anna }) => {
  await anna.goto('/');
  await settled(anna);
  await anna.evaluate(() => {
    const seen = window as unknown as { shift: number };
    seen.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) if (!entry.hadRecentInput) seen.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: false });
  });
  const asked = anna.waitForResponse((answer) => answer.url().includes('verdicts:summarize'), { timeout: 30_000 });
  await asked;
  await anna.waitForResponse((answer) => answer.url().includes('/v1/attention'), { timeout: 30_000 });
  expect(await anna.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.01);
});
