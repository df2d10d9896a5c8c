import { accessible, api, expect, logIn, story, test } from './page';

test.describe('login', () => {
  test('a wrong password is told without telling which was wrong, the right one opens the address that was asked for', async ({ page }) => {
    await page.goto('/machines?filter=verdict+%3D+CLEAN');
    await expect(page.getByLabel('User')).toBeFocused();
    await accessible(page, 'login');
    await page.getByLabel('User').fill('nobody');
    await page.getByLabel('Password').fill('wrong wrong wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page.getByRole('alert')).toContainText('The user or the password is not right.');
    await page.getByLabel('User').fill(story().user);
    await page.getByLabel('Password').fill(story().password);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Machines' })).toBeVisible();
    await expect(page).toHaveURL(/filter=verdict/);
    expect(await page.evaluate(() => document.cookie)).toBe('');  // nothing for scripts to take
  });

  test('a session that ends leads to login, and back to where one was', async ({ anna }) => {
    await anna.goto('/campaigns?tab=payloads');
    await expect(anna.getByRole('heading', { level: 1, name: 'Campaigns' })).toBeVisible();
    await anna.context().clearCookies();
    await anna.getByRole('link', { name: 'Rules', exact: true }).click();
    await expect(anna.getByRole('button', { name: 'Log in' })).toBeVisible();
    await anna.getByLabel('User').fill(story().user);
    await anna.getByLabel('Password').fill(story().password);
    await anna.keyboard.press('Enter');
    await expect(anna.getByRole('heading', { level: 1, name: 'Rules' })).toBeVisible();
  });
  test.use({ expectedErrors: [/401/] });

  test('a viewer is offered no form that the server would refuse', async ({ anna }) => {
    const password = 'look but touch not';
    await api(anna, 'POST', '/v1/users', { user: { name: 'users/vera', role: 'VIEWER' }, password, keepPassword: true });
    await logIn(anna, 'vera', password);
    await anna.goto('/campaigns/new');
    await expect(anna.getByText('Your role does not allow this.')).toBeVisible();
    await expect(anna.getByLabel('Title')).toHaveCount(0);
    await anna.goto('/campaigns');
    await expect(anna.getByRole('heading', { level: 1, name: 'Campaigns' })).toBeVisible();
    await expect(anna.getByRole('link', { name: 'New campaign' })).toHaveCount(0);
  });

  test('logging out ends the session', async ({ anna }) => {
    await anna.goto('/');
    await anna.getByRole('button', { name: 'Log out' }).click();
    await expect(anna.getByLabel('User')).toBeVisible();
    expect((await anna.request.get('/v1/sessions/current')).status()).toBe(401);
  });
});
