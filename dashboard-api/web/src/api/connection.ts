// Whether the server answers. Whoever finds that it does not says `lost`; from then on it is asked again, ever more seldom, until it
// answers: `restorations` then counts up, and what is on the page loads anew.
import { signal } from '@preact/signals';

const kFirstPauseMs = 1000;
const kLongestPauseMs = 30_000;

export const lostSince = signal<Date | null>(null);
export const restorations = signal(0);

let pause = kFirstPauseMs;
let timer: ReturnType<typeof setTimeout> | undefined;

async function probe(): Promise<void> {
  try {
    const response = await fetch('/readyz', { cache: 'no-store' });
    if (response.ok) return restored();
  } catch {
    // Still away.
  }
  schedule();
}

function schedule(): void {
  clearTimeout(timer);
  timer = setTimeout(probe, pause * (0.75 + Math.random() / 2));
  pause = Math.min(pause * 2, kLongestPauseMs);
}

export function lost(): void {
  if (lostSince.value) return;
  lostSince.value = new Date();
  pause = kFirstPauseMs;
  schedule();
}

export function restored(): void {
  if (!lostSince.value) return;
  clearTimeout(timer);
  lostSince.value = null;
  restorations.value++;
}

/** Asks at once, for who does not want to wait. */
export function tryNow(): void {
  clearTimeout(timer);
  void probe();
}
