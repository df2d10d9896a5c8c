// Machines by verdict over time, stacked: the burn-down.
import { useState } from 'preact/hooks';
import type { ListVerdictHistoryResponse_Point, Verdict_State } from '../api/types';
import * as format from '../format';
import { text } from '../i18n';
import { machinesAddress } from '../router';
import { Time } from '../ui/basics';
import { verdictTone } from '../ui/status';
import { ticks, useWidth } from './scale';

type Point = ListVerdictHistoryResponse_Point;
const kStack: [Verdict_State, (point: Point) => number][] = [
  ['AFFECTED', (p) => Number(p.affected)],
  ['AT_RISK', (p) => Number(p.atRisk)],
  ['REMEDIATING', (p) => Number(p.remediating)],
  ['UNKNOWN', (p) => Number(p.unknown)],
  ['FIXED', (p) => Number(p.fixed)],
  ['CLEAN', (p) => Number(p.clean)],
];
const kHeight = 196;
const kLeft = 44;
const kBottom = 20;

/** `filter` lists the machines of a verdict. Every number of every point opens its list as of then; a click on the chart holds a point. */
export function HistoryChart({ points, filter }: { points: Point[]; filter: (state: Verdict_State) => string }) {
  const t = text.value;
  const { element, width } = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number>();
  const [held, setHeld] = useState<string>();  // an instant: new data move the points
  const ms = (time?: string) => new Date(time ?? 0).getTime();
  const nearest = (time: string) => points.reduce((best, point, i) => (Math.abs(ms(point.time) - ms(time)) < Math.abs(ms(points[best]!.time) - ms(time)) ? i : best), 0);
  const at = pointed ?? (held === undefined ? undefined : nearest(held));
  const sums = points.map((point) => kStack.reduce((sum, [, of]) => sum + of(point), 0));
  const marks = ticks(Math.max(1, ...sums));
  const most = marks.at(-1)!;
  const inner = width - kLeft;
  const x = (index: number) => kLeft + (points.length > 1 ? (index / (points.length - 1)) * inner : 0);
  const y = (value: number) => (kHeight - kBottom) * (1 - value / most);

  let below = points.map(() => 0);
  const areas = kStack.map(([state, of]) => {
    const above = below.map((value, i) => value + of(points[i]!));
    const upper = above.map((value, i) => `${x(i)},${y(value)}`);
    const lower = below.map((value, i) => `${x(i)},${y(value)}`).reverse();
    below = above;
    return { state, path: `M${upper.join('L')}L${lower.join('L')}Z` };
  });
  const shown = points[at ?? points.length - 1];
  const labels = [0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * (points.length - 1)));
  const spanMs = points.length > 1 ? ms(points.at(-1)!.time) - ms(points[0]!.time) : 0;
  const under = (event: { clientX: number; currentTarget: Element }) => {
    const part = (event.clientX - event.currentTarget.getBoundingClientRect().left - kLeft) / inner;
    return Math.max(0, Math.min(points.length - 1, Math.round(part * (points.length - 1))));
  };
  const label = (time: string) => format.time(time, spanMs > 2 * 86_400_000 ? 'date' : 'clock');

  return (
    <>
      <div class="chart">
        <div ref={element}>
          <svg viewBox={`0 0 ${width} ${kHeight}`} height={kHeight} role="img" aria-label={t.overview.historyLabel}
            onPointerMove={(event) => setPointed(under(event))} onPointerLeave={() => setPointed(undefined)}
            onClick={(event) => setHeld(points[under(event)]!.time)}>
            {marks.map((mark) => (
              <g key={mark}>
                <line class="axis" x1={kLeft} x2={width} y1={y(mark)} y2={y(mark)} />
                <text x={kLeft - 8} y={y(mark) + 4} text-anchor="end">
                  {format.number(mark)}
                </text>
              </g>
            ))}
            {areas.map((area) => (
              <path key={area.state} class={`area ${verdictTone(area.state)}`} d={area.path} />
            ))}
            {labels.map((index, i) => (
              <text key={i} x={x(index)} y={kHeight - 4} text-anchor={i === 0 ? 'start' : i === 4 ? 'end' : 'middle'}>
                {points[index]?.time ? label(points[index]!.time!) : ''}
              </text>
            ))}
            {at !== undefined && <line class="cursor" x1={x(at)} x2={x(at)} y1={0} y2={kHeight - kBottom} />}
          </svg>
        </div>
        <ul class="legend-list">
          <li class="when"><Time value={shown?.time} /></li>
          {shown && kStack.map(([state, of]) => (
            <li key={state} class={verdictTone(state)}>
              <a href={machinesAddress(filter(state), shown.time)}>
                <span class="dot" />
                {t.verdict[state]} <b>{format.number(of(shown))}</b>
              </a>
            </li>
          ))}
        </ul>
      </div>
      <details class="chart-table">
        <summary>{t.common.asTable}</summary>
        <div class="scroll" tabIndex={0} role="group" aria-label={t.overview.history}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.common.time}</th>
                {kStack.map(([state]) => (
                  <th scope="col" class="number" key={state}>
                    {t.verdict[state]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points.map((point) => (
                <tr key={point.time}>
                  <th scope="row"><Time value={point.time} style="full" /></th>
                  {kStack.map(([state, of]) => (
                    <td class="number" key={state}>
                      <a href={machinesAddress(filter(state), point.time)} aria-label={t.overview.then(of(point), t.verdict[state], format.time(point.time!, 'full'))}>{format.number(of(point))}</a>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
