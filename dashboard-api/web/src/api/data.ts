// Data of a component: loaded when its inputs change, again every so often, and when the connection is back.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './client';
import { restorations } from './connection';

export interface Data<T> {
  value: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  reload: () => void;
  set: (value: T) => void;
}

export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(0, 'INTERNAL', (error as Error)?.message ?? String(error), '');

export interface DataOptions {
  everyMs?: number; // while the page is visible
  keep?: boolean; // shows the old value until the new one is there, though inputs changed
  off?: boolean; // does not load
}

export function useData<T>(load: (signal: AbortSignal) => Promise<T>, inputs: unknown[], options: DataOptions = {}): Data<T> {
  const [state, setState] = useState<{ value?: T; error?: ApiError; loading: boolean; key: string }>({ loading: true, key: '' });
  const key = JSON.stringify(inputs);
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const back = restorations.value;

  useEffect(() => {
    if (options.off) return;
    const controller = new AbortController();
    setState((old) => (old.key === key || options.keep ? { ...old, loading: true } : { loading: true, key }));
    latest.current(controller.signal).then(
      (value) => !controller.signal.aborted && setState({ value, loading: false, key }),
      (error) => {
        if (controller.signal.aborted) return;
        const told = asApiError(error);
        // What was seen stays on the page while the server is away.
        setState((old) => ({ value: told.unreachable || old.key === key ? old.value : undefined, error: told, loading: false, key }));
      },
    );
    return () => controller.abort();
  }, [key, turn, back, options.off]);

  useEffect(() => {
    if (!options.everyMs || options.off) return;
    const tick = setInterval(() => document.visibilityState === 'visible' && setTurn((n) => n + 1), options.everyMs);
    return () => clearInterval(tick);
  }, [options.everyMs, options.off]);

  const fresh = state.key === key || options.keep;
  return {
    value: fresh ? state.value : undefined,
    error: fresh ? state.error : undefined,
    loading: !fresh || state.loading,
    reload: useCallback(() => setTurn((n) => n + 1), []),
    set: useCallback((value: T) => setState({ value, loading: false, key }), [key]),
  };
}

/** An action that a person starts: what it is doing, and how it failed. */
export function useAction<A extends unknown[]>(act: (...given: A) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const run = async (...given: A) => {
    setBusy(true);
    setError(undefined);
    try {
      await act(...given);
      return true;
    } catch (thrown) {
      setError(asApiError(thrown));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error, clear: () => setError(undefined) };
}
