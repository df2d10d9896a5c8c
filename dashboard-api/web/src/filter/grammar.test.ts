import assert from 'node:assert/strict';
import { test } from 'node:test';
import { both, byRule, complete, quote, ruleOf, take, tokens, type Vocabulary } from './grammar';

const vocabulary: Vocabulary = { rules: ['broken-catalog', 'expired-catalog'], values: { site: ['München', 'Bad Homburg', 'Köln'] } };
const now = new Date('2026-11-24T12:00:00Z');
/** What is offered where | stands. */
const at = (text: string) => {
  const caret = text.indexOf('|');
  return complete(text.replace('|', ''), caret, vocabulary, now);
};
const inserts = (text: string) => at(text).options.map((option) => option.insert);

test('a field is completed from its beginning', () => {
  assert.deepEqual(inserts('ver|')[0], 'verdict');
  assert.ok(inserts('|').includes('name'));
  assert.deepEqual(inserts('-upd|'), ['-update']);
});

test('after a field come its operators, after an operator its values', () => {
  assert.deepEqual(inserts('verdict |'), ['=', '!=']);
  assert.deepEqual(inserts('last_seen |'), ['<', '<=', '>', '>=', ':']);
  assert.deepEqual(inserts('verdict = A|').slice(0, 2), ['AFFECTED', 'AT_RISK']);
  assert.deepEqual(inserts('rule = exp|'), ['expired-catalog']);
  assert.deepEqual(inserts('last_seen < |')[0], '2026-11-24');
});

test('values come as they must stand: with quotes where there are blanks', () => {
  assert.deepEqual(inserts('site = b|'), ['"Bad Homburg"']);
  assert.deepEqual(inserts('site = "bad h|'), ['"Bad Homburg"']);
  assert.equal(quote('a"b*c'), '"a\\"b\\*c"');
  assert.equal(quote('AND'), '"AND"');
  assert.equal(quote('München'), 'München');
});

test('after a comparison words that combine, and fields', () => {
  const offered = inserts('verdict = CLEAN |');
  assert.deepEqual(offered.slice(0, 3), ['AND', 'OR', 'NOT']);
  assert.ok(offered.includes('site'));
  assert.deepEqual(inserts('(verdict = CLEAN) O|')[0], 'OR');
});

test('a word that is no field is taken for a part of a name', () => {
  assert.deepEqual(inserts('PC-0042|'), ['name:PC-0042']);
});

test('completion works in the middle, and leaves the rest alone', () => {
  const text = 'verdict = A AND site = München';
  const completions = complete(text, 11, vocabulary, now);
  const taken = take(text, completions, completions.options[0]!);
  assert.equal(taken.filter, 'verdict = AFFECTED AND site = München');
  assert.equal(taken.filter.slice(0, taken.caret), 'verdict = AFFECTED ');
});

test('taking field, operator and value one after the other makes a filter', () => {
  let state = { filter: '', caret: 0 };
  for (const wanted of ['verdict', '=', 'AT_RISK', 'AND', 'site', '!=', '"Bad Homburg"']) {
    const completions = complete(state.filter, state.caret, vocabulary, now);
    const option = completions.options.find((one) => one.insert === wanted);
    assert.ok(option, `${wanted} after ${state.filter}`);
    state = take(state.filter, completions, option);
  }
  assert.equal(state.filter.trim(), 'verdict = AT_RISK AND site != "Bad Homburg"');
});

test('hostile input is cut into tokens without hanging or losing its place', () => {
  for (const text of ['"', "'\\", '!!!', '((((', '\u202e<script>', '"'.repeat(4000), 'a'.repeat(4000), '\\'.repeat(4001)]) {
    const found = tokens(text);
    for (const token of found) assert.equal(text.slice(token.from, token.to), token.text);
    complete(text, text.length, vocabulary, now);
  }
});

test('two filters that must both hold', () => {
  assert.equal(both('a = 1', 'b = 2'), 'a = 1 AND b = 2');
  assert.equal(both(' ', 'b = 2'), 'b = 2');
});

test('a filter knows whose verdicts it means, and is given a rule only where it names none', () => {
  assert.equal(ruleOf('(rule = "broken-catalog" AND verdict = CLEAN)'), 'broken-catalog');
  assert.equal(ruleOf('name = rule'), '');
  assert.equal(byRule('expired-catalog', 'verdict = AFFECTED'), 'rule = expired-catalog AND verdict = AFFECTED');
  assert.equal(byRule('expired-catalog', 'rule = broken-catalog'), 'rule = broken-catalog');
  assert.equal(byRule('', 'site = Köln'), 'site = Köln');
});
