import type { Page } from '@playwright/test';
import { accessible, api, expect, setLook, settled, story, test } from './page';

interface Machines {
  machines: { name: string; attributes: { name: string } }[];
  totalSize: string;
}
const machines = (page: Page, filter: string) => api<Machines>(page, 'GET', `/v1/machines?pageSize=1&filter=${encodeURIComponent(filter)}`);

/** Every view, and what is to be seen there. */
const views = (machine: string, catalog: string): [name: string, address: string, seen: string][] => [
  ['overview', '/?span=15m', 'Overview|Überblick'],
  ['machines', '/machines', 'Machines|Rechner'],
  ['machine', `/${machine}`, 'PC-'],
  ['machine-witnesses', `/${machine}?tab=witnesses`, 'PC-'],
  ['machine-catalogs', `/${machine}?tab=catalogs`, 'PC-'],
  ['machine-updates', `/${machine}?tab=updates`, 'PC-'],
  ['machine-packages', `/${machine}?tab=packages`, 'PC-'],
  ['machine-facts', `/${machine}?tab=facts`, 'PC-'],
  ['machine-errors', `/${machine}?tab=errors`, 'PC-'],
  ['machine-history', `/${machine}?tab=history`, 'PC-'],
  ['machine-orders', `/${machine}?tab=orders`, 'PC-'],
  ['groups', '/groups', 'Groups|Gruppen'],
  ['catalogs', '/catalogs', 'Catalogs|Kataloge'],
  ['signers', '/catalogs?tab=signers', 'Catalogs|Kataloge'],
  ['catalog', `/${catalog}`, '.cat'],
  ['campaigns', '/campaigns', 'Campaigns|Kampagnen'],
  ['payloads', '/campaigns?tab=payloads', 'Campaigns|Kampagnen'],
  ['new-campaign', '/campaigns/new', 'New campaign|Neue Kampagne'],
  ['rules', '/rules', 'Rules|Regeln'],
  ['audit', '/audit', 'Audit|Protokoll'],
  ['access', '/access', 'Access|Zugang'],
  ['access-tokens', '/access?tab=tokens', 'Access|Zugang'],
  ['access-enrollment', '/access?tab=enrollment', 'Access|Zugang'],
  ['access-keys', '/access?tab=keys', 'Access|Zugang'],
  ['access-notifications', '/access?tab=notifications', 'Access|Zugang'],
  ['health', '/health', 'Health|Betrieb'],
  ['account', '/account', 'Your account|Ihr Konto'],
  ['nowhere', '/no/such/view', 'No such page|gibt es nicht'],
];
const kPictured = new Set(['machines', 'machine', 'machine-witnesses', 'machine-catalogs', 'machine-errors', 'machine-history', 'groups', 'catalogs', 'signers',
  'new-campaign', 'rules', 'audit', 'access', 'health']);

/** Where the server's own sentences are, all of which are known in German. */
const kSpoken = new Set(['machine', 'machine-witnesses', 'machine-history', 'rules', 'health']);

for (const [theme, language] of [['light', 'en'], ['dark', 'de'], ['light', 'de'], ['dark', 'en']] as const) {
  test(`every view, ${theme}, ${language}: there, accessible, no wider than the window`, async ({ anna }) => {
    test.setTimeout(300_000);
    await setLook(anna, theme, language);
    const machine = (await machines(anna, 'verdict = AFFECTED name = PC-*')).machines[0]!.name;
    const catalog = (await api<{ catalogs: { name: string }[] }>(anna, 'GET', '/v1/catalogs?pageSize=1')).catalogs[0]!.name;
    for (const [name, address, seen] of views(machine, catalog)) {
      await anna.goto(address);
      await settled(anna);
      await expect(anna.locator('main h1')).toContainText(new RegExp(seen));
      await expect(anna.locator('main .notice.error[role="alert"]')).toHaveCount(0);
      await accessible(anna, `${name}, ${theme}, ${language}`);
      if (language === 'de' && kSpoken.has(name)) expect(await anna.locator('main .said[lang="en"]').allTextContents(), `${name} says something in English`).toEqual([]);
      expect(await anna.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]), `${name} is larger than the window`).toEqual([1280, 720]);
      const cut = await anna.locator('main :is(.grid, .scroll)').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.ariaLabel));
      expect(cut, `${name} has tables that are cut off`).toEqual([]);
      const pictured = (theme === 'light' && language === 'en' && kPictured.has(name)) || (theme === 'dark' && ['overview', 'machines'].includes(name) && language === 'de');
      if (pictured) await expect(anna).toHaveScreenshot(language === 'en' ? `${name}.png` : `${name}-dark-de.png`);
    }
  });
}

