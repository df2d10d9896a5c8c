// Where things go in a chart.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The width of an element, as it changes. */
export function useWidth<E extends HTMLElement>(initial = 640) {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(240, Math.floor(entry!.contentRect.width))));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return { element, width };
}

/** Round numbers from 0 to at least `most`, some four of them. */
export function ticks(most: number): number[] {
  if (most <= 0) return [0, 1];
  const raw = most / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= raw)!);
  const found = [0];
  while (found.at(-1)! < most) found.push(found.at(-1)! + step);
  return found;
}
