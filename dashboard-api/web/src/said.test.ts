import assert from 'node:assert/strict';
import { test } from 'node:test';
import { language } from './i18n';
import { chooseLanguage, said, saidOr } from './said';

const chosen = async (value: 'en' | 'de') => {
  chooseLanguage(value);
  while (language.value !== value) await new Promise((resolve) => setTimeout(resolve, 1));
};

test('sentences of the server follow the page\'s language', async () => {
  assert.equal(said('scan again'), undefined);
  await chosen('de');
  assert.equal(said('scan again'), 'neu prüfen');
  assert.equal(said('Somebody wrote this.'), undefined);
  assert.equal(saidOr('Somebody wrote this.'), 'Somebody wrote this.');
  assert.equal(said('scan again'.repeat(1000)), undefined);
  await chosen('en');
  assert.equal(said('scan again'), undefined);
});

test('of two choices the last counts', async () => {
  chooseLanguage('de');
  chooseLanguage('en');
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(language.value, 'en');
});
