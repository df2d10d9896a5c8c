import { rmSync } from 'node:fs';
import { accessible, expect, settled, story, test } from './page';

test('a campaign from its creation to its report, by clicking', async ({ anna }) => {
  test.setTimeout(400_000);
  const told = story();

  await test.step('create', async () => {
    await anna.goto('/machines?filter=rule+%3D+expired-catalog+AND+verdict+%3D+AFFECTED+AND+last_seen:*');
    await settled(anna);
    await anna.getByRole('checkbox', { name: 'Select all that match' }).check();
    await anna.getByRole('button', { name: 'New campaign' }).click();
    await anna.getByLabel('Title').fill('KB2749655 for everybody');
    await expect(anna.getByText(/^Selects [\d,]+ machines\.$/)).toBeVisible();
    await anna.getByRole('button', { name: 'Next' }).click();
    await anna.getByLabel('Update (.msu)').setInputFiles(told.payload);
    await anna.getByRole('button', { name: 'Upload' }).click();
    await expect(anna.getByRole('radio', { name: /KB2749655/ })).toBeChecked();
    await accessible(anna, 'remedy');
    await anna.getByRole('button', { name: 'Next' }).click();
    const wave = (n: number) => anna.getByRole('group', { name: `Wave ${n}` });
    await wave(2).getByLabel('Name').fill('Köln');
    await wave(2).getByLabel('Only machines that match').fill('site = "Köln"');
    await wave(2).getByLabel('Percent').fill('100');
    await wave(2).getByLabel('Stop above % failed').fill('20');
    await wave(1).getByLabel('Only machines that match').fill('NOT site = "Köln"');
    for (const n of [1, 2, 3]) {
      await wave(n).getByLabel('Soak', { exact: true }).fill('1');
      await wave(n).getByLabel('Unit of Soak').selectOption('s');
      await wave(n).getByLabel('At once').fill('2000');
    }
    await accessible(anna, 'waves');
    await expect(anna).toHaveScreenshot('new-campaign-waves.png');
    await anna.getByRole('button', { name: 'Next' }).click();
    await anna.getByLabel('Notice', { exact: true }).fill('1');
    await anna.getByLabel('Unit of Notice').selectOption('s');
    await accessible(anna, 'conditions');
    await anna.getByRole('button', { name: 'Next' }).click();
    await accessible(anna, 'review');
    await anna.getByRole('button', { name: 'Create the draft' }).click();
  });

  await test.step('preview and submit', async () => {
    await expect(anna.getByText(/of [\d,]+ selected machines would be touched/)).toBeVisible();
    await accessible(anna, 'draft');
    await expect(anna).toHaveScreenshot('campaign-draft.png');
    await anna.getByRole('button', { name: 'Submit for approval' }).click();
    await anna.getByRole('dialog').getByRole('button', { name: 'Submit for approval' }).click();
    await expect(anna.getByText('A signature is missing before it can start.')).toBeVisible();
    await expect(anna.getByRole('button', { name: 'Start' })).toBeDisabled();
  });

  await test.step('approve with the operator key', async () => {
    const sent: string[] = [];
    anna.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
    await anna.getByRole('button', { name: 'Check and sign' }).click();
    await expect(anna.getByText(/It is for exactly the [\d,]+ machines that are listed\./)).toBeVisible({ timeout: 60_000 });
    await accessible(anna, 'signing');
    await expect(anna).toHaveScreenshot('campaign-sign.png');
    await anna.getByLabel('Key file').setInputFiles(told.keyFile);
    await anna.getByLabel('Passphrase').fill('not this one');
    await anna.getByRole('button', { name: 'Sign', exact: true }).click();
    await expect(anna.getByRole('alert')).toContainText('The passphrase is not this key’s.');
    await anna.getByLabel('Passphrase').fill(told.passphrase);
    await anna.getByRole('button', { name: 'Sign', exact: true }).click();
    await expect(anna.getByText('All signatures are there. It can be started.')).toBeVisible();
    expect(sent.some((one) => one.includes('"signature"'))).toBe(true);
    expect(sent.filter((one) => one.includes('PRIVATE KEY') || one.includes(told.passphrase))).toEqual([]);
  });

  await test.step('start, and watch until the breaker stops it', async () => {
    await anna.getByRole('button', { name: 'Start' }).click();
    await anna.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
    await expect(anna.locator('main h1')).toContainText('Running');
    await expect(anna.getByText('The breaker stopped it: too many failures.')).toBeVisible({ timeout: 120_000 });
    await expect(anna.locator('main h1')).toContainText('Paused');
    await expect(anna.getByRole('heading', { name: 'The installer failed' })).toBeVisible();
    await accessible(anna, 'a paused campaign');
    await expect(anna).toHaveScreenshot('campaign-paused.png');
    await anna.getByRole('link', { name: 'Orders', exact: true }).click();
    await anna.getByRole('button', { name: 'Failed', exact: true }).click();
    await expect(anna.getByRole('grid').getByText('Failed').first()).toBeVisible();
    await expect(anna.getByRole('grid').getByText(/^0x[0-9A-F]{8} The installer failed/).first()).toBeVisible();
    await accessible(anna, 'orders');
    await expect(anna).toHaveScreenshot('campaign-orders.png');
    // A cause's number opens its orders and no others.
    await anna.goto(new URL(anna.url()).pathname);
    const failure = anna.locator('section.wave').filter({ has: anna.getByRole('heading', { name: 'The installer failed' }) }).getByRole('link');
    const failed = Number((await failure.textContent())!.replace(/\D/g, ''));
    await failure.click();
    const orders = anna.getByRole('grid');
    await expect(orders).toHaveAttribute('aria-rowcount', String(failed + 1));
    await expect(orders.getByText(/The installer failed/).first()).toBeVisible();
    await accessible(anna, 'orders of one cause');
    await anna.getByRole('button', { name: 'Show every cause' }).click();
    await expect(anna).not.toHaveURL(/cause=/);
    await anna.goto(new URL(anna.url()).pathname + '?tab=orders&cause=LOW_DISK');
    await expect(anna.getByText('No orders.')).toBeVisible();
    await anna.goto('/');
    await anna.getByRole('link', { name: 'A campaign is paused' }).click();
    await expect(anna.locator('main h1')).toContainText('Paused');
  });

  await test.step('retry, resume, and watch to the end', async () => {
    rmSync(told.brokenSwitch);
    await anna.getByRole('button', { name: 'Retry what failed' }).click();
    await anna.getByRole('dialog').getByRole('button', { name: 'Retry what failed' }).click();
    await anna.getByRole('button', { name: 'Resume' }).click();
    await anna.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    const shown = anna.locator('main section[aria-label^="Wave 3"] .aside');
    const before = await shown.textContent();
    await expect(shown).not.toHaveText(before!, { timeout: 120_000 });  // live, without a reload
    await expect(anna.locator('main h1')).toContainText('Completed', { timeout: 240_000 });
    await accessible(anna, 'a completed campaign');
    await expect(anna).toHaveScreenshot('campaign-completed.png');
  });

  await test.step('report', async () => {
    await anna.getByRole('button', { name: 'Report' }).click();
    const [download] = await Promise.all([anna.waitForEvent('download'), anna.getByRole('button', { name: 'Markdown' }).click()]);
    const stream = await download.createReadStream();
    let report = '';
    for await (const chunk of stream) report += chunk;
    expect(report).toContain('# KB2749655 for everybody');
    expect(report).toContain('Completed');
    expect(report.split('\n').filter((line) => /Succeeded/.test(line)).length).toBeGreaterThan(5);
  });

  await test.step('so does the list of campaigns', async () => {
    await anna.goto('/campaigns');
    await settled(anna);
    const row = anna.getByRole('row').filter({ hasText: 'KB2749655 for everybody' });
    await expect(row.locator('.meter')).toBeVisible();
    await expect(row.locator('.number')).not.toHaveText('0');
    await expect(anna).toHaveScreenshot('campaigns.png');
  });

  await test.step('the overview tells it too', async () => {
    await anna.goto('/?span=15m');
    await settled(anna);
    await expect(anna.locator('.tile').first()).toContainText(/^Affected0/);
    await anna.mouse.move(0, 0);
    await expect(anna).toHaveScreenshot('overview.png');
  });
});
