import type { Page } from '@playwright/test';
import { accessible, api, expect, settled, story, test } from './page';

const kTexts = ['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', '\u202egnp.exe \u2066\u202dtxt\u2069', 'מחשב الحاسوب 123', '👨‍👩‍👧‍👦 Z͑ͫ̓a̓', '{{7*7}}${alert(1)}', 'javascript:alert(1)'];
const kLong = 'W'.repeat(10_000);

/** Nothing became markup, and nothing pushes the page out of its window. */
async function harmless(page: Page, what: string): Promise<void> {
  expect(await page.evaluate(() => document.querySelectorAll('main img, main script, main iframe, a[href^="javascript"]').length), what).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth), `${what} is too wide`).toBeLessThanOrEqual(1280);
  const clipped = await page.evaluate(() => [...document.querySelectorAll('main .panel, main .head')].filter((one) => one.getBoundingClientRect().right > 1281).length);
  expect(clipped, `${what} sticks out`).toBe(0);
}

test('machines with hostile names, wherever they are shown', async ({ anna }) => {
  const listed = await api<{ machines: { name: string; attributes: { name: string } }[] }>(anna, 'GET', `/v1/machines?pageSize=1000&filter=${encodeURIComponent('-name = PC-*')}`);
  expect(listed.machines.length).toBeGreaterThanOrEqual(8);
  await anna.goto('/machines?filter=-name+%3D+PC-*&cols=name,verdict,site,domain,organizational_unit,os');
  await settled(anna);
  await harmless(anna, 'list');
  await expect(anna.getByRole('grid')).toContainText('<img src=x onerror=alert(1)>');
  const lefts = await anna.evaluate(() => [...document.querySelectorAll('.grid [role="row"]')].map((row) => [...row.children].map((cell) => Math.round(cell.getBoundingClientRect().left)).join()));
  expect(new Set(lefts).size, 'columns stand in line').toBe(1);
  await accessible(anna, 'list of hostile names');
  await expect(anna).toHaveScreenshot('machines-hostile.png');
  for (const machine of listed.machines) {
    await anna.goto(`/${machine.name}`);
    await settled(anna);
    await harmless(anna, machine.attributes.name);
    const isolated = await anna.locator('main h1 bdi').first().textContent();
    expect(machine.attributes.name.startsWith(isolated!.slice(0, 10))).toBe(true);
  }
  await accessible(anna, 'a machine with a hostile name');
  await anna.goto('/?by=site');
  await settled(anna);
  await harmless(anna, 'overview by site');
  const bar = anna.getByRole('link', { name: 'Machines', exact: true });
  await bar.click();
  await settled(anna);
  await anna.getByRole('combobox', { name: 'Filter' }).click();
  await anna.keyboard.type('site = ');
  await expect(anna.getByRole('listbox', { name: 'Completions' }).getByRole('option').first()).toBeVisible();
  await harmless(anna, 'completions');
});

test('groups, campaigns, users, tokens and channels with hostile names', async ({ anna }) => {
  const refused: string[] = [];
  const attempt = async (method: 'POST' | 'PUT', path: string, data: unknown) => {
    const answer = await anna.request.fetch(path, { method, data, headers: { 'X-Muster-CSRF': '1', Origin: story().base } });
    if (!answer.ok()) refused.push(`${path}: ${answer.status()}`);
    expect(answer.status(), await answer.text()).toBeLessThan(500);
  };
  for (const [i, text] of [...kTexts, kLong].entries()) {
    await attempt('PUT', `/v1/groups/hostile-${i}`, { group: { name: `groups/hostile-${i}`, description: text, filter: 'name:*' } });
    await attempt('POST', '/v1/campaigns', { spec: { title: text.slice(0, 200), description: text.slice(0, 4000), filter: 'name = PC-*', rule: '', action: { rescan: {} } } });
    await attempt('POST', '/v1/users', { user: { name: `users/hostile-${i}`, displayName: text, role: 'VIEWER' }, password: 'correct horse battery' });
    await attempt('POST', '/v1/apiTokens', { description: text, role: 'VIEWER' });
  }
  console.log(`refused by the server: ${refused.join(', ') || 'none'}`);
  for (const address of ['/groups', '/campaigns', '/access', '/access?tab=tokens', '/audit', '/campaigns/new']) {
    await anna.goto(address);
    await settled(anna);
    await harmless(anna, address);
    await accessible(anna, address);
  }
  const campaigns = await api<{ campaigns: { name: string; spec: { title: string } }[] }>(anna, 'GET', '/v1/campaigns');
  for (const campaign of campaigns.campaigns.filter((one) => one.spec.title !== 'KB2749655 for everybody').slice(0, 4)) {
    await anna.goto(`/${campaign.name}`);
    await settled(anna);
    await harmless(anna, campaign.spec.title.slice(0, 40));
  }
  await anna.goto('/groups?group=groups/hostile-0');
  await expect(anna.getByRole('dialog')).toBeVisible();
  await expect(anna.getByRole('dialog')).toContainText('<img src=x onerror=alert(1)>');
});

test.describe('addresses', () => {
  test.use({ expectedErrors: [/40[04]/] });
  test('addresses that were made up break nothing', async ({ anna }) => {
    for (const address of ['/machines?filter=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E&order=%22%3E&cols=%3Cscript%3E', '/machines/%2e%2e%2fetc', '/campaigns/%3Cscript%3E',
      '/catalogs?order=x&filter=%00', '/?by=%3Cb%3E&days=1e9&span=x', '/machines/x?asOf=never&tab=%3Cb%3E', `/machines?filter=${'a'.repeat(3000)}`]) {
      await anna.goto(address);
      await expect(anna.locator('main h1')).toBeVisible();
      await harmless(anna, address.slice(0, 60));
    }
  });
});
