// A table of any length: only the rows that can be seen are in the document. Arrow keys, Page Up and Down, Home and End move, Enter opens,
// the space bar selects.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { text } from '../i18n';
import { navigate } from '../router';
import { Icon } from './icon';

export interface Column<T> {
  key: string;
  title: string;
  width: string; // a track of CSS grid
  sort?: string; // the field of order_by
  cell: (row: T) => ComponentChildren;
}

export interface GridProps<T> {
  label: string;
  columns: Column<T>[];
  total: number;
  row: (index: number) => T | undefined;
  id: (row: T) => string;
  href?: (row: T) => string;
  need: (first: number, last: number) => void; // rows that are about to be seen
  order?: string; // "name", "name desc"
  onOrder?: (order: string) => void;
  selected?: ReadonlySet<string>;
  onSelect?: (rows: T[], on: boolean) => void;
  range?: (first: number, last: number) => Promise<T[]>; // for onSelect
  allSelected?: boolean;
  onSelectAll?: (on: boolean) => void;
}

const kRowPixels = 34;
const kSpareRows = 12;

export function Grid<T>(props: GridProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [active, setActive] = useState(0);
  const focus = useRef(false);
  const anchor = useRef<number | undefined>(undefined);
  const t = text.value.grid;
  const selectable = !!props.onSelect;

  useLayoutEffect(() => {
    const element = scroller.current!;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const first = Math.max(0, Math.floor(top / kRowPixels) - kSpareRows);
  const last = Math.min(props.total - 1, Math.ceil((top + height) / kRowPixels) + kSpareRows);
  useEffect(() => {
    if (props.total > 0) props.need(first, last);
  }, [first, last, props.total, props.need]);

  useEffect(() => {
    if (active >= props.total) setActive(Math.max(0, props.total - 1));
  }, [props.total]);

  useLayoutEffect(() => {
    if (!focus.current) return;
    focus.current = false;
    scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true });
  });

  const moveTo = (index: number) => {
    const at = Math.max(0, Math.min(props.total - 1, index));
    const element = scroller.current!;
    const head = kRowPixels;
    if (at * kRowPixels < element.scrollTop) element.scrollTop = at * kRowPixels;
    else if ((at + 1) * kRowPixels + head > element.scrollTop + element.clientHeight) {
      element.scrollTop = (at + 1) * kRowPixels + head - element.clientHeight;
    }
    setTop(element.scrollTop);
    focus.current = true;
    setActive(at);
  };

  const select = (index: number, range: boolean) => {
    const row = props.row(index);
    if (!row || !props.onSelect) return;
    const on = !props.selected?.has(props.id(row));
    const from = range && anchor.current !== undefined ? anchor.current : index;
    anchor.current = index;
    if (from === index) props.onSelect([row], on);
    else void props.range!(Math.min(from, index), Math.max(from, index)).then((rows) => props.onSelect!(rows, true));
  };

  const onKey = (event: KeyboardEvent) => {
    const inControl = (event.target as HTMLElement).matches('input, button, select');
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(height / kRowPixels) - 2);
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: props.total - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      moveTo(to);
    } else if (event.key === ' ' && selectable && !inControl) {
      event.preventDefault();
      select(active, event.shiftKey);
    } else if (event.key === 'Enter' && props.href && !inControl && !(event.target as HTMLElement).matches('a')) {
      const row = props.row(active);
      if (row) navigate(props.href(row));
    }
  };

  const tracks = `${selectable ? '36px ' : ''}${props.columns.map((column) => column.width).join(' ')}`;
  // Below the sum of the columns' least widths the table scrolls, whatever its cells hold.
  const least = tracks.split(/ (?![^(]*\))/).reduce((sum, track) => sum + Number(/(\d+)px/.exec(track)?.[1] ?? 0), 0);
  const indices = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  if (active < first && props.total > 0) indices.unshift(active);
  if (active > last && active < props.total) indices.push(active);
  const [sorted, direction] = (props.order ?? '').split(' ');

  return (
    <div class="grid" ref={scroller} role="grid" aria-label={props.label} aria-rowcount={props.total + 1} aria-multiselectable={selectable}
      onScroll={() => setTop(scroller.current!.scrollTop)} onKeyDown={onKey} style={{ '--tracks': tracks, '--least': `${least}px` }}>
      <div class="grid-head" role="row" aria-rowindex={1}>
        {selectable && (
          <div role="columnheader">
            <input type="checkbox" aria-label={t.selectAll} checked={!!props.allSelected} disabled={!props.onSelectAll}
              onChange={(event) => props.onSelectAll?.(event.currentTarget.checked)} />
          </div>
        )}
        {props.columns.map((column) => (
          <div key={column.key} role="columnheader"
            aria-sort={column.sort && sorted === column.sort ? (direction === 'desc' ? 'descending' : 'ascending') : undefined}>
            {column.sort && props.onOrder ? (
              <button type="button" class="sort"
                onClick={() => props.onOrder!(sorted === column.sort && direction !== 'desc' ? `${column.sort} desc` : column.sort!)}>
                <span>{column.title}</span>
                {sorted === column.sort && <Icon name={direction === 'desc' ? 'down' : 'up'} />}
              </button>
            ) : (
              <span>{column.title}</span>
            )}
          </div>
        ))}
      </div>
      <div class="grid-body" role="rowgroup" style={{ height: `${props.total * kRowPixels}px` }}>
        {indices.map((index) => {
          const row = props.row(index);
          const chosen = !!row && !!props.selected?.has(props.id(row));
          return (
            <div key={index} class={chosen ? 'grid-row chosen' : 'grid-row'} role="row" aria-rowindex={index + 2}
              aria-selected={selectable ? chosen : undefined} data-index={index} tabIndex={index === active ? 0 : -1}
              style={{ transform: `translateY(${index * kRowPixels}px)` }} onFocus={() => setActive(index)}
              onClick={(event) => {
                const target = event.target as HTMLElement;
                if (row && props.href && !target.closest('a, input, button') && !getSelection()?.toString()) navigate(props.href(row));
              }}>
              {selectable && (
                <div role="gridcell">
                  <input type="checkbox" tabIndex={-1} aria-label={t.select} checked={chosen} disabled={!row}
                    onClick={(event) => select(index, event.shiftKey)} />
                </div>
              )}
              {props.columns.map((column) => (
                <div key={column.key} role="gridcell">
                  {row ? column.cell(row) : <span class="skeleton" />}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
