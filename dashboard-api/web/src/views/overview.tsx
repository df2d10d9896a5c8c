import { Page } from '../app';
import { get } from '../api/client';
import { useData } from '../api/data';
import type {
  Attention, ForecastVerdictsResponse, ListAttentionResponse, ListRulesResponse, ListVerdictHistoryResponse, SummarizeSilenceResponse,
  SummarizeVerdictsResponse, Verdict_State,
} from '../api/types';
import { ForecastChart } from '../charts/forecast';
import { HistoryChart } from '../charts/history';
import { Meter } from '../charts/meter';
import { byRule, quote } from '../filter/grammar';
import * as format from '../format';
import { text } from '../i18n';
import { machinesAddress, param, setQuery } from '../router';
import { ErrorBox, Empty, Foreign, Loading, Panel, Said } from '../ui/basics';
import { Icon, type IconName } from '../ui/icon';
import { verdictIcon, verdictStates, verdictTone } from '../ui/status';

const kEveryMs = 10_000;
const kDays = [30, 90, 365];
const kSpans: Record<string, number> = { '15m': 1 / 96, '1h': 1 / 24, '24h': 1, '7d': 7, '30d': 30, '365d': 365 };
const kMostRows = 200;
const kGroupings = ['site', 'domain', 'os', 'architecture', 'organizational_unit'] as const;

export function Overview() {
  const t = text.value;
  const rule = param('rule');
  const rules = useData((signal) => get<ListRulesResponse>('/v1/rules', {}, signal), []);
  return (
    <Page title={t.nav.overview}
      actions={
        <label class="field">
          <span class="hidden">{t.overview.byRule}</span>
          <select class="input" value={rule} onChange={(event) => setQuery({ rule: event.currentTarget.value })}>
            <option value="">{t.overview.allRules}</option>
            {rules.value?.rules.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id}
              </option>
            ))}
          </select>
        </label>
      }>
      <Tiles rule={rule} />
      <div class="columns wide-left stretch">
        <Burndown rule={rule} />
        <NeedsAPerson />
      </div>
      <div class="columns wide-left stretch">
        <Forecast rule={rule} />
        <Silence />
      </div>
      <BySite rule={rule} />
    </Page>
  );
}

function Tiles({ rule }: { rule: string }) {
  const t = text.value;
  const summary = useData(
    (signal) => get<SummarizeVerdictsResponse>('/v1/verdicts:summarize', { rule }, signal), [rule], { everyMs: kEveryMs, keep: true });
  const row = summary.value?.rows[0];
  const total = Number(summary.value?.total ?? 0);
  const count = (state: Verdict_State) => row?.counts.find((one) => one.state === state);
  return (
    <>
      <ErrorBox error={summary.value ? undefined : summary.error} retry={summary.reload} />
      <section class="tiles" aria-label={t.overview.fleet}>
        {verdictStates.map((state) => {
          const one = count(state);
          return (
            <a key={state} class={`tile ${verdictTone(state)}`} href={machinesAddress(one?.filter ?? byRule(rule, `verdict = ${state}`))}>
              <span class="name">
                <Icon name={verdictIcon(state)} />
                {t.verdict[state]}
              </span>
              <span class="value">{summary.value ? format.number(one?.machines ?? 0) : '–'}</span>
              <span class="share">{summary.value ? t.overview.shareOf(format.percent(Number(one?.machines ?? 0), total), total) : ' '}</span>
            </a>
          );
        })}
      </section>
    </>
  );
}

function Burndown({ rule }: { rule: string }) {
  const t = text.value.overview;
  const span = kSpans[param('span')] ? param('span') : '30d';
  const history = useData((signal) => {
    const end = new Date();
    const start = new Date(end.getTime() - kSpans[span]! * 86_400_000);
    return get<ListVerdictHistoryResponse>(
      '/v1/verdicts:history', { rule, startTime: start.toISOString(), endTime: end.toISOString(), points: 120 }, signal);
  }, [rule, span], { everyMs: kEveryMs, keep: true });
  return (
    <Panel title={t.history}
      aside={
        <select class="input" aria-label={t.span} value={span} onChange={(event) => setQuery({ span: event.currentTarget.value })}>
          {Object.keys(kSpans).map((one) => (
            <option key={one} value={one}>
              {format.duration(kSpans[one]! * 86_400)}
            </option>
          ))}
        </select>
      }>
      {history.value ? history.value.points.length > 0 && <HistoryChart points={history.value.points} filter={(state) => byRule(rule, `verdict = ${state}`)} /> : history.error ? (
        <ErrorBox error={history.error} retry={history.reload} />
      ) : <Loading rows={8} />}
    </Panel>
  );
}

const kSeverity = {
  SEVERITY_UNSPECIFIED: ['mute', 'info'], CRITICAL: ['bad', 'affected'], WARNING: ['warn', 'atRisk'], NOTICE: ['busy', 'info'],
} as const satisfies Record<Attention['severity'], readonly [string, IconName]>;

