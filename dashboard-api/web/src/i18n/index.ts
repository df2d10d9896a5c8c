// All text of the page. A catalogue is an object of strings and of functions that make strings; `Text` is the English one's shape, so
// a key that German lacks does not compile.
import { computed, effect, signal } from '@preact/signals';
import { de } from './de';
import { en, type Text } from './en';

export type Language = 'en' | 'de';
const kStored = 'muster.language';

const chosen = (): Language => {
  const stored = localStorage.getItem(kStored);
  if (stored === 'en' || stored === 'de') return stored;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === 'en' || tag === 'de') === 'de' ? 'de' : 'en';
};

export const language = signal<Language>(chosen());
/** The language as the viewer's region writes it: numbers, dates. */
export const locale = computed(() => navigator.languages.find((tag) => tag.startsWith(language.value)) ?? language.value);
export const text = computed<Text>(() => (language.value === 'de' ? de : en));

export function setLanguage(value: Language): void {
  localStorage.setItem(kStored, value);
  language.value = value;
}

effect(() => {
  document.documentElement.lang = language.value;
});
