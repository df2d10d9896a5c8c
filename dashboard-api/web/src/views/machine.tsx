// One machine: what it is, how it is judged, and what that rests on, now or as of an instant.
import { useState } from 'preact/hooks';
import { Page } from '../app';
import { get, resource } from '../api/client';
import { useData } from '../api/data';
import type { Machine } from '../api/types';
import * as format from '../format';
import { text } from '../i18n';
import { location, param, setQuery, withQuery } from '../router';
import { may } from '../session';
import { Button, ErrorBox, Foreign, Loading, Notice, Tabs } from '../ui/basics';
import { VerdictBadge } from '../ui/status';
import { Summary } from './machine/summary';
import { Witnesses } from './machine/witnesses';
import { Items } from './machine/items';
import { Errors } from './machine/errors';
import { History } from './machine/history';
import { Orders } from './machine/orders';
import { worst } from './machines';

const kTabs = ['summary', 'witnesses', 'catalogs', 'updates', 'packages', 'facts', 'errors', 'history', 'orders'] as const;

export function MachinePage({ id }: { id: string }) {
  const t = text.value;
  const parent = `machines/${id}`;
  const asOf = param('asOf');
  const instant = Number.isNaN(Date.parse(asOf)) ? '' : asOf;  // else the server says what is wrong with it
  const tab = kTabs.find((one) => one === param('tab')) ?? 'summary';
  const machine = useData((signal) => get<Machine>(resource(parent), { asOf }, signal), [parent, asOf], { everyMs: asOf ? undefined : 15_000 });
  const value = machine.value;
  const name = value?.attributes?.name || id;
  const verdict = value && worst(value.verdicts);
  const count = (kind: string) => value?.sets.find((set) => set.kind === kind)?.itemCount;
  const counts: Partial<Record<(typeof kTabs)[number], string | undefined>> = {
    catalogs: count('CATALOGS'), updates: count('UPDATES'), packages: count('PACKAGES'), facts: count('FACTS'), errors: value?.incidentCount,
  };
  void location.value; // the tabs' addresses follow it
  return (
    <Page plainTitle={name} crumbs={[{ title: t.nav.machines, href: '/machines' }]} actions={<AsOf key={instant} value={instant} />}
      title={
        <>
          <Foreign value={name} />
          {verdict && <VerdictBadge state={verdict.state} />}
        </>
      }>
      {instant && (
        <Notice kind="info">
          {t.machine.asOf(format.time(instant, 'full'))} <span class="muted">({format.utc(instant)})</span>{' '}
          <a href={withQuery({ asOf: undefined })}>{t.machine.now}</a>
        </Notice>
      )}
      <Tabs label={t.machine.parts} current={tab}
        tabs={kTabs.map((one) => ({
          id: one, href: withQuery({ tab: one === 'summary' ? undefined : one }),
          title: <>{t.machine.tab[one]}{counts[one] !== undefined && <span class="count">{format.number(counts[one]!)}</span>}</>,
        }))} />
      {!value ? (machine.error ? <ErrorBox error={machine.error} retry={machine.reload} /> : <Loading rows={8} />) : (
        <>
          {tab === 'summary' && <Summary machine={value} />}
          {tab === 'witnesses' && <Witnesses parent={parent} asOf={asOf} />}
          {tab === 'catalogs' && <Items key="c" parent={parent} kind="CATALOGS" asOf={asOf} machine={value} />}
          {tab === 'updates' && <Items key="u" parent={parent} kind="UPDATES" asOf={asOf} machine={value} />}
          {tab === 'packages' && <Items key="p" parent={parent} kind="PACKAGES" asOf={asOf} machine={value} />}
          {tab === 'facts' && <Items key="f" parent={parent} kind="FACTS" asOf={asOf} machine={value} />}
          {tab === 'errors' && <Errors parent={parent} asOf={asOf} />}
          {tab === 'history' && <History parent={parent} />}
          {tab === 'orders' && <Orders parent={parent} evidence={may('OPERATOR')} />}
        </>
      )}
    </Page>
  );
}

function AsOf({ value }: { value: string }) {
  const t = text.value.machine;
  const [draft, setDraft] = useState(value ? format.localInput(value) : '');
  return (
    <form class="actions"
      onSubmit={(event) => {
        event.preventDefault();
        setQuery({ asOf: draft ? new Date(draft).toISOString() : undefined }, { replace: false });
      }}>
      <label class="actions">
        <span class="muted">{t.lookBack}</span>
        <input type="datetime-local" step={1} value={draft} onInput={(event) => setDraft(event.currentTarget.value)} />
      </label>
      <Button type="submit" icon="clock">{t.show}</Button>
    </form>
  );
}
