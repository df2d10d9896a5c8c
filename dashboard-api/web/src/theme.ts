// Light or dark: as the system says, unless it was switched.
import { effect, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';
const kStored = 'muster.theme';
const stored = localStorage.getItem(kStored);
export const theme = signal<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system');

effect(() => {
  if (theme.value === 'system') {
    localStorage.removeItem(kStored);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(kStored, theme.value);
    document.documentElement.dataset.theme = theme.value;
  }
});
