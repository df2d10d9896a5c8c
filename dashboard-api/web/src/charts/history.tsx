// Machines by verdict over time, stacked: the burn-down.
import { useState } from 'preact/hooks';
import type { ListVerdictHistoryResponse_Point, Verdict_State } from '../api/types';
import * as format from '../format';
import { text } from '../i18n';
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

export function HistoryChart({ points }: { points: Point[] }) {
  const t = text.value;
  const { element, width } = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
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
  const spanMs = points.length > 1 ? new Date(points.at(-1)!.time!).getTime() - new Date(points[0]!.time!).getTime() : 0;
  const label = (time: string) => format.time(time, spanMs > 2 * 86_400_000 ? 'date' : 'clock');

  return (
    <>
      <div class="chart">
        <div ref={element}>
          <svg viewBox={`0 0 ${width} ${kHeight}`} height={kHeight} role="img" aria-label={t.overview.historyLabel}
            onPointerMove={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              const part = (event.clientX - box.left - kLeft) / inner;
              setAt(Math.max(0, Math.min(points.length - 1, Math.round(part * (points.length - 1)))));
            }}
            onPointerLeave={() => setAt(undefined)}>
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
          <li><Time value={shown?.time} /></li>
          {kStack.map(([state, of]) => (
            <li key={state} class={verdictTone(state)}>
              <span class="dot" />
              {t.verdict[state]} <b>{shown ? format.number(of(shown)) : ''}</b>
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
                      {format.number(of(point))}
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
