import { expect, test } from './page';

test('the API reference opens from the page, and names an operation', async ({ anna }) => {
  await anna.goto('/access');
  await anna.getByRole('link', { name: 'API reference' }).click();
  await expect(anna).toHaveURL(/\/api\/$/);
  await expect(anna.getByText('/v1/machines/{machine}/incidents').first()).toBeVisible();
});
