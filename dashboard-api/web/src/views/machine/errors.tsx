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
const kMostLanes = 14;

/** The last record of its kind as its log spells it, and the first where that is another; of agents that tell none, what all of its kind have in common. */
export function LogLine({ incident }: { incident: Incident }) {
  const s = incident.signature;
  if (!s) return null;
  const { firstMessage: first, lastMessage: last } = incident;
  const code = s.hresult ? <a href={machinesAddress(`hresult = ${format.hresult(s.hresult)}`)}>{format.hresult(s.hresult)}</a> : '';
  return (
    <div class="log">
      <span class="where"><bdi>{s.severity}</bdi> <bdi>{s.component}</bdi></span> <bdi>{last || first || s.message}</bdi>
      {first && last && first !== last && <div class="where">{text.value.machine.firstRecord} <bdi>{first}</bdi></div>}
      {code && <div class="where">HRESULT {code}</div>}
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
        {rows.length === 0 ? <Empty>{t.noErrors}</Empty> : <Timeline rows={rows.slice(0, kMostLanes)} picked={picked} onPick={setPicked} />}
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

/** What its kind has in common; where another kind says the same, of which package or file before it. */
function labelOf({ signature }: Incident, rows: Incident[]): string {
  const message = signature?.message ?? '';
  const of = signature?.package.split('~')[0] || signature?.file.split('/').at(-1);
  return of && rows.filter((row) => row.signature?.message === message).length > 1 ? `${of}: ${message}` : message;
}

/** A lane for each kind of record, newest first: where it was first and last seen, and a line between. */
function Timeline({ rows, picked, onPick }: { rows: Incident[]; picked?: number; onPick: (index: number) => void }) {
  const t = text.value.machine;
  const { element, width } = useWidth<HTMLDivElement>();
  const ms = (value?: string) => new Date(value ?? 0).getTime();
  const start = Math.min(...rows.map((row) => ms(row.first)));
  const end = Math.max(start + 1, ...rows.map((row) => ms(row.last)));
  const left = Math.min(360, width * 0.4);
  const x = (at: number) => left + 8 + ((at - start) / (end - start)) * (width - left - 24);
  const height = rows.length * kLane + 24;
  const letters = Math.floor((left - 10) / 6.2);
  const record = (time: string, line: string) => `${format.time(time, 'full')}\n${line}`;
  const pick = (index: number) => {
    onPick(index);
    document.getElementById(`incident-${index}`)?.scrollIntoView({ block: 'center' });
  };
  return (
    <div class="chart">
      <div ref={element}>
        <svg viewBox={`0 0 ${width} ${height}`} height={height} role="img" aria-label={t.timelineLabel(rows.length, format.time(new Date(start)), format.time(new Date(end)))}>
          {rows.map((row, i) => {
            const message = labelOf(row, rows);
            const [from, to] = [x(ms(row.first)), x(ms(row.last))];
            const y = i * kLane + kLane / 2;
            return (
              <g key={i} class={`mark ${isError(row) ? 'bad' : 'mute'} ${picked === i ? 'picked' : ''}`} onClick={() => pick(i)}>
                <title>{`${format.time(row.first!, 'full')} – ${format.time(row.last!, 'full')}\n${message.slice(0, 200)}`}</title>
                <rect class="target" x={0} y={i * kLane} width={width} height={kLane} />
                <text x={left - 6} y={y + 4} text-anchor="end">{message.length > letters ? `${message.slice(0, letters - 1)}…` : message}</text>
                <line class="axis" x1={left} x2={width} y1={y} y2={y} />
                <line class="span" x1={from} x2={to} y1={y} y2={y} />
                <circle class="bar-shape" cx={from} cy={y} r={3.5}>{row.firstMessage && <title>{record(row.first!, row.firstMessage)}</title>}</circle>
                <circle class="bar-shape" cx={to} cy={y} r={3.5}>{row.lastMessage && <title>{record(row.last!, row.lastMessage)}</title>}</circle>
              </g>
            );
          })}
          <text x={left} y={height - 4}>{format.time(new Date(start))}</text>
          <text x={width - 8} y={height - 4} text-anchor="end">{format.time(new Date(end))}</text>
        </svg>
      </div>
    </div>
  );
}