test('every number of the overview opens exactly the machines that it counts', async ({ anna }) => {
  await anna.goto('/');
  await settled(anna);
  const digits = (text: string | null) => Number((text ?? '').replace(/\D/g, ''));
  const links = anna.locator('main a.tile, main .silence a, main table:not(.chart-table table) a[href^="/machines"]');  // those of the past: below
  const counted: [string, number][] = [];
  for (const link of await links.all()) {
    const number = (await link.locator('.value').count()) ? await link.locator('.value').textContent() : await link.textContent();
    counted.push([(await link.getAttribute('href'))!, digits(number)]);
  }
  expect(counted.length).toBeGreaterThan(15);
  for (const [href, count] of counted) {
    const filter = new URL(href, story().base).searchParams.get('filter') ?? '';
    expect(Number((await machines(anna, filter)).totalSize), filter).toBe(count);
  }
  const day = anna.locator('main .chart svg a').first();
  await expect(day).toHaveAttribute('aria-label', /turn/);
  const machinesOfDay = digits((await day.getAttribute('aria-label'))!.split(':')[1]!);
  await day.click();
  await expect(anna.getByRole('status').filter({ hasText: 'machine' }).first()).toHaveText(new RegExp(`^${machinesOfDay.toLocaleString('en-GB')} machine`));
});

test('every number of the past opens the machines that it counts, as of then', async ({ anna }) => {
  await anna.goto('/?span=15m');  // since before the first machine enrolled
  await settled(anna);
  const panel = anna.locator('section.panel').filter({ has: anna.getByRole('heading', { name: 'Burn-down' }) });
  const numbers = await panel.locator('.chart-table td a').evaluateAll((links) => links.map((link): [string, string] => [link.getAttribute('href')!, link.textContent!]));
  expect(numbers.length).toBe(120 * 6);
  const counts = new Set<number>();
  for (const [href, shown] of numbers.filter((_, i) => i % 7 === 0 || i > 119 * 6)) {
    const asked = new URL(href, story().base).searchParams;
    const count = Number(shown.replace(/\D/g, ''));
    const listed = await api<{ totalSize: string }>(anna, 'GET', `/v1/machines?pageSize=1&${asked}`);
    expect(Number(listed.totalSize), href).toBe(count);
    counts.add(count);
  }
  expect(counts.size).toBeGreaterThan(1);
  // A click holds the instant, though the pointer goes elsewhere and new data come.
  const chart = panel.getByRole('img');
  const box = (await chart.boundingBox())!;
  await chart.click({ position: { x: box.width - 1, y: box.height / 2 } });
  await anna.mouse.move(0, 0);
  const link = panel.locator('.legend-list a').filter({ hasText: 'Affected' });
  const count = Number((await link.textContent())!.replace(/\D/g, ''));
  expect(count).toBeGreaterThan(0);
  await link.click();
  await expect(anna).toHaveURL(/asOf=20/);
  await settled(anna);
  await expect(anna.getByText(/^Machines that had a verdict at /)).toBeVisible();
  await expect(anna.getByRole('grid')).toHaveAttribute('aria-rowcount', String(count + 1));
  await expect(anna.getByRole('navigation', { name: 'By verdict' }).getByRole('link', { name: /Affected/ })).toContainText(count.toLocaleString('en-GB'));
  await expect(anna.getByRole('checkbox', { name: 'Select all that match' })).toBeDisabled();  // a filter would select those of now
  await accessible(anna, 'machines as of an instant');
  await anna.getByRole('grid').getByRole('link').first().click();
  await expect(anna.getByText(/^As of /).first()).toBeVisible();
  await anna.goBack();
  await anna.getByRole('link', { name: 'Back to now' }).click();
  await expect(anna).not.toHaveURL(/asOf/);
});

