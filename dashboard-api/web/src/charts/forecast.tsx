// Machines that turn AFFECTED, a bar a day; each opens its list.
import type { ForecastVerdictsResponse } from '../api/types';
import * as format from '../format';
import { text } from '../i18n';
import { machinesAddress } from '../router';
import { ticks, useWidth } from './scale';

const kHeight = 150;
const kLeft = 44;
const kBottom = 20;
const kDayMs = 86_400_000;

export function ForecastChart({ forecast, days }: { forecast: ForecastVerdictsResponse; days: number }) {
  const t = text.value.overview;
  const { element, width } = useWidth<HTMLDivElement>();
  const today = Math.floor(Date.now() / kDayMs) * kDayMs;
  const marks = ticks(Math.max(1, ...forecast.days.map((day) => Number(day.machines))));
  const most = marks.at(-1)!;
  const step = (width - kLeft) / days;
  const y = (value: number) => (kHeight - kBottom) * (1 - value / most);
  const dayOf = (offset: number) => new Date(today + offset * kDayMs).toISOString().slice(0, 10);
  const labels = [0, 0.25, 0.5, 0.75].map((part) => Math.round(part * days));
  return (
    <>
      <div class="chart">
        <div ref={element}>
          <svg viewBox={`0 0 ${width} ${kHeight}`} height={kHeight} role="group" aria-label={t.forecast}>
            {marks.map((mark) => (
              <g key={mark} aria-hidden="true">
                <line class="axis" x1={kLeft} x2={width} y1={y(mark)} y2={y(mark)} />
                <text x={kLeft - 8} y={y(mark) + 4} text-anchor="end">
                  {format.number(mark)}
                </text>
              </g>
            ))}
            {forecast.days.map((day) => {
              const offset = Math.round((new Date(`${day.date}T00:00:00Z`).getTime() - today) / kDayMs);
              const x = kLeft + offset * step;
              const top = Math.min(y(Number(day.machines)), kHeight - kBottom - 3);
              const words = t.forecastDay(format.utcDay(day.date), day.machines);
              return (
                <a key={day.date} href={machinesAddress(day.filter)} aria-label={words}>
                  <title>{words}</title>
                  <rect class="target" x={x} y={0} width={Math.max(step, 6)} height={kHeight - kBottom} />
                  <rect class="bar-shape warn" x={x + step * 0.1} y={top} width={Math.max(3, step * 0.8)} height={kHeight - kBottom - top} rx={1.5} />
                </a>
              );
            })}
            {labels.map((offset) => (
              <text key={offset} x={kLeft + offset * step} y={kHeight - 4} text-anchor={offset === 0 ? 'start' : 'middle'} aria-hidden="true">
                {format.utcDay(dayOf(offset))}
              </text>
            ))}
          </svg>
        </div>
        <ul class="legend-list">
          <li>
            <a href={machinesAddress(forecast.affectedFilter)}>{t.alreadyAffected(forecast.affected)}</a>
          </li>
          <li>
            <a href={machinesAddress(forecast.laterFilter)}>{t.later(forecast.later, days)}</a>
          </li>
          <li>{t.daysAreUtc}</li>
        </ul>
      </div>
      <details class="chart-table">
        <summary>{text.value.common.asTable}</summary>
        <div class="scroll" tabIndex={0} role="group" aria-label={t.forecast}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.day}</th>
                <th scope="col" class="number">
                  {text.value.nav.machines}
                </th>
              </tr>
            </thead>
            <tbody>
              {forecast.days.map((day) => (
                <tr key={day.date}>
                  <th scope="row">{format.utcDay(day.date)}</th>
                  <td class="number">
                    <a href={machinesAddress(day.filter)}>{format.number(day.machines)}</a>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}
