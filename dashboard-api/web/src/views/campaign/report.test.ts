import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Campaign, OrderView } from '../../api/types';
import { canGoOn, newDraft, toSpec } from '../new_campaign/draft';
import { markdownReport } from './report';

const campaign = () => JSON.parse(readFileSync('src/signing/testdata/campaign.json', 'utf8')) as Campaign;

test('nothing that others wrote is markup in a report', () => {
  const hostile = campaign();
  hostile.spec!.title = '# [x](javascript:alert(1)) <img src=x> | \n## y';
  const order = { machineName: 'a|b`c\nd', site: '<b>', wave: 1, attempt: 1, machine: 'machines/1', verdict: 'CLEAN' } as OrderView;
  const report = markdownReport(hostile, [order]);
  assert.ok(!/(^|[^\\])<(img|b>)|\]\(javascript/.test(report));
  assert.ok(report.includes('a\\|b\\`c d'));
  const lines = report.split('\n').filter((line) => line.startsWith('|'));
  for (const line of lines) assert.ok(line.endsWith('|'), line);
});

test('a draft becomes the spec that the server takes', () => {
  const draft = { ...newDraft({ filter: 'name:*' }), title: ' T ', windowOn: true, windowDays: [6, 7], windowStart: '22:30', windowHours: 4 };
  assert.equal(canGoOn('whom', draft), true);
  assert.equal(canGoOn('remedy', draft), false);
  const spec = toSpec({ ...draft, payload: { sha256: 'AAAA', size: '1', fileName: 'x', kb: 'KB1', architecture: 'amd64' } });
  assert.equal(spec.title, 'T');
  assert.equal(spec.group, undefined);
  assert.deepEqual(spec.window, { spans: [{ days: [6, 7], startMinute: 1350, minutes: 240 }] });
  assert.deepEqual(spec.action, { installUpdate: { payload: { sha256: 'AAAA' } } });
  assert.deepEqual(spec.waves?.map((wave) => [wave.machines, wave.percent, wave.rest]), [[5, undefined, undefined], [undefined, 20, undefined], [undefined, undefined, true]]);
});
