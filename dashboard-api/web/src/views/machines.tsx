import { useCallback, useMemo, useState } from 'preact/hooks';
import { Page } from '../app';
import { get, url } from '../api/client';
import { useData } from '../api/data';
import type { ListMachinesResponse, Machine, SummarizeVerdictsResponse, Verdict } from '../api/types';
import { FilterBar } from '../filter/bar';
import { ruleOf, tokens } from '../filter/grammar';
import * as format from '../format';
import { text } from '../i18n';
import { address, machineAddress, machinesAddress, navigate, param, setQuery, withQuery } from '../router';
import { may } from '../session';
import { Button, ButtonLink, Empty, ErrorBox, Foreign, Menu, Notice, Time } from '../ui/basics';
import { type Column, Grid } from '../ui/grid';
import { Icon } from '../ui/icon';
import { useWindows } from '../ui/pages';
import { VerdictBadge, verdictIcon, verdictStates, verdictTone } from '../ui/status';
import { PutGroupDialog } from './put_group';
import { SavedFilters } from './saved_filters';

// As the server ranks them where no rule is named.
const kWorst = ['AFFECTED', 'AT_RISK', 'REMEDIATING', 'UNKNOWN', 'FIXED', 'CLEAN'];
export const byWorst = (a: Verdict, b: Verdict): number => kWorst.indexOf(a.state) - kWorst.indexOf(b.state);
export const worst = (verdicts: Verdict[], rule = ''): Verdict | undefined =>
  verdicts
    .filter((verdict) => !rule || verdict.rule === rule)
    .sort(byWorst)[0];

const kColumns = ['name', 'verdict', 'breaks_at', 'site', 'domain', 'organizational_unit', 'os', 'os_version', 'architecture', 'last_seen', 'enrolled_at', 'agent'] as const;
type ColumnKey = (typeof kColumns)[number];
const kUsual: ColumnKey[] = ['name', 'verdict', 'breaks_at', 'site', 'domain', 'os', 'last_seen'];
const kStored = 'muster.columns';
// What the columns show; the rest of a machine would be most of the answer.
const kFields = 'totalSize,machines.name,machines.attributes,machines.enrolledAt,machines.lastSeen,machines.agentVersion,machines.verdicts.rule,machines.verdicts.state,machines.verdicts.breaksAt';

function chosenColumns(): ColumnKey[] {
  const asked = (param('cols') || localStorage.getItem(kStored) || '').split(',').filter((key): key is ColumnKey => kColumns.includes(key as ColumnKey));
  return asked.length ? asked : kUsual;
}

function columns(rule: string, asOf: string): Record<ColumnKey, Column<Machine>> {
  const t = text.value.field;
  const attribute = (key: ColumnKey, width: string, of: (machine: Machine) => string | undefined): Column<Machine> => ({
    key, title: t[key], width, sort: ['site', 'domain', 'os'].includes(key) ? key : undefined, cell: (machine) => <Foreign value={of(machine) ?? ''} />,
  });
  return {
    name: {
      key: 'name', title: t.name, width: 'minmax(150px, 1.4fr)', sort: 'name',
      cell: (machine) => (
        <a href={machineAddress(machine.name, { asOf })} tabIndex={-1}>
          <Foreign value={machine.attributes?.name || format.lastPart(machine.name)} />
        </a>
      ),
    },
    verdict: {
      key: 'verdict', title: t.verdict, width: '132px', sort: 'verdict',
      cell: (machine) => {
        const verdict = worst(machine.verdicts, rule);
        return verdict ? <VerdictBadge state={verdict.state} /> : null;
      },
    },
    breaks_at: {
      key: 'breaks_at', title: t.breaks_at, width: '168px', sort: 'breaks_at',
      cell: (machine) => <Time value={worst(machine.verdicts, rule)?.breaksAt} />,
    },
    site: attribute('site', 'minmax(90px, 1fr)', (machine) => machine.attributes?.site),
    domain: attribute('domain', 'minmax(110px, 1fr)', (machine) => machine.attributes?.domain),
    organizational_unit: attribute('organizational_unit', 'minmax(130px, 1.4fr)', (machine) => machine.attributes?.organizationalUnit),
    os: attribute('os', 'minmax(110px, 1fr)', (machine) => machine.attributes?.os),
    os_version: attribute('os_version', '100px', (machine) => machine.attributes?.osVersion),
    architecture: attribute('architecture', '90px', (machine) => machine.attributes?.architecture),
    last_seen: { key: 'last_seen', title: t.last_seen, width: '130px', sort: 'last_seen', cell: (machine) => <Time value={machine.lastSeen} ago /> },
    enrolled_at: { key: 'enrolled_at', title: t.enrolled_at, width: '168px', sort: 'enrolled_at', cell: (machine) => <Time value={machine.enrolledAt} /> },
    agent: attribute('agent', '100px', (machine) => machine.agentVersion),
  };
}

