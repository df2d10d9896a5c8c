// Rows of a list method by index, loaded as they are about to be seen: page after page where a list goes on by tokens alone (usePages), any
// part at once where it can leave rows out first (useWindows).
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../api/client';
import { restorations } from '../api/connection';
import { asApiError } from '../api/data';

export interface Page<T> {
  rows: T[];
  nextPageToken: string;
  total: number;
}

export interface Pages<T> {
  total: number | undefined; // undefined until the first page came
  row: (index: number) => T | undefined;
  need: (first: number, last: number) => void;
  loaded: T[];
  range: (first: number, last: number) => Promise<T[]>; // whether they are loaded or not
  error: ApiError | undefined;
  reload: () => void;
}

/** Begins anew with `inputs`. `step` loads one part of what `now` wants, and tells whether there was one to load. */
function useParts<S>(inputs: unknown[], begin: () => S, step: (now: S, signal: AbortSignal) => Promise<boolean>) {
  const anew = () => ({ parts: begin(), busy: false, failed: false, controller: new AbortController() });
  const state = useRef<ReturnType<typeof anew> | undefined>(undefined);
  state.current ??= anew();
  const [, setVersion] = useState(0);
  const [error, setError] = useState<ApiError>();
  const [turn, setTurn] = useState(0);
  const stepper = useRef(step);
  stepper.current = step;

  const pump = useCallback(async () => {
    const now = state.current!;
    if (now.busy || now.failed || now.controller.signal.aborted) return;
    now.busy = true;
    try {
      while (await stepper.current(now.parts, now.controller.signal)) {
        if (now !== state.current) return;
        setVersion((n) => n + 1);
      }
      setError(undefined);
    } catch (thrown) {
      if (now !== state.current || now.controller.signal.aborted) return;
      now.failed = true; // until somebody tries again, or the server is back
      setError(asApiError(thrown));
    } finally {
      now.busy = false;
    }
  }, []);

  useEffect(() => {
    const old = state.current!;
    state.current = anew();
    old.controller.abort();
    setError(undefined);
    setVersion((n) => n + 1);
    void pump();
    return () => state.current!.controller.abort();
  }, [JSON.stringify(inputs), turn, restorations.value]);

  const want = useCallback((change: (parts: S) => void) => {
    change(state.current!.parts);
    void pump();
  }, []);
  const fail = useCallback((thrown: unknown) => setError(asApiError(thrown)), []);
  return { parts: state.current.parts, want, error, fail, reload: () => setTurn((n) => n + 1) };
}

const kPageRows = 100;
const kBigPageRows = 1000; // the most that the API gives

/** Pages come one after the other; whoever jumps far ahead gets big ones until he is there. */
export function usePages<T>(load: (pageSize: number, pageToken: string, signal: AbortSignal) => Promise<Page<T>>, inputs: unknown[]): Pages<T> {
  const begin = () => ({ rows: [] as T[], token: '', wanted: 0, total: undefined as number | undefined });
  const { parts, want, error, reload } = useParts(inputs, begin, async (now, signal) => {
    if (now.total !== undefined && (now.rows.length > now.wanted || !now.token)) return false;
    const far = now.wanted - now.rows.length > kPageRows;
    const page = await load(far ? kBigPageRows : kPageRows, now.token, signal);
    now.rows = now.rows.concat(page.rows);
    now.token = page.nextPageToken;
    // Rows come and go while pages are read: the end is where the last page ends.
    now.total = page.nextPageToken ? Math.max(page.total, now.rows.length + 1) : now.rows.length;
    return true;
  });
  return {
    total: parts.total,
    row: (index) => parts.rows[index],
    need: useCallback((_first: number, last: number) => want((now) => (now.wanted = last)), [want]),
    loaded: parts.rows,
    range: async (first, last) => parts.rows.slice(first, last + 1), // who points at the last had it loaded
    error,
    reload,
  };
}

const kWindowRows = 200;
const kWindowsKept = 50;

/** Only what is looked at is loaded, wherever it is; what is farthest from it is forgotten. */
export function useWindows<T>(load: (pageSize: number, skip: number, signal: AbortSignal) => Promise<Omit<Page<T>, 'nextPageToken'>>, inputs: unknown[]): Pages<T> {
  const begin = () => ({ windows: new Map<number, T[]>(), first: 0, last: 0, total: undefined as number | undefined });
  const { parts, want, error, fail, reload } = useParts(inputs, begin, async (now, signal) => {
    const end = now.total === undefined ? 0 : Math.min(now.last, now.total - 1);
    let window = Math.floor(now.first / kWindowRows);
    while (now.windows.has(window)) ++window;
    if (window * kWindowRows > end) return false;
    const page = await load(kWindowRows, window * kWindowRows, signal);
    now.windows.set(window, page.rows);
    if (now.windows.size > kWindowsKept) {
      now.windows.delete([...now.windows.keys()].reduce((far, one) => (Math.abs(one - window) > Math.abs(far - window) ? one : far)));
    }
    now.total = page.total;
    return true;
  });
  return {
    total: parts.total,
    row: (index) => parts.windows.get(Math.floor(index / kWindowRows))?.[index % kWindowRows],
    need: useCallback((first: number, last: number) => want((now) => void ([now.first, now.last] = [first, last])), [want]),
    loaded: [...parts.windows.values()].flat(),
    range: async (first, last) => {
      const rows: T[] = [];
      try {
        while (first + rows.length <= last) {
          const page = await load(Math.min(kBigPageRows, last + 1 - first - rows.length), first + rows.length, new AbortController().signal);
          if (!page.rows.length) break;
          rows.push(...page.rows);
        }
        return rows;
      } catch (thrown) {
        fail(thrown);
        return [];
      }
    },
    error,
    reload,
  };
}
