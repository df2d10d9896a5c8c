import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from './format';
import { language, setLanguage, text } from './i18n';
import { ticks } from './charts/scale';

test('numbers, lengths and sizes follow the language', () => {
  setLanguage('en');
  assert.equal(format.number('1234567'), '1,234,567');
  assert.equal(format.bytes(1_234_567), '1.2 MB');
  assert.equal(format.duration('5400s'), '1 hr 30 min');
  assert.equal(format.duration('0.0035s'), '3.5 ms');
  assert.equal(format.duration('0s'), '0 sec');
  setLanguage('de');
  assert.equal(language.value, 'de');
  assert.equal(format.number('1234567'), '1.234.567');
  assert.equal(format.duration(86_400 * 30), '30 Tage');
  setLanguage('en');
});

test('relative times choose the largest unit', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');
  assert.equal(format.relative('2026-11-24T11:57:00Z', now), '3 minutes ago');
  assert.equal(format.relative('2026-11-26T13:00:00Z', now), 'in 2 days');
  assert.equal(format.relative('2026-11-24T12:00:00Z', now), 'now');
  // "next year" would be 2027, "yesterday" the 23rd.
  assert.equal(format.relative('2028-01-01T12:00:00Z', now), 'in 1 year');
  assert.equal(format.relative('2026-11-22T18:00:00Z', now), '1 day ago');
});

test('codes and digests are spelled as the field spells them', () => {
  assert.equal(format.hresult(2148204801), '0x800B0101');
  assert.equal(format.hexOfBase64('3q2+7w=='), 'deadbeef');
  assert.equal(format.utc('2026-11-24T12:00:00.123Z'), '2026-11-24 12:00:00 UTC');
  assert.equal(format.lastPart('machines/abc'), 'abc');
});

test('plural forms agree with the count in both languages', () => {
  setLanguage('en');
  assert.equal(text.value.machines.count(1), '1 machine');
  assert.equal(text.value.machines.count('10000'), '10,000 machines');
  setLanguage('de');
  assert.equal(text.value.machine.seen(3), '3-mal gesehen');
  assert.equal(text.value.campaign.retryCount(1), '1 ist bisher gescheitert.');
  assert.equal(text.value.campaign.wouldTouch(1, '1200'), '1 von 1.200 ausgewählten Rechnern käme an die Reihe:');
  assert.doesNotMatch(text.value.rules.updateListBlind(1), /1/);
  setLanguage('en');
});

test('axes end on round numbers', () => {
  assert.deepEqual(ticks(10), [0, 5, 10]);
  assert.deepEqual(ticks(9999), [0, 5000, 10000]);
  assert.deepEqual(ticks(0), [0, 1]);
});
