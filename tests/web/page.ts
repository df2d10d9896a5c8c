// What the tests of the page share: logging in, axe, what must never happen.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page, test as base } from '@playwright/test';
import { story } from './stack';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page that is logged in, and fails its test on any script error, refused resource or dialog. */
export const test = base.extend<{ anna: Page; expectedErrors: RegExp[] }>({
  baseURL: async ({}, use) => use(story().base),
  expectedErrors: [[], { option: true }],
  anna: async ({ page, expectedErrors }, use) => {
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
    page.on('dialog', (dialog) => (problems.push(`dialog: ${dialog.message()}`), void dialog.dismiss()));
    page.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()} ${message.location().url}`));
    await logIn(page);
    await use(page);
    expect(problems.filter((problem) => !expectedErrors.some((one) => one.test(problem)))).toEqual([]);
  },
});
export { expect };

export async function logIn(page: Page, user = story().user, password = story().password): Promise<void> {
  const opened = await page.request.post('/v1/sessions', {
    data: { userId: user, password }, headers: { 'X-Muster-CSRF': '1', Origin: story().base },
  });
  expect(opened.status(), await opened.text()).toBe(200);
}

export const api = async <T>(page: Page, method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, data?: unknown): Promise<T> => {
  const answer = await page.request.fetch(path, { method, data, headers: { 'X-Muster-CSRF': '1', Origin: story().base } });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return (await answer.json()) as T;
};

/** Waits until nothing on the page is being loaded. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('main h1')).toBeVisible();
  await expect(page.locator('main .loading')).toHaveCount(0);
  await expect(page.locator('main .skeleton')).toHaveCount(0);
}

/** axe finds nothing: WCAG 2.2 A and AA, and its best practices. */
export async function accessible(page: Page, what: string): Promise<void> {
  // Trusted Types keep scripts from being made of text in the page; axe goes in beside them, by the debugger.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run: (options: unknown) => Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary: string }[] }[] }> } }).axe;
    const result = await axe.run({ resultTypes: ['violations'] });
    return result.violations.map((one) => ({ id: one.id, nodes: one.nodes.slice(0, 3).map((node) => `${String(node.target)}: ${node.failureSummary}`) }));
  });
  expect.soft(violations, what).toEqual([]);
}

export const setLook = (page: Page, theme: 'light' | 'dark', language: 'en' | 'de') =>
  page.addInitScript(([look, words]) => {
    localStorage.setItem('muster.theme', look!);
    localStorage.setItem('muster.language', words!);
  }, [theme, language]);

export { story };
