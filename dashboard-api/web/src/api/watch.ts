// Server-sent events of a watch RPC. The browser takes up a broken stream again by itself; a refused one is tried again here.
import { useEffect, useRef } from 'preact/hooks';
import { lost, restored, restorations } from './connection';

const kFirstPauseMs = 1000;
const kLongestPauseMs = 30_000;

/** Calls `take` for every message of the stream until it ends or the component goes. */
export function useWatch<T>(path: string | undefined, take: (message: T) => void): void {
  const taker = useRef(take);
  taker.current = take;
  const back = restorations.value;
  useEffect(() => {
    if (!path) return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pause = kFirstPauseMs;
    let over = false;
    const open = () => {
      source = new EventSource(path);
      source.onmessage = (event) => {
        pause = kFirstPauseMs;
        restored();
        taker.current(JSON.parse(event.data as string) as T);
      };
      source.addEventListener('end', () => {
        over = true;
        source?.close();
      });
      // Both the browser's own (no data) and the server's word on why a stream failed.
      source.addEventListener('error', () => {
        if (over) return;
        source?.close();
        lost();
        timer = setTimeout(open, pause * (0.75 + Math.random() / 2));
        pause = Math.min(pause * 2, kLongestPauseMs);
      });
    };
    open();
    return () => {
      over = true;
      clearTimeout(timer);
      source?.close();
    };
  }, [path, back]);
}