test('by one rule as well, down to the chips of the list, and whoever makes a group of it gets just these', async ({ anna }) => {
  await anna.goto('/?rule=broken-catalog');
  await settled(anna);
  const clean = anna.locator('main a.tile').filter({ hasText: 'Clean' });
  const count = Number((await clean.locator('.value').textContent())!.replace(/\D/g, ''));
  expect(count).toBeGreaterThan(Number((await machines(anna, 'verdict = CLEAN')).totalSize));  // by the worst of all rules
  await clean.click();
  await settled(anna);
  const rows = anna.getByRole('grid');
  await expect(rows).toHaveAttribute('aria-rowcount', String(count + 1));
  await expect(anna.getByRole('combobox', { name: 'Filter' })).toHaveValue(/rule = "?broken-catalog/);
  await expect(rows.locator('[data-index="0"]')).toContainText('Clean');
  const chip = anna.getByRole('navigation', { name: 'By verdict' }).getByRole('link', { name: /Clean/ });
  await chip.click();
  await settled(anna);
  await expect(rows).toHaveAttribute('aria-rowcount', String(count + 1));
  await anna.goto('/rules');
  await settled(anna);
  await anna.getByRole('link', { name: 'Who is affected?' }).first().click();
  await expect(anna.getByRole('combobox', { name: 'Filter' })).toHaveValue('rule = broken-catalog AND verdict = AFFECTED');
});

test.describe('filters', () => {
  test.use({ expectedErrors: [/400/] });
  test('the filter bar completes the language, and says where a filter is wrong', async ({ anna }) => {
  await anna.goto('/machines');
  await settled(anna);
  const bar = anna.getByRole('combobox', { name: 'Filter' });
  await bar.click();
  await bar.pressSequentially('ver');
  await anna.keyboard.press('ArrowDown');
  await anna.keyboard.press('Enter');
  await expect(bar).toHaveValue('verdict ');
  await anna.keyboard.press('ArrowDown');
  await anna.keyboard.press('Enter');
  await bar.pressSequentially('AF');
  await anna.keyboard.press('ArrowDown');
  await anna.keyboard.press('Tab');
  await expect(bar).toHaveValue('verdict = AFFECTED ');
  await bar.pressSequentially('AND site = Kö');
  await expect(anna.getByRole('option', { name: /Köln/ })).toBeVisible();
  await anna.getByRole('option', { name: /Köln/ }).click();
  await anna.keyboard.press('Escape');
  await anna.keyboard.press('Enter');
  await expect(anna).toHaveURL(/filter=verdict/);
  const expected = Number((await machines(anna, 'verdict = AFFECTED AND site = Köln')).totalSize);
  await expect(anna.getByRole('grid')).toHaveAttribute('aria-rowcount', String(expected + 1));
  await bar.fill('colour = red');
  await bar.press('Enter');
  await expect(anna.getByRole('alert')).toContainText("there is no field 'colour'");
  await expect(anna.getByRole('grid')).toHaveCount(0);  // rows that look as if they were still to come
});
});
test.describe('errors that are told', () => {
  test.use({ expectedErrors: [/400|404/] });
  test('a machine that is not there', async ({ anna }) => {
    await anna.goto('/machines/no-such-machine');
    await expect(anna.getByRole('alert')).toContainText('That did not work.');
    await expect(anna.getByRole('alert')).toContainText(/Request \S{8,}/);
  });
});

test('the table is walked with keys, sorted, and its end is reached', async ({ anna }) => {
  await anna.goto('/machines?filter=name+%3D+PC-*');
  await settled(anna);
  const grid = anna.getByRole('grid');
  const total = Number(await grid.getAttribute('aria-rowcount')) - 1;
  const first = grid.locator('[data-index="0"]');
  await first.focus();
  await anna.keyboard.press('ArrowDown');
  await expect(grid.locator('[data-index="1"]')).toBeFocused();
  await anna.keyboard.press('End');
  await expect(grid.locator(`[data-index="${total - 1}"]`)).toBeFocused();
  await expect(grid.locator(`[data-index="${total - 1}"]`)).toContainText(/PC-\d{5}/);
  expect(await grid.getByRole('row').count()).toBeLessThan(80);  // only what is seen is there
  await anna.keyboard.press('Home');
  await expect(first).toBeFocused();
  const name = await first.locator('a').textContent();
  await anna.getByRole('button', { name: 'Name' }).click();
  await expect(anna).toHaveURL(/order=name\+desc/);
  await expect(first.locator('a')).not.toHaveText(name!);
  await first.focus();
  await anna.keyboard.press('Enter');
  await expect(anna).toHaveURL(/\/machines\/[0-9a-f]{64}/);
});

test('a far part of the table is loaded alone, and a range up to it is selected whole', async ({ anna }) => {
  await anna.goto('/machines?filter=name+%3D+PC-*');
  await settled(anna);
  const grid = anna.getByRole('grid');
  const total = Number(await grid.getAttribute('aria-rowcount')) - 1;
  expect(total).toBeGreaterThan(600);
  await grid.locator('[data-index="0"]').focus();
  await anna.keyboard.press('Space');
  const asked: URL[] = [];
  anna.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/v1/machines') asked.push(url);
  });
  await anna.keyboard.press('End');
  await settled(anna);
  expect(asked.length).toBeGreaterThan(0);
  for (const url of asked) expect(Number(url.searchParams.get('skip'))).toBeGreaterThan(total - 300);
  const inOrder = await grid.locator('.grid-row:not([data-index="0"]) a').allTextContents();
  expect(inOrder.length).toBeGreaterThan(10);
  expect(inOrder).toEqual([...inOrder].sort());
  await grid.locator(`[data-index="${total - 1}"] input`).click({ modifiers: ['Shift'] });
  await expect(anna.getByText(`${total.toLocaleString('en-GB')} machines selected`)).toBeVisible();
});

