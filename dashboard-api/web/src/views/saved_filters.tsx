import { useState } from 'preact/hooks';
import { get } from '../api/client';
import { useData } from '../api/data';
import type { ListGroupsResponse } from '../api/types';
import { text } from '../i18n';
import { may } from '../session';
import { Button, ErrorBox, Foreign, Menu } from '../ui/basics';
import { PutGroupDialog } from './put_group';

/** Groups that have a filter: what others call saved filters. */
export function SavedFilters({ filter, onApply }: { filter: string; onApply: (filter: string) => void }) {
  const t = text.value.machines;
  const [open, setOpen] = useState(false);
  const [saving, setSaving] = useState(false);
  const groups = useData((signal) => get<ListGroupsResponse>('/v1/groups', {}, signal), [], { off: !open });
  const saved = groups.value?.groups.filter((group) => group.filter) ?? [];
  return (
    <>
      <Menu title={t.saved} icon="search" open={open} onOpen={setOpen}>
        <ErrorBox error={groups.error} />
        {groups.value && saved.length === 0 && <p class="muted">{t.noneSaved}</p>}
        {saved.map((group) => (
          <button key={group.name} type="button" class="linkish"
            onClick={() => {
              setOpen(false);
              onApply(group.filter);
            }}>
            <Foreign value={group.name.slice('groups/'.length)} />
            <div class="small muted"><Foreign value={group.filter} class="mono" /></div>
          </button>
        ))}
        {filter && may('OPERATOR') && <Button icon="plus" onClick={() => setSaving(true)}>{t.save}</Button>}
      </Menu>
      {saving && <PutGroupDialog machines={[]} filter={filter} onClose={() => setSaving(false)} onDone={() => (setSaving(false), groups.reload())} />}
    </>
  );
}
