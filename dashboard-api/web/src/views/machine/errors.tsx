// What the servicing stack complained of: on a timeline, and line by line.
import { useState } from 'preact/hooks';
import { get, resource } from '../../api/client';
import { useData } from '../../api/data';
import type { Incident, ListIncidentsResponse } from '../../api/types';
import { useWidth } from '../../charts/scale';
import * as format from '../../format';
import { text } from '../../i18n';
import { machinesAddress, param, setQuery } from '../../router';
import { Button, Empty, ErrorBox, Loading, Panel, Time } from '../../ui/basics';

const kPageSize = 500;
const kLane = 18;
const kMostMarks = 120;

/** A record as its log spells it. */
export function LogLine({ incident }: { incident: Incident }) {
  const s = incident.signature;
  if (!s) return null;
  const code = s.hresult ? ` [HRESULT = ${format.hresult(s.hresult)}]` : '';
  return (
    <div class="log">
      <span class="where"><bdi>{s.severity}</bdi> <bdi>{s.component}</bdi></span> <bdi>{s.message}</bdi>
      {s.hresult ? <a href={machinesAddress(`hresult = ${format.hresult(s.hresult)}`)}>{code}</a> : ''}
      {s.package && <div class="where">{text.value.machine.package} <bdi>{s.package}</bdi></div>}
      {s.file && <div class="where">{text.value.machine.file} <bdi>{s.file}</bdi></div>}
    </div>
  );
}

const isError = (incident: Incident) => /error|failed|f\b/i.test(incident.signature?.severity ?? '') || (incident.signature?.hresult ?? 0) >= 0x80000000;

export function Errors({ parent, asOf }: { parent: string; asOf: string }) {
  const t = text.value.machine;
  const source = param('source');
  const [more, setMore] = useState<{ rows: Incident[]; token: string }>();
  const [picked, setPicked] = useState<number>();
  const first = useData((signal) => get<ListIncidentsResponse>(resource(parent, '/incidents'), { asOf, pageSize: kPageSize }, signal), [parent, asOf]);
  if (!first.value) return first.error ? <ErrorBox error={first.error} retry={first.reload} /> : <Loading rows={8} />;
  const token = more?.token ?? first.value.nextPageToken;
  const rows = [...first.value.incidents, ...(more?.rows ?? [])]
    .filter((incident) => !source || incident.signature?.source === source)
    .sort((a, b) => (b.last ?? '').localeCompare(a.last ?? ''));
  const sources = ['CBS_LOG', 'CHECKSUR_LOG', 'SETUP_EVENT', 'UPDATE_HISTORY'] as const;
  const load = async () => {
    const page = await get<ListIncidentsResponse>(resource(parent, '/incidents'), { asOf, pageSize: kPageSize, pageToken: token });
    setMore({ rows: [...(more?.rows ?? []), ...page.incidents], token: page.nextPageToken });
  };
  return (
    <>
      <Panel title={t.timeline}
        aside={
          <select class="input" aria-label={t.source} value={source} onChange={(event) => setQuery({ source: event.currentTarget.value })}>
            <option value="">{t.allSources}</option>
            {sources.map((one) => <option key={one} value={one}>{text.value.incidentSource[one]}</option>)}
          </select>
        }>
        {rows.length === 0 ? <Empty>{t.noErrors}</Empty> : <Timeline rows={rows.slice(0, kMostMarks)} picked={picked} onPick={setPicked} />}
      </Panel>
      {rows.length > 0 && (
        <Panel title={t.lines(rows.length)}>
          <div role="list">
            {rows.map((incident, i) => (
              <div key={i} id={`incident-${i}`} role="listitem" class={`entry-line ${isError(incident) ? 'bad-line' : ''} ${picked === i ? 'picked' : ''}`}>
                <span class="small">
                  <Time value={incident.last} style="full" />
                  {incident.first !== incident.last && <div class="muted">{t.firstSeen} <Time value={incident.first} style="full" /></div>}
                  <div class="muted">{incident.signature && text.value.incidentSource[incident.signature.source]}</div>
                </span>
                <LogLine incident={incident} />
                <span class="number" title={t.seen(incident.count)}>{format.number(incident.count)}×</span>
              </div>
            ))}
          </div>
        </Panel>
      )}
      {token && <footer class="actions"><Button onClick={() => void load()}>{t.loadMore}</Button></footer>}
    </>
  );
}

/** A lane for each component; a bar from a record's first to its last occurrence. */
function Timeline({ rows, picked, onPick }: { rows: Incident[]; picked?: number; onPick: (index: number) => void }) {
  const t = text.value.machine;
  const { element, width } = useWidth<HTMLDivElement>();
  const ms = (value?: string) => new Date(value ?? 0).getTime();
  const start = Math.min(...rows.map((row) => ms(row.first)));
  const end = Math.max(start + 1, ...rows.map((row) => ms(row.last)));
  const lanes = [...new Set(rows.map((row) => row.signature?.component ?? ''))].slice(0, 12);
  const left = 150;
  const x = (at: number) => left + ((at - start) / (end - start)) * (width - left - 8);
  const height = lanes.length * kLane + 24;
  const pick = (index: number) => {
    onPick(index);
    document.getElementById(`incident-${index}`)?.scrollIntoView({ block: 'center' });
  };
  return (
    <div class="chart">
      <div ref={element}>
        <svg viewBox={`0 0 ${width} ${height}`} height={height} role="img" aria-label={t.timelineLabel(rows.length, format.time(new Date(start)), format.time(new Date(end)))}>
          {lanes.map((lane, i) => (
            <g key={lane}>
              <line class="axis" x1={left} x2={width} y1={i * kLane + kLane / 2} y2={i * kLane + kLane / 2} />
              <text x={left - 10} y={i * kLane + kLane / 2 + 4} text-anchor="end">{lane.length > 22 ? `${lane.slice(0, 21)}…` : lane}</text>
            </g>
          ))}
          {rows.map((row, i) => {
            const lane = lanes.indexOf(row.signature?.component ?? '');
            if (lane < 0) return null;
            const from = x(ms(row.first));
            return (
              <rect key={i} class={`bar-shape ${isError(row) ? 'bad' : 'mute'}`} x={from - 3} y={lane * kLane + 4} rx={3} height={kLane - 8}
                width={Math.max(6, x(ms(row.last)) - from + 6)} opacity={picked === undefined || picked === i ? 0.85 : 0.35} onClick={() => pick(i)}>
                <title>{`${format.time(row.last!, 'full')}  ${row.signature?.message.slice(0, 200)}`}</title>
              </rect>
            );
          })}
          <text x={left} y={height - 4}>{format.time(new Date(start))}</text>
          <text x={width - 8} y={height - 4} text-anchor="end">{format.time(new Date(end))}</text>
        </svg>
      </div>
    </div>
  );
}