test('a menu is closed by Escape, by a click elsewhere, and by going on', async ({ anna }) => {
  await anna.goto('/machines');
  await settled(anna);
  const columns = anna.getByRole('button', { name: 'Columns' });
  const box = anna.getByRole('checkbox', { name: 'Architecture' });
  await columns.click();
  await box.focus();
  await anna.keyboard.press('Escape');
  await expect(box).toHaveCount(0);
  await expect(columns).toBeFocused();
  await columns.click();
  await anna.locator('main h1').click();
  await expect(box).toHaveCount(0);
  await columns.click();
  await anna.getByRole('link', { name: 'CSV' }).focus();
  await expect(box).toHaveCount(0);
});

test('columns are chosen, and stand in the address', async ({ anna }) => {
  await anna.goto('/machines');
  await settled(anna);
  await anna.getByRole('button', { name: 'Columns' }).click();
  await anna.getByRole('checkbox', { name: 'Architecture' }).check();
  await expect(anna.getByRole('columnheader', { name: 'Architecture' })).toBeVisible();
  await expect(anna).toHaveURL(/cols=.*architecture/);
});

test('machines that were selected become a group, and a filter a saved one', async ({ anna }) => {
  await anna.goto('/machines?filter=name+%3D+PC-*');
  await settled(anna);
  const grid = anna.getByRole('grid');
  await grid.locator('[data-index="2"]').focus();
  await anna.keyboard.press('Space');
  await grid.locator('[data-index="5"] input').click({ modifiers: ['Shift'] });
  await expect(anna.getByText('4 machines selected')).toBeVisible();
  await anna.getByRole('button', { name: 'Make a group' }).click();
  await accessible(anna, 'dialog of a new group');
  await anna.getByLabel('Name', { exact: true }).fill('hand-picked');
  await anna.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(anna.getByText('Selects 4 machines.')).toBeVisible();
  await anna.keyboard.press('Escape');
  await anna.goto('/machines?filter=site+%3D+Berlin');
  await anna.getByRole('button', { name: 'Saved filters' }).click();
  await anna.getByRole('button', { name: 'Save this filter' }).click();
  await anna.getByLabel('Name', { exact: true }).fill('berlin');
  await anna.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await anna.goto('/machines');
  await anna.getByRole('button', { name: 'Saved filters' }).click();
  await anna.getByRole('button', { name: /^berlin/ }).click();
  await expect(anna.getByRole('combobox', { name: 'Filter' })).toHaveValue('site = Berlin');
});

