import { useState } from 'preact/hooks';
import { Page } from '../app';
import { get, post, put, remove, resource } from '../api/client';
import { useAction, useData } from '../api/data';
import type { Group, ListGroupsResponse, PreviewGroupResponse, PutGroupResponse } from '../api/types';
import { text } from '../i18n';
import { address, machinesAddress, param, setQuery } from '../router';
import { may } from '../session';
import { Button, ButtonLink, Confirm, Dialog, Empty, ErrorBox, Facts, Field, Foreign, Loading, Notice, Time } from '../ui/basics';

export function Groups() {
  const t = text.value.groups;
  const groups = useData((signal) => get<ListGroupsResponse>('/v1/groups', {}, signal), []);
  const [making, setMaking] = useState(false);
  const [told, setTold] = useState<PutGroupResponse>();
  const all = groups.value?.groups ?? [];
  const open = all.find((group) => group.name === param('group'));
  return (
    <Page title={text.value.nav.groups} actions={may('OPERATOR') && <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>{t.create}</Button>}>
      {told && (told.unknownMembers.length > 0 || told.ambiguousMembers.length > 0) && (
        <Notice kind="warning">
          <strong>{t.saved(told.machineCount)}</strong>
          {told.unknownMembers.length > 0 && <p>{t.unknown(told.unknownMembers.length)} <Foreign value={told.unknownMembers.slice(0, 50).join(', ')} /></p>}
          {told.ambiguousMembers.length > 0 && <p>{t.ambiguous(told.ambiguousMembers.length)} <Foreign value={told.ambiguousMembers.slice(0, 50).join(', ')} /></p>}
        </Notice>
      )}
      {!groups.value ? (groups.error ? <ErrorBox error={groups.error} retry={groups.reload} /> : <Loading />) : (
        <div class="panel">
          {all.length === 0 ? <Empty>{t.none}</Empty> : (
            <div class="scroll" tabIndex={0} role="group" aria-label={text.value.nav.groups}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t.id}</th>
                    <th scope="col">{t.description}</th>
                    <th scope="col">{t.holds}</th>
                    <th scope="col">{t.createdBy}</th>
                    <th scope="col">{text.value.common.updated}</th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((group) => (
                    <tr key={group.name}>
                      <th scope="row"><button type="button" class="linkish" onClick={() => setQuery({ group: group.name })}><Foreign value={group.name.slice(7)} /></button></th>
                      <td><Foreign value={group.description} /></td>
                      <td>{group.filter ? <code><Foreign value={group.filter} /></code> : group.groups.length ? <Foreign value={group.groups.join(', ')} /> : t.list}</td>
                      <td><bdi>{group.createdBy}</bdi></td>
                      <td><Time value={group.updateTime} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </div>
      )}
      {open && <GroupDialog group={open} onClose={() => setQuery({ group: '' })} onDeleted={() => (setQuery({ group: '' }), groups.reload())} />}
      {making && <NewGroup all={all} onClose={() => setMaking(false)} onDone={(response) => (setMaking(false), setTold(response), groups.reload())} />}
    </Page>
  );
}

function GroupDialog({ group, onClose, onDeleted }: { group: Group; onClose: () => void; onDeleted: () => void }) {
  const t = text.value.groups;
  const preview = useData(() => post<PreviewGroupResponse>('/v1/groups:preview', { name: group.name }), [group.name]);
  const [asked, setAsked] = useState(false);
  const drop = useAction(async () => {
    await remove(resource(group.name));
    onDeleted();
  });
  return (
    <Dialog title={<bdi>{group.name.slice(7)}</bdi>} onClose={onClose}>
      <Facts rows={[
        [t.description, group.description && <span class="wrap"><bdi>{group.description}</bdi></span>],
        [t.filter, group.filter && <a href={machinesAddress(group.filter)}><code class="wrap"><bdi>{group.filter}</bdi></code></a>],
        [t.includes, group.groups.join(', ')],
        [t.excludes, group.exceptGroups.join(', ')],
      ]} />
      <ErrorBox error={preview.error} />
      {preview.value && (
        <Notice kind="info">
          {text.value.wizard.selects(preview.value.machines)}{' '}
          <span class="muted">{preview.value.samples.map((sample, i) => <span key={i}>{i > 0 && ', '}<bdi>{sample.slice(0, 40)}</bdi></span>)}</span>
        </Notice>
      )}
      {may('OPERATOR') && (
        <footer class="actions">
          <Button kind="danger" icon="trash" onClick={() => setAsked(true)}>{t.remove}</Button>
          <ButtonLink kind="primary" icon="campaigns" href={address('/campaigns/new', { group: group.name })}>{text.value.machines.toCampaign}</ButtonLink>
        </footer>
      )}
      {asked && (
        <Confirm title={t.remove} confirm={t.remove} danger busy={drop.busy} error={drop.error} onClose={() => setAsked(false)} onConfirm={() => void drop.run()}>
          <p>{t.removeLong}</p>
        </Confirm>
      )}
    </Dialog>
  );
}

function NewGroup({ all, onClose, onDone }: { all: Group[]; onClose: () => void; onDone: (response: PutGroupResponse) => void }) {
  const t = text.value.groups;
  const [id, setId] = useState('');
  const [description, setDescription] = useState('');
  const [members, setMembers] = useState('');
  const [filter, setFilter] = useState('');
  const [includes, setIncludes] = useState<string[]>([]);
  const save = useAction(async () => {
    const group: Partial<Group> = { name: `groups/${id}`, description, filter, groups: includes };
    onDone(await put<PutGroupResponse>(resource(`groups/${id}`), { group, members: members.split(/[\s,;]+/).filter(Boolean) }));
  });
  return (
    <Dialog title={t.create} onClose={onClose}>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), void save.run())}>
        <Field label={t.id} hint={t.idHint}>{(ids) => <input {...ids} required pattern="[A-Za-z0-9_.\-]+" maxLength={128} value={id} onInput={(event) => setId(event.currentTarget.value)} />}</Field>
        <Field label={t.description}>{(ids) => <input {...ids} value={description} onInput={(event) => setDescription(event.currentTarget.value)} />}</Field>
        <Field label={t.members} hint={t.membersHint}>{(ids) => <textarea {...ids} value={members} onInput={(event) => setMembers(event.currentTarget.value)} />}</Field>
        <Field label={t.filter} hint={t.filterHint}>{(ids) => <input {...ids} class="mono" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />}</Field>
        {all.length > 0 && (
          <Field label={t.includes}>
            {(ids) => (
              <select {...ids} multiple class="list" size={Math.min(5, all.length)} onChange={(event) => setIncludes([...event.currentTarget.selectedOptions].map((option) => option.value))}>
                {all.map((group) => <option key={group.name} value={group.name} selected={includes.includes(group.name)}>{group.name.slice(7)}</option>)}
              </select>
            )}
          </Field>
        )}
        <ErrorBox error={save.error} />
        <footer class="actions">
          <Button onClick={onClose}>{text.value.common.cancel}</Button>
          <Button type="submit" kind="primary" busy={save.busy}>{t.save}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
