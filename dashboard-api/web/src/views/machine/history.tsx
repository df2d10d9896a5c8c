// What changed on the machine and when; each instant opens the machine as it was then.
import { useState } from 'preact/hooks';
import { get, resource } from '../../api/client';
import { useData } from '../../api/data';
import type { ListMachineChangesResponse, ListMachineChangesResponse_Change } from '../../api/types';
import { text } from '../../i18n';
import { withQuery } from '../../router';
import { Button, Empty, ErrorBox, Loading, Panel, Said, Time } from '../../ui/basics';
import { Icon } from '../../ui/icon';
import { VerdictBadge, verdictIcon, verdictTone } from '../../ui/status';

export function History({ parent }: { parent: string }) {
  const t = text.value.machine;
  const [more, setMore] = useState<{ rows: ListMachineChangesResponse_Change[]; token: string }>();
  const first = useData((signal) => get<ListMachineChangesResponse>(resource(parent, '/changes'), { pageSize: 200 }, signal), [parent]);
  if (!first.value) return first.error ? <ErrorBox error={first.error} retry={first.reload} /> : <Loading rows={8} />;
  const rows = [...first.value.changes, ...(more?.rows ?? [])];
  const token = more?.token ?? first.value.nextPageToken;
  const load = async () => {
    const page = await get<ListMachineChangesResponse>(resource(parent, '/changes'), { pageSize: 200, pageToken: token });
    setMore({ rows: [...(more?.rows ?? []), ...page.changes], token: page.nextPageToken });
  };
  return (
    <Panel title={t.tab.history}>
      {rows.length === 0 ? <Empty>{t.noChanges}</Empty> : (
        <ol class="history">
          {rows.map((change, i) => (
            <li key={i} class={change.verdictChanged ? verdictTone(change.verdictChanged.to) : ''}>
              <Time value={change.time} style="full" />
              <Icon name={change.verdictChanged ? verdictIcon(change.verdictChanged.to) : 'catalogs'} />
              <Change change={change} />
              <a href={withQuery({ asOf: change.time, tab: undefined })}>{t.thenLook}</a>
            </li>
          ))}
        </ol>
      )}
      {token && <footer class="actions inner"><Button onClick={() => void load()}>{t.loadMore}</Button></footer>}
    </Panel>
  );
}

function Change({ change }: { change: ListMachineChangesResponse_Change }) {
  const t = text.value;
  if (change.verdictChanged) {
    const { rule, from, to, explanation } = change.verdictChanged;
    return (
      <div class="tight">
        <span class="actions">
          <code>{rule}</code>
          {from !== 'STATE_UNSPECIFIED' && <><VerdictBadge state={from} /><Icon name="chevron" /></>}
          <VerdictBadge state={to} />
        </span>
        {explanation && <span class="small muted"><Said>{explanation}</Said></span>}
      </div>
    );
  }
  const set = change.setChanged!;
  return <div>{t.machine.setChanged(t.setKind[set.kind], set.added, set.removed)}</div>;
}