test('a machine as it was: no verdict before it enrolled, the same one at its last change', async ({ anna }) => {
  const machine = (await machines(anna, 'verdict = AFFECTED name = PC-*')).machines[0]!.name;
  await anna.goto(`/${machine}?tab=history`);
  await settled(anna);
  await anna.getByRole('link', { name: 'As it was then' }).first().click();
  await expect(anna.getByText(/^As of /).first()).toBeVisible();
  await expect(anna.locator('main h1')).toContainText('Affected');
  const instant = anna.getByLabel('As of');
  await expect(instant).toHaveValue(/^20\d\d-/);
  await anna.getByRole('link', { name: 'Back to now' }).click();
  await expect(anna).not.toHaveURL(/asOf/);
  await expect(instant).toHaveValue('');
  await anna.goto(`/${machine}?asOf=2013-01-01T00:00:00Z`);
  await settled(anna);
  await expect(anna.getByText('It had not been judged.')).toBeVisible();
});

test('a catalog shows its certificate and what is wrong with its timestamp', async ({ anna }) => {
  const machine = (await machines(anna, 'verdict = AFFECTED name = PC-*')).machines[0]!.name;
  await anna.goto(`/${machine}`);
  await settled(anna);
  await anna.getByRole('button', { name: /\.cat$/ }).first().click();
  const dialog = anna.getByRole('dialog');
  await expect(dialog).toContainText('Issued to');
  await expect(dialog).toContainText('This digital signature no longer verifies.');
  await expect(dialog).toContainText('0x800B0101');
  const path = dialog.getByRole('list', { name: 'Certification path' }).getByRole('listitem');
  await expect(path).toHaveCount(4);
  await expect(path.nth(0)).toContainText(/Microsoft Root Certificate Authority \(test\).*not in the file/);
  await expect(path.nth(1)).toContainText(/Microsoft Windows Verification PCA \(test\).*to/);
  await expect(path.nth(2)).toContainText('Microsoft Windows (test)');
  await accessible(anna, 'dialog of a catalog');
  await expect(anna).toHaveScreenshot('catalog-dialog.png');
  await anna.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('errors of a machine are told as its log spells them', async ({ anna }) => {
  const machine = (await machines(anna, 'verdict = AFFECTED name = PC-*')).machines[0]!.name;
  await anna.goto(`/${machine}?tab=errors`);
  await settled(anna);
  const line = anna.getByRole('listitem').filter({ hasText: 'Failed to verify if catalog file' }).first();
  await expect(line).toContainText(/catalog file \\\\\?\\C:\\Windows\\.*KB2705219.*\.cat is valid/i);
  await line.getByRole('link', { name: '0x800B0101' }).click();
  await expect(anna.getByRole('combobox', { name: 'Filter' })).toHaveValue('hresult = 0x800B0101');
});

test('everything is there for the keyboard: skip link, focus after navigation', async ({ anna }) => {
  await anna.goto('/');
  await settled(anna);
  await anna.evaluate(() => (document.activeElement as HTMLElement).blur());
  await anna.keyboard.press('Tab');
  await expect(anna.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await anna.keyboard.press('Enter');
  await expect(anna.locator('main')).toBeFocused();
  await anna.getByRole('link', { name: 'Rules', exact: true }).focus();
  await anna.keyboard.press('Enter');
  await expect(anna.locator('main h1')).toBeFocused();
});