function NeedsAPerson() {
  const t = text.value.overview;
  const attention = useData((signal) => get<ListAttentionResponse>('/v1/attention', {}, signal), [], { everyMs: kEveryMs });
  const all = attention.value?.attention ?? [];
  const target = (one: Attention) =>
    one.filter ? machinesAddress(one.filter) : one.resource.startsWith('campaigns/') ? `/${one.resource}`
    : one.kind === 'NOTIFICATIONS_FAIL' ? '/access?tab=notifications' : one.kind === 'PAYLOAD_LAPSES' ? '/campaigns?tab=payloads' : '/health';
  return (
    <Panel title={t.attention} aside={attention.value && <span class="number">{format.number(all.length)}</span>}>
      {!attention.value ? (attention.error ? <ErrorBox error={attention.error} retry={attention.reload} /> : <Loading />) : all.length === 0 ? (
        <Empty>{t.nothing}</Empty>
      ) : (
        <ul class="attention" aria-live="polite">
          {all.map((one, i) => (
            <li key={i} class={kSeverity[one.severity][0]}>
              <Icon name={kSeverity[one.severity][1]} />
              <div>
                <span class="hidden">{t.severity[one.severity]}: </span>
                <a href={target(one)}>{t.attentionKind[one.kind]?.(one.count) ?? <Said>{one.text}</Said>}</a>
                <div class="detail">
                  {one.detail && (one.kind === 'CAMPAIGN_PAUSED' ? <Said>{one.detail}</Said> : <Foreign value={one.detail} />)}
                  {one.detail && one.time && ' · '}
                  {one.time && <time dateTime={one.time} title={format.utc(one.time)}>{format.relative(one.time)}</time>}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Forecast({ rule }: { rule: string }) {
  const t = text.value.overview;
  const days = kDays.includes(Number(param('days'))) ? Number(param('days')) : 90;
  const forecast = useData(
    (signal) => get<ForecastVerdictsResponse>('/v1/verdicts:forecast', { rule, days }, signal), [rule, days], { everyMs: 6 * kEveryMs, keep: true });
  return (
    <Panel title={t.forecast}
      aside={
        <select class="input" aria-label={t.span} value={String(days)} onChange={(event) => setQuery({ days: event.currentTarget.value })}>
          {kDays.map((one) => (
            <option key={one} value={one}>
              {format.duration(one * 86_400)}
            </option>
          ))}
        </select>
      }>
      {forecast.value ? <ForecastChart forecast={forecast.value} days={days} /> : forecast.error ? (
        <ErrorBox error={forecast.error} retry={forecast.reload} />
      ) : <Loading rows={6} />}
    </Panel>
  );
}

function Silence() {
  const t = text.value.overview;
  const silence = useData((signal) => get<SummarizeSilenceResponse>('/v1/machines:summarizeSilence', {}, signal), [], { everyMs: kEveryMs });
  const buckets = silence.value?.buckets ?? [];
  const most = Math.max(1, ...buckets.map((bucket) => Number(bucket.machines)));
  return (
    <Panel title={t.silence}>
      {!silence.value ? (silence.error ? <ErrorBox error={silence.error} retry={silence.reload} /> : <Loading />) : (
        <div class="silence">
          {buckets.map((bucket, i) => {
            const name = bucket.never ? t.never
              : !bucket.lessThan ? t.longerThan(format.duration(bucket.atLeast))
              : format.seconds(bucket.atLeast) === 0 ? t.lessThan(format.duration(bucket.lessThan))
              : t.between(format.duration(bucket.atLeast), format.duration(bucket.lessThan));
            const count = Number(bucket.machines);
            const tone = i === 0 ? 'calm' : bucket.never ? 'mute' : format.seconds(bucket.atLeast) >= 7 * 86_400 ? 'warn' : 'busy';
            return (
              <>
                <span>{name}</span>
                <Meter label={name} of={most} shares={[{ tone, name: t.machines, count }]} />
                <a class="number" href={machinesAddress(bucket.filter)}>{format.number(count)}</a>
              </>
            );
          })}
        </div>
      )}
    </Panel>
  );
}

function BySite({ rule }: { rule: string }) {
  const t = text.value;
  const by = kGroupings.find((one) => one === param('by')) ?? 'site';
  const summary = useData(
    (signal) => get<SummarizeVerdictsResponse>('/v1/verdicts:summarize', { groupBy: by, rule }, signal), [by, rule], { everyMs: kEveryMs, keep: true });
  return (
    <Panel title={t.overview.by}
      aside={
        <select class="input" aria-label={t.overview.grouping} value={by} onChange={(event) => setQuery({ by: event.currentTarget.value })}>
          {kGroupings.map((one) => (
            <option key={one} value={one}>
              {t.field[one]}
            </option>
          ))}
        </select>
      }>
      {!summary.value ? (summary.error ? <ErrorBox error={summary.error} retry={summary.reload} /> : <Loading />) : (
        <div class="scroll" tabIndex={0} role="group" aria-label={t.overview.by}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.field[by]}</th>
                {verdictStates.map((state) => <th scope="col" class="number" key={state}>{t.verdict[state]}</th>)}
                <th scope="col" class="number">{t.common.total}</th>
              </tr>
            </thead>
            <tbody>
              {summary.value.rows.slice(0, kMostRows).map((row) => (
                <tr key={row.value}>
                  <th scope="row"><Foreign value={row.value || t.common.none} /></th>
                  {verdictStates.map((state) => {
                    const one = row.counts.find((count) => count.state === state);
                    return (
                      <td class="number" key={state}>
                        {one && Number(one.machines) > 0 ? <a href={machinesAddress(one.filter)}>{format.number(one.machines)}</a> : <span class="muted">0</span>}
                      </td>
                    );
                  })}
                  <td class="number"><a href={machinesAddress(byRule(rule, row.value ? `${by} = ${quote(row.value)}` : `-${by}:*`))}>{format.number(row.total)}</a></td>
                </tr>
              ))}
            </tbody>
          </table>
          {summary.value.rows.length > kMostRows && <p class="inner muted">{t.machine.more(summary.value.rows.length - kMostRows)}</p>}
        </div>
      )}
    </Panel>
  );
}
