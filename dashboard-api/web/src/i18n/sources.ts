// For the tests: the texts that the server's and the agent's sources hold.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const kRoot = '../..';

function unescape(text: string): string {
  return text.replace(/\\(x[0-9A-Fa-f]{2}|.)/gs, (_, escaped: string) => ({ n: '\n', t: '\t', r: '\r' })[escaped] ?? escaped);
}

/** The string literals of C++ or of text-format protobuf; such as stand side by side are one. */
export function literalsIn(source: string): string[] {
  const found: string[] = [];
  let joins = false;
  for (const [token, string] of source.matchAll(/"((?:[^"\\\n]|\\.)*)"|\/\/[^\n]*|^\s*#[^\n]*|'(?:[^'\\\n]|\\.)'|\s+|[^\s"]/gm)) {
    if (string !== undefined) {
      if (joins) found[found.length - 1] += unescape(string);
      else found.push(unescape(string));
      joins = true;
    } else if (!/^(\s|\/\/|#)/.test(token)) {
      joins = false;
    }
  }
  return found;
}

function filesOf(path: string): string[] {
  const whole = join(kRoot, path);
  if (!existsSync(whole)) throw new Error(`${path} is not there`);
  if (!statSync(whole).isDirectory()) return [whole];
  return readdirSync(whole).filter((name) => /\.(cc|h|textproto)$/.test(name) && !/_test(_support)?\.cc$/.test(name)).map((name) => join(whole, name));
}

/** All literals of files and folders; of a .proto its values' names. */
export const literalsOf = (paths: string[]): string[] =>
  paths.flatMap(filesOf).flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    return file.endsWith('.proto') ? [...source.matchAll(/^\s*([A-Z_]+) = \d+;/gm)].map(([, name]) => name!) : literalsIn(source);
  });

/** Asks whether a piece of a sentence is still said: whole in a literal, or put together of several (StrCat). */
export class Spoken {
  private readonly whole: Set<string>;
  private readonly all: string;

  constructor(literals: string[]) {
    // What StrFormat puts in ends a literal, as a StrCat's next argument does.
    const pieces = literals.flatMap((literal) => [literal, ...literal.split(/%\d*[a-zA-Z]/)]).filter(Boolean);
    this.whole = new Set(pieces);
    this.all = pieces.join('\0');
  }

  has(piece: string): boolean {
    if (piece.length === 0 || this.all.includes(piece)) return true;
    // The end of one literal, whole ones, the beginning of one.
    const reached = new Set<number>();
    for (let end = 1; end < piece.length; ++end) if (`${this.all}\0`.includes(`${piece.slice(0, end)}\0`)) reached.add(end);
    for (let begin = 1; begin < piece.length; ++begin) {
      if (!reached.has(begin)) continue;
      if (`\0${this.all}`.includes(`\0${piece.slice(begin)}`)) return true;
      for (let end = begin + 1; end < piece.length; ++end) if (this.whole.has(piece.slice(begin, end))) reached.add(end);
    }
    return false;
  }
}
