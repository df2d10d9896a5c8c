import { expect, logIn, story, test } from './page';

test('the dashboard tells Prometheus what was asked of it, and balancers that it is ready', async ({ page, request }) => {
  await logIn(page);
  expect((await page.request.get('/v1/machines?pageSize=1')).status()).toBe(200);
  expect((await request.get('/healthz')).status()).toBe(200);
  expect((await request.get('/readyz')).status()).toBe(200);
  const scraped = await request.get(`${story().metrics}/metrics`);
  expect(scraped.headers()['content-type']).toContain('version=0.0.4');
  const text = await scraped.text();
  const value = (series: string) => Number(text.split('\n').find((line) => line.startsWith(series))?.slice(series.length) ?? NaN);
  expect(value('muster_http_requests_total{method="GET",route="/v1/machines",status="200"} ')).toBeGreaterThan(0);
  expect(value('muster_http_request_seconds_count{method="GET",route="/v1/machines"} ')).toBeGreaterThan(0);
  expect(value('muster_http_connections ')).toBeGreaterThan(0);
  expect(value('muster_http_watchers ')).toBeGreaterThanOrEqual(0);
  expect((await request.get(`${story().metrics}/readyz`)).status()).toBe(200);
  // Nothing of the API is served there.
  expect((await request.get(`${story().metrics}/v1/machines`)).status()).toBe(404);
});
