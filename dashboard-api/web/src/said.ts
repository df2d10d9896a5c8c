// What the server words, in the page's language. The server speaks English; German is fetched when somebody reads it.
import { signal } from '@preact/signals';
import * as format from './format';
import { language, setLanguage, type Language } from './i18n';
import { makeSayer, type Sayer } from './i18n/said';

const kMostTranslated = 4000;

const german = signal<Sayer | undefined>();

async function fetchWords(wanted: Language): Promise<void> {
  if (wanted !== 'de' || german.value) return;
  try {
    const { saidDe } = await import('./i18n/said_de');
    german.value = makeSayer(saidDe, { language: 'de', number: format.number, instant: format.utcTime, day: format.utcDay });
  } catch {
    // Its sentences stay English until the next time.
  }
}

/** False until what the page's language needs was fetched, or was not to be had: no sentence changes while it is read. */
export const wordsReady = signal(false);
void fetchWords(language.value).finally(() => (wordsReady.value = true));

let chosen: Language | undefined;
export function chooseLanguage(value: Language): void {
  chosen = value;
  void fetchWords(value).then(() => chosen === value && setLanguage(value));
}

/** A sentence of the server in the page's language; undefined where it is English. */
export const said = (text: string): string | undefined =>
  language.value === 'de' && text.length <= kMostTranslated ? german.value?.(text) : undefined;

/** For where no language can be marked. */
export const saidOr = (text: string): string => said(text) ?? text;
