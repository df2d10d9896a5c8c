// What the server words, in another language. The English sentence is the key, as gettext has it; a template has slots for what differs from
// one time to the next. Matching is anchored and never goes back, so that its time is linear in the text's length, whoever wrote the text.
//
// "{name}" is any text, carried over as it is; "{name:kind}" is of a kind:
//   number, instant, day, duration  as the server writes them; written as the language does
//   code, word, fact, kb, place     0x800B0101; no blank and no colon; os.version; KB2749655; a field, path or address before ": ". Carried over
//   said, maybe, list               the server's words again: known, known or carried over, several of these with "; " between them
//   s, es                           the English plural, which may be missing
// The translation has "{name}" for the slot's text, and "{name|# Rechner ist|# Rechner sind}" for a number with what follows from it.
import { plural } from './plural';

export type Entry = readonly [english: string, translated: string];

/** How the language writes numbers, instants of RFC 3339 and days ("2026-11-24"). */
export interface Writing {
  language: string;
  number(value: string): string;
  instant(value: string): string;
  day(value: string): string;
}

const kMaxDepth = 6; // sentences within sentences
const kMaxStops = 8; // full stops that one sentence may hold

// None can match one text in two ways. Those of a bounded length are also looked for behind a text of any length.
const kPatterns: Record<string, RegExp> = {
  number: /\d{1,15}(?!\d)/y, instant: /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?: UTC|Z|\+00:00)/y, day: /\d{4}-\d\d-\d\d/y, code: /0x[0-9A-F]{8}/y,
  duration: /-?(?:\d[\d.]*(?:ms|us|ns|[hms]))+|0/y, word: /[^\s:]+/y, place: /(?=[a-z]|\S{0,300}[./\\[])\S+(?=: )/y, fact: /[a-z_]+\.[a-z_.]+/y, kb: /KB\d+/y, s: /s?/y, es: /(?:es)?/y,
};
const kBounded = new Set(['number', 'instant', 'day', 'code']);

interface Slot {
  name: string;
  kind: string;
}
type Part = string | Slot;
interface Template {
  parts: Part[];
  slots: Slot[];
  translated: string;
}

/** The literal texts of a template, and its slots, in turn. */
export function partsOf(english: string): Part[] {
  return english.split(/(\{\w+(?::\w+)?\})/).filter(Boolean).map((part) => {
    const [, name, kind] = /^\{(\w+)(?::(\w+))?\}$/.exec(part) ?? [];
    return name ? { name, kind: kind ?? (name in kPatterns ? name : 'text') } : part;
  });
}

