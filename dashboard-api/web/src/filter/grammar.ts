// The filter language as far as the bar needs it: which word the caret is in, and what could stand there (docs/filter.md).
export interface Vocabulary {
  rules: string[];
  values: Record<string, string[]>; // of text fields, as the fleet has them
}

export interface Completion {
  insert: string;
  kind: 'field' | 'operator' | 'value' | 'word';
}

export interface Completions {
  from: number; // what is replaced
  to: number;
  options: Completion[];
}

type Kind = 'state' | 'rule' | 'text' | 'id' | 'set' | 'time';
export const kFields: Record<string, Kind> = {
  verdict: 'state', rule: 'rule', name: 'text', site: 'text', domain: 'text', organizational_unit: 'text', os: 'text',
  os_version: 'text', architecture: 'text', last_seen: 'time', breaks_at: 'time', enrolled_at: 'time', update: 'set', package: 'set',
  catalog: 'set', hresult: 'set', id: 'id',
};
export const kStates = ['AFFECTED', 'AT_RISK', 'REMEDIATING', 'FIXED', 'CLEAN', 'UNKNOWN'];
const kOperators: Record<Kind, string[]> = {
  state: ['=', '!='], rule: ['='], text: ['=', '!=', ':'], id: ['=', '!='], set: ['=', '!=', ':'], time: ['<', '<=', '>', '>=', ':'],
};
const kMost = 12;

interface Token {
  text: string;
  from: number;
  to: number;
  kind: 'word' | 'quoted' | 'operator' | 'parenthesis';
}

export function tokens(filter: string): Token[] {
  const found: Token[] = [];
  const pattern = /"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|<=|>=|!=|[=<>:]|[()]|[^\s()=<>:!"']+|!/gy;
  for (let at = 0; at < filter.length; ) {
    pattern.lastIndex = at;
    const match = pattern.exec(filter);
    if (!match) {
      ++at;
      continue;
    }
    const text = match[0];
    const kind = /^["']/.test(text) ? 'quoted' : /^[()]$/.test(text) ? 'parenthesis' : /^[=<>:!]/.test(text) ? 'operator' : 'word';
    found.push({ text, from: at, to: at + text.length, kind });
    at += text.length;
  }
  return found;
}

/** A value as it can stand in a filter: in quotes where it must. */
export const quote = (value: string): string =>
  /^[\p{L}\p{N}_.+-]+$/u.test(value) && !/^(AND|OR|NOT)$|^-/.test(value) ? value : `"${value.replace(/["\\*]/g, '\\$&')}"`;

export const utcDayOf = (date: Date): string => date.toISOString().slice(0, 10);

function valuesOf(field: string, vocabulary: Vocabulary, now: Date): string[] {
  switch (kFields[field]) {
    case 'state':
      return kStates;
    case 'rule':
      return vocabulary.rules;
    case 'text':
      return (vocabulary.values[field] ?? []).map(quote);
    case 'time':
      return [0, 1, 7, 30, -7, -30].map((days) => utcDayOf(new Date(now.getTime() - days * 86_400_000)));
    case 'set':
      return field === 'hresult' ? ['0x800B0101'] : field === 'update' ? ['KB2749655', 'KB2705219'] : [];
    default:
      return [];
  }
}

const matching = (all: string[], typed: string) => {
  const wanted = typed.replace(/^["']/, '').toLowerCase();
  const plain = (one: string) => one.replace(/^["']/, '').toLowerCase();
  return [...all.filter((one) => plain(one).startsWith(wanted)), ...all.filter((one) => plain(one).indexOf(wanted) > 0)];
};

const offer = (kind: Completion['kind'], all: string[], from: number, to: number): Completions => ({
  from, to, options: all.slice(0, kMost).map((insert) => ({ insert, kind })),
});

/** What can stand at `caret`. */
export function complete(filter: string, caret: number, vocabulary: Vocabulary, now = new Date()): Completions {
  const before = tokens(filter).filter((token) => token.from < caret);
  const last = before.at(-1);
  const within = last && last.to >= caret && (last.kind === 'word' || last.kind === 'quoted') ? last : undefined;
  const rest = within ? before.slice(0, -1) : before;
  const left = rest.at(-1);
  const typed = within ? filter.slice(within.from, caret) : '';
  const from = within?.from ?? caret;
  const to = within?.to ?? caret;

  if (left?.kind === 'operator' && (within || last === left)) {
    const field = rest.at(-2)?.text.replace(/^-/, '') ?? '';
    return offer('value', matching(valuesOf(field, vocabulary, now), typed).filter((one) => one !== typed), from, to);
  }
  if (!within && left?.kind === 'word' && kFields[left.text.replace(/^-/, '')] && rest.at(-2)?.kind !== 'operator') {
    return offer('operator', kOperators[kFields[left.text.replace(/^-/, '')]!], caret, caret);
  }
  const afterComparison = rest.at(-2)?.kind === 'operator' || left?.text === ')';
  const minus = typed.startsWith('-') ? '-' : '';
  const fields = matching(Object.keys(kFields), typed.slice(minus.length)).map((field) => minus + field);
  const words = afterComparison && !minus ? matching(['AND', 'OR', 'NOT'], typed) : [];
  const found = [
    ...words.map((insert): Completion => ({ insert, kind: 'word' })),
    ...fields.map((insert): Completion => ({ insert, kind: 'field' })),
  ].filter((one) => one.insert !== typed || one.kind === 'field');
  // A word that no field begins with is most likely a part of a machine's name.
  if (typed && !fields.length && !words.length && within?.kind === 'word') found.push({ insert: `name:${quote(typed)}`, kind: 'value' });
  return { from, to, options: found.slice(0, kMost) };
}

/** `filter` with a completion taken, and where the caret then is. */
export function take(filter: string, completions: Completions, option: Completion): { filter: string; caret: number } {
  const left = filter.slice(0, completions.from);
  const space = option.kind === 'operator' && option.insert !== ':' && left && !/\s$/.test(left) ? ' ' : '';
  const tail = option.kind === 'operator' && option.insert === ':' ? '' : ' ';
  const inserted = `${space}${option.insert}${tail}`;
  const right = filter.slice(completions.to).replace(/^ /, '');
  return { filter: left + inserted + right, caret: left.length + inserted.length };
}

/** The rule whose verdicts a filter means; empty: the worst of all. */
export function ruleOf(filter: string): string {
  const words = tokens(filter);
  const at = words.findIndex((token, i) => token.text === 'rule' && words[i + 1]?.text === '=');
  return at < 0 ? '' : (words[at + 2]?.text ?? '').replace(/^["']|["']$/g, '');
}

/** `filter`, meaning the verdicts of `rule` where it names none. */
export const byRule = (rule: string, filter: string): string => (!rule || ruleOf(filter) ? filter : both(`rule = ${rule}`, filter));

/** Both must hold. OR binds tighter than AND, so neither side needs parentheses. */
export const both = (left: string, right: string): string =>
  !left.trim() ? right : !right.trim() ? left : `${left.trim()} AND ${right.trim()}`;
