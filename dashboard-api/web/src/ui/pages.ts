// Rows of a list method by index. Its pages come one after the other, each by the token of the one before; whoever jumps far ahead gets big
// pages until he is there.
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
  error: ApiError | undefined;
  reload: () => void;
}

const kPageRows = 100;
const kBigPageRows = 1000; // the most that the API gives

export function usePages<T>(load: (pageSize: number, pageToken: string, signal: AbortSignal) => Promise<Page<T>>, inputs: unknown[]): Pages<T> {
  const key = JSON.stringify(inputs);
  const state = useRef({ rows: [] as T[], token: '', wanted: 0, total: undefined as number | undefined, busy: false, failed: false, controller: new AbortController() });
  const [, setVersion] = useState(0);
  const [error, setError] = useState<ApiError>();
  const [turn, setTurn] = useState(0);
  const loader = useRef(load);
  loader.current = load;

  const pump = useCallback(async () => {
    const now = state.current;
    if (now.busy || now.failed || now.controller.signal.aborted) return;
    now.busy = true;
    try {
      while (now.total === undefined || (now.rows.length <= now.wanted && now.token)) {
        const far = now.wanted - now.rows.length > kPageRows;
        const page = await loader.current(far ? kBigPageRows : kPageRows, now.token, now.controller.signal);
        if (now !== state.current) return;
        now.rows = now.rows.concat(page.rows);
        now.token = page.nextPageToken;
        // Machines come and go while pages are read: the end is where the last page ends.
        now.total = page.nextPageToken ? Math.max(page.total, now.rows.length + 1) : now.rows.length;
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
    const old = state.current;
    state.current = { rows: [], token: '', wanted: 0, total: undefined, busy: false, failed: false, controller: new AbortController() };
    old.controller.abort();
    setError(undefined);
    setVersion((n) => n + 1);
    void pump();
    return () => state.current.controller.abort();
  }, [key, turn, restorations.value]);

  return {
    total: state.current.total,
    row: (index) => state.current.rows[index],
    need: useCallback((_first: number, last: number) => {
      state.current.wanted = last;
      void pump();
    }, []),
    loaded: state.current.rows,
    error,
    reload: () => setTurn((n) => n + 1),
  };
}