export function Machines() {
  const t = text.value;
  const filter = param('filter');
  const rule = ruleOf(filter);
  const asOf = param('asOf');
  const instant = Number.isNaN(Date.parse(asOf)) ? '' : asOf;  // else the server says what is wrong with it
  const order = param('order') || 'name';
  const shown = chosenColumns();
  const [selected, setSelected] = useState<ReadonlyMap<string, Machine>>(new Map());
  const [all, setAll] = useState(false);
  const [dialog, setDialog] = useState<'group' | 'campaign'>();
  const [picking, setPicking] = useState(false);

  const pages = useWindows<Machine>(async (pageSize, skip, signal) => {
    const page = await get<ListMachinesResponse>('/v1/machines', { filter, asOf, orderBy: order, pageSize, skip, fields: kFields }, signal);
    return { rows: page.machines, total: Number(page.totalSize) };
  }, [filter, asOf, order]);

  const apply = (next: string) => {
    setSelected(new Map());
    setAll(false);
    setQuery({ filter: next }, { replace: false });
  };
  const select = useCallback((rows: Machine[], on: boolean) => {
    setAll(false);
    setSelected((old) => {
      const next = new Map(old);
      for (const row of rows) on ? next.set(row.name, row) : next.delete(row.name);
      return next;
    });
  }, []);
  const available = columns(rule, asOf);
  const table = useMemo(() => shown.map((key) => available[key]), [shown.join(), rule, asOf, t]);
  const bad = pages.error?.status === 400 ? pages.error : undefined;
  const count = all ? pages.total ?? 0 : selected.size;
  const choose = (key: ColumnKey, on: boolean) => {
    const next = kColumns.filter((one) => (one === key ? on : shown.includes(one)));
    localStorage.setItem(kStored, next.join());
    setQuery({ cols: next.join() });
  };
  const startCampaign = () => (all ? navigate(address('/campaigns/new', { filter: filter || 'name:*', rule })) : setDialog('campaign'));

  return (
    <Page title={t.nav.machines} full
      actions={
        <>
          <SavedFilters filter={filter} onApply={apply} />
          <Menu title={t.machines.columns} icon="columns" open={picking} onOpen={setPicking}>
            {kColumns.map((key) => (
              <label key={key} class="check">
                <input type="checkbox" checked={shown.includes(key)} disabled={key === 'name'} onChange={(event) => choose(key, event.currentTarget.checked)} />
                {t.field[key]}
              </label>
            ))}
          </Menu>
          <ButtonLink icon="download" href={url('/v1/machines', { filter, asOf, orderBy: order, format: 'csv' })} download="machines.csv">CSV</ButtonLink>
        </>
      }>
      <div class="bar">
        <FilterBar value={filter} onApply={apply} error={bad} />
        <span class="muted number" role="status">{pages.total === undefined ? ' ' : t.machines.count(pages.total)}</span>
      </div>
      {instant && (
        <Notice kind="info">
          {t.machines.asOf(format.time(instant, 'full'))} <span class="muted">({format.utc(instant)})</span>{' '}
          <a href={withQuery({ asOf: undefined })}>{t.machine.now}</a>
        </Notice>
      )}
      <Facets filter={filter} asOf={asOf} />
      {count > 0 && (
        <div class="selection" role="region" aria-label={t.machines.selection}>
          <strong>{all ? t.machines.allSelected(count) : t.machines.selected(count)}</strong>
          {may('OPERATOR') && (
            <>
              <Button icon="groups" onClick={() => setDialog('group')}>{t.machines.toGroup}</Button>
              <Button icon="campaigns" kind="primary" onClick={startCampaign}>{t.machines.toCampaign}</Button>
            </>
          )}
          <Button kind="quiet" onClick={() => (setSelected(new Map()), setAll(false))}>{t.machines.clear}</Button>
        </div>
      )}
      <ErrorBox error={bad ? undefined : pages.error} retry={pages.reload} />
      {pages.total === undefined && pages.error ? null : pages.total === 0 ? (
        <div class="panel">
          <Empty action={filter && <Button onClick={() => apply('')}>{t.machines.clearFilter}</Button>}>{filter ? t.machines.noMatch : t.machines.none}</Empty>
        </div>
      ) : (
        <Grid label={t.nav.machines} columns={table} total={pages.total ?? 30} row={pages.row} id={(machine) => machine.name}
          href={(machine) => machineAddress(machine.name, { asOf })} need={pages.need} order={order} onOrder={(next) => setQuery({ order: next === 'name' ? '' : next })}
          selected={all ? new Set(pages.loaded.map((machine) => machine.name)) : new Set(selected.keys())} onSelect={select} range={pages.range} allSelected={all}
          onSelectAll={asOf ? undefined : (on) => (setSelected(new Map()), setAll(on))} />
      )}
      {dialog && (
        <PutGroupDialog machines={all ? [] : [...selected.values()]} filter={all ? filter || 'name:*' : ''} onClose={() => setDialog(undefined)}
          onDone={(name) => {
            setDialog(undefined);
            navigate(dialog === 'campaign' ? address('/campaigns/new', { group: name, rule }) : address('/groups', { group: name }));
          }} />
      )}
    </Page>
  );
}

/** How the machines that match stand; each count narrows the filter to itself. */
function Facets({ filter, asOf }: { filter: string; asOf: string }) {
  const t = text.value;
  const summary = useData(
    (signal) => get<SummarizeVerdictsResponse>('/v1/verdicts:summarize', { filter, asOf }, signal), [filter, asOf], { keep: true, everyMs: 15_000 });
  const words = tokens(filter);
  const named = words.findIndex((token) => token.text === 'verdict');
  const current = named >= 0 ? words[named + 2]?.text : undefined;
  return (
    <nav class="chips" aria-label={t.machines.byVerdict}>
      {verdictStates.map((state) => {
        const one = summary.value?.rows[0]?.counts.find((count) => count.state === state);
        return one && Number(one.machines) > 0 && !summary.error ? (
          <a key={state} class={`chip ${verdictTone(state)}`} href={machinesAddress(one.filter, asOf)} aria-current={current === state ? 'true' : undefined}>
            <Icon name={verdictIcon(state)} />
            {t.verdict[state]} <b>{format.number(one.machines)}</b>
          </a>
        ) : null;
      })}
    </nav>
  );
}
