import { useState } from 'preact/hooks';
import { put, resource } from '../api/client';
import { useAction } from '../api/data';
import type { Group, Machine, PutGroupResponse } from '../api/types';
import { text } from '../i18n';
import { Button, Dialog, ErrorBox, Field } from '../ui/basics';

/** Makes a group of machines that were chosen, or of what a filter matches. */
export function PutGroupDialog({ machines, filter, onDone, onClose }: {
  machines: Machine[]; filter: string; onDone: (name: string) => void; onClose: () => void;
}) {
  const t = text.value.groups;
  const [id, setId] = useState('');
  const [description, setDescription] = useState('');
  const save = useAction(async () => {
    const group: Partial<Group> = { name: `groups/${id}`, description, filter, machines: machines.map((machine) => machine.name.slice('machines/'.length)) };
    await put<PutGroupResponse>(resource(`groups/${id}`), { group });
    onDone(`groups/${id}`);
  });
  return (
    <Dialog title={filter ? t.newFiltered : t.newListed(machines.length)} onClose={onClose}>
      <form class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save.run();
        }}>
        <Field label={t.id} hint={t.idHint}>
          {(ids) => <input {...ids} required pattern="[A-Za-z0-9_.\-]+" maxLength={128} value={id} onInput={(event) => setId(event.currentTarget.value)} />}
        </Field>
        <Field label={t.description}>
          {(ids) => <input {...ids} value={description} onInput={(event) => setDescription(event.currentTarget.value)} />}
        </Field>
        {filter && <pre>{filter}</pre>}
        <ErrorBox error={save.error} />
        <footer class="actions">
          <Button onClick={onClose}>{text.value.common.cancel}</Button>
          <Button type="submit" kind="primary" busy={save.busy}>{t.save}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
