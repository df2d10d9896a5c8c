// The address bar is the page's state: which view, and what it shows.
import { computed, signal } from '@preact/signals';

export interface Location {
  path: string;
  query: URLSearchParams;
}

const read = (): Location => ({
  path: window.location.pathname,
  query: new URLSearchParams(window.location.search),
});

export const location = signal<Location>(read());
export const path = computed(() => location.value.path);

/** Goes to a same-origin address, in a new history entry unless `replace`. */
export function navigate(href: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  location.value = read();
}

/** The present view with other query parameters; empty and undefined ones go. */
export function withQuery(changes: Record<string, string | undefined>): string {
  const query = new URLSearchParams(location.value.query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(key);
    else query.set(key, value);
  }
  return address(location.value.path, query);
}

export const setQuery = (changes: Record<string, string | undefined>, options = { replace: true }) =>
  navigate(withQuery(changes), options);

/** A parameter of the present address. Reads the signal, so a component that calls it follows. */
export const param = (key: string): string => location.value.query.get(key) ?? '';

export function address(at: string, query?: URLSearchParams | Record<string, string | undefined>): string {
  const params =
    query instanceof URLSearchParams
      ? query
      : new URLSearchParams(Object.entries(query ?? {}).filter((entry): entry is [string, string] => !!entry[1]));
  const text = params.toString();
  return text ? `${at}?${text}` : at;
}

/** The machines that a filter means, now or as of an instant. */
export const machinesAddress = (filter: string, asOf?: string) => address('/machines', { filter, asOf });
/** A machine's page, by its resource name "machines/{id}". */
export const machineAddress = (name: string, query?: Record<string, string | undefined>) =>
  address(`/${name.split('/').map(encodeURIComponent).join('/')}`, query);

export function start(): void {
  window.addEventListener('popstate', () => (location.value = read()));
  // Plain links are the only way to move: what a click on one means is decided here.
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = (event.target as Element | null)?.closest?.('a[href]');
    if (!anchor || anchor.hasAttribute('download') || anchor.getAttribute('target')) return;
    const url = new URL(anchor.getAttribute('href')!, window.location.href);
    if (url.origin !== window.location.origin || url.pathname.startsWith('/v1/') || url.pathname.startsWith('/api')) return;
    if (url.hash && url.pathname === window.location.pathname) return;
    event.preventDefault();
    if (url.href !== window.location.href) navigate(url.pathname + url.search);
  });
}