function taken(text: string, at: number, kind: string): number {
  const pattern = kPatterns[kind]!;
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** Where the text that begins at `at` ends: before the first `next` that `after` follows. */
function endOfText(text: string, at: number, next: string, after?: Part): number {
  const kind = typeof after === 'object' && kBounded.has(after.kind) ? after.kind : undefined;
  let end = text.indexOf(next, at + 1);
  while (kind && end >= 0 && taken(text, end + next.length, kind) < 0) end = text.indexOf(next, end + 1);
  return end;
}

/** The slots' texts. */
function match({ parts }: Template, text: string): string[] | undefined {
  const found: string[] = [];
  let at = 0;
  for (let i = 0; i < parts.length; ++i) {
    const part = parts[i]!;
    if (typeof part === 'string') {
      if (!text.startsWith(part, at)) return undefined;
      at += part.length;
      continue;
    }
    const next = parts[i + 1];
    let end: number;
    if (part.kind in kPatterns) end = taken(text, at, part.kind);
    else if (typeof next !== 'string') end = text.length;
    else if (i + 2 === parts.length) end = text.endsWith(next) ? text.length - next.length : -1;
    else end = endOfText(text, at, next, parts[i + 2]);
    if (end < at || (end === at && part.kind !== 's' && part.kind !== 'es')) return undefined;
    found.push(text.slice(at, end));
    at = end;
  }
  return at === text.length ? found : undefined;
}

/** Where `mark` stands outside of all parentheses. */
function* places(text: string, mark: string): Generator<number> {
  let depth = 0;
  for (let i = 0; i < text.length; ++i) {
    if (text[i] === '(') ++depth;
    else if (text[i] === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && text.startsWith(mark, i)) yield i;
  }
}

function items(text: string): string[] {
  const found: string[] = [];
  let begin = 0;
  for (const at of places(text, '; ')) {
    found.push(text.slice(begin, at));
    begin = at + 2;
  }
  return [...found, text.slice(begin)];
}

/** "1h30m0.5s" -> "1 h 30 min 0,5 s". */
const duration = (text: string, writing: Writing) =>
  text.replace(/([\d.]+)([a-z]+)/g, (_, number: string, unit: string) => `${writing.number(number)} ${unit === 'm' ? 'min' : unit} `).trimEnd();

/** What looks like a time and is none stays as it is. */
function time(text: string, write: (value: string) => string): string {
  const value = text.replace(/ (?=\d)/, 'T').replace(' UTC', 'Z');
  return Number.isNaN(Date.parse(value)) ? text : write(value);
}

/** The translation of a text of the server; undefined where some of it is not known. */
export type Sayer = (text: string) => string | undefined;

export function makeSayer(entries: readonly Entry[], writing: Writing): Sayer {
  const whole = new Map<string, string>();
  const templates: Template[] = [];
  for (const [english, translated] of entries) {
    const parts = partsOf(english);
    const slots = parts.filter((part): part is Slot => typeof part === 'object');
    if (slots.length === 0) whole.set(english, translated);
    else templates.push({ parts, slots, translated });
  }
  // Those that a text with this first letter may be of, in their order.
  const firstOf = ({ parts: [first] }: Template) => (typeof first === 'string' ? first[0]! : '');
  const byLetter = new Map([...new Set(templates.map(firstOf))].map((letter) => [letter, templates.filter((one) => ['', letter].includes(firstOf(one)))]));

  const write = (value: string, kind: string, depth: number): string | undefined => {
    switch (kind) {
      case 'number': return writing.number(value);
      case 'instant': case 'day': return time(value, writing[kind]);
      case 'duration': return duration(value, writing);
      case 'said': return passage(value, depth + 1);
      case 'maybe': return passage(value, depth + 1) ?? value;
      case 'list': return items(value).map((item) => passage(item, depth + 1) ?? item).join('; ');
      default: return value;
    }
  };

  const render = ({ slots, translated }: Template, found: string[], depth: number): string | undefined => {
    const raw: Record<string, string> = {};
    const written: Record<string, string> = {};
    for (const [i, { name, kind }] of slots.entries()) {
      const one = write(found[i]!, kind, depth);
      if (one === undefined) return undefined;
      raw[name] = found[i]!;
      written[name] = one;
    }
    return translated.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, other?: string) =>
      one === undefined ? written[name]! : plural(writing.language)(raw[name]!, { one, other: other! }));
  };

  const sentence = (text: string, depth: number): string | undefined => {
    const known = whole.get(text);
    if (known !== undefined) return known;
    for (const template of byLetter.get(text[0] ?? '') ?? byLetter.get('') ?? []) {
      const found = match(template, text);
      const said = found && render(template, found, depth);
      if (said !== undefined) return said;
    }
    return undefined;
  };

  // The server joins sentences with blanks, and such as have no full stop with one. A sentence may hold full stops itself: it is as short as it can be.
  const passage = (text: string, depth: number): string | undefined => {
    if (depth > kMaxDepth || text === '') return undefined;
    const known = whole.get(text);
    if (known !== undefined) return known;
    const said: string[] = [];
    let begin = 0;
    let tried = 0;
    for (const stop of places(text, '. ')) {
      const piece = text.slice(begin, stop);
      const bare = sentence(piece, depth);
      const one = bare === undefined ? sentence(`${piece}.`, depth) : `${bare}.`;
      if (one === undefined) {
        if (++tried === kMaxStops) return undefined;
        continue;
      }
      said.push(one);
      begin = stop + 2;
      tried = 0;
    }
    const last = sentence(text.slice(begin), depth);
    return last === undefined ? undefined : [...said, last].join(' ');
  };

  const remembered = new Map<string, string | undefined>();
  return (text) => {
    if (!remembered.has(text)) {
      if (remembered.size === 500) remembered.clear();
      remembered.set(text, passage(text, 0));
    }
    return remembered.get(text);
  };
}
