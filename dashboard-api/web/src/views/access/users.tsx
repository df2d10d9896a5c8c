import { useState } from 'preact/hooks';
import { get, patch, post, remove, resource } from '../../api/client';
import { useAction, useData } from '../../api/data';
import type { ListUsersResponse, Role, User } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { Button, Confirm, Dialog, ErrorBox, Field, Foreign, Loading, Panel, Time } from '../../ui/basics';
import { Badge } from '../../ui/status';

export const kRoles: Role[] = ['VIEWER', 'OPERATOR', 'APPROVER', 'ADMIN'];
type Open = { user: User; what: 'edit' | 'password' | 'remove' } | { what: 'create' };

export function Users() {
  const t = text.value.access;
  const users = useData((signal) => get<ListUsersResponse>('/v1/users', {}, signal), []);
  const [open, setOpen] = useState<Open>();
  const done = () => {
    setOpen(undefined);
    users.reload();
  };
  return (
    <Panel title={t.tab.users} aside={<Button icon="plus" onClick={() => setOpen({ what: 'create' })}>{t.newUser}</Button>}>
      {!users.value ? (users.error ? <ErrorBox error={users.error} retry={users.reload} /> : <Loading />) : (
        <div class="scroll" tabIndex={0} role="group" aria-label={t.tab.users}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.user}</th>
                <th scope="col">{t.role}</th>
                <th scope="col">{text.value.common.state}</th>
                <th scope="col" class="number">{t.sessions}</th>
                <th scope="col">{t.lastLogin}</th>
                <th scope="col"><span class="hidden">{text.value.common.actions}</span></th>
              </tr>
            </thead>
            <tbody>
              {users.value.users.map((user) => (
                <tr key={user.name}>
                  <th scope="row"><Foreign value={user.displayName || format.lastPart(user.name)} /><div class="small muted"><bdi>{format.lastPart(user.name)}</bdi></div></th>
                  <td>{text.value.role[user.role]}</td>
                  <td>
                    {user.disabled ? <Badge tone="mute" icon="stop">{t.disabled}</Badge>
                      : user.lockedUntil && new Date(user.lockedUntil) > new Date() ? <Badge tone="warn" icon="clock">{t.locked}</Badge>
                      : user.mustChangePassword ? <Badge tone="warn" icon="key">{t.mustChange}</Badge> : <Badge tone="good" icon="clean">{t.active}</Badge>}
                  </td>
                  <td class="number">{format.number(user.sessions)}</td>
                  <td><Time value={user.lastLoginTime} /></td>
                  <td class="end">
                    <Button kind="quiet" onClick={() => setOpen({ user, what: 'edit' })}>{t.edit}</Button>
                    <Button kind="quiet" onClick={() => setOpen({ user, what: 'password' })}>{t.setPassword}</Button>
                    <Button kind="quiet" onClick={() => setOpen({ user, what: 'remove' })}>{t.remove}</Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open?.what === 'create' && <CreateUser onClose={() => setOpen(undefined)} onDone={done} />}
      {open?.what === 'edit' && <EditUser user={open.user} onClose={() => setOpen(undefined)} onDone={done} />}
      {open?.what === 'password' && <SetPassword user={open.user} onClose={() => setOpen(undefined)} onDone={done} />}
      {open?.what === 'remove' && <RemoveUser user={open.user} onClose={() => setOpen(undefined)} onDone={done} />}
    </Panel>
  );
}

interface DialogProps {
  onClose: () => void;
  onDone: () => void;
}

export const RoleField = ({ value, onChange }: { value: Role; onChange: (role: Role) => void }) => (
  <Field label={text.value.access.role} hint={text.value.access.roleHint[value as 'VIEWER']}>
    {(ids) => (
      <select {...ids} class="input" value={value} onChange={(event) => onChange(event.currentTarget.value as Role)}>
        {kRoles.map((role) => <option key={role} value={role}>{text.value.role[role]}</option>)}
      </select>
    )}
  </Field>
);

const PasswordField = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => (
  <Field label={text.value.login.password} hint={text.value.account.nextHint}>
    {(ids) => <input {...ids} type="password" autocomplete="new-password" required minLength={12} value={value} onInput={(event) => onChange(event.currentTarget.value)} />}
  </Field>
);

const Buttons = ({ busy, onClose }: { busy: boolean; onClose: () => void }) => (
  <footer class="actions">
    <Button onClick={onClose}>{text.value.common.cancel}</Button>
    <Button type="submit" kind="primary" busy={busy}>{text.value.common.save}</Button>
  </footer>
);

function CreateUser({ onClose, onDone }: DialogProps) {
  const t = text.value.access;
  const [id, setId] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [role, setRole] = useState<Role>('VIEWER');
  const [password, setPassword] = useState('');
  const [keepPassword, setKeepPassword] = useState(false);
  const create = useAction(async () => {
    await post('/v1/users', { user: { name: `users/${id}`, displayName, role }, password, keepPassword });
    onDone();
  });
  return (
    <Dialog title={t.newUser} onClose={onClose}>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), void create.run())}>
        <Field label={t.userId} hint={t.userIdHint}>{(ids) => <input {...ids} required pattern="[a-z0-9_.@\-]+" maxLength={63} autocomplete="off" value={id} onInput={(event) => setId(event.currentTarget.value)} />}</Field>
        <Field label={t.displayName}>{(ids) => <input {...ids} value={displayName} autocomplete="off" onInput={(event) => setDisplayName(event.currentTarget.value)} />}</Field>
        <RoleField value={role} onChange={setRole} />
        <PasswordField value={password} onChange={setPassword} />
        <label class="check"><input type="checkbox" checked={keepPassword} onChange={(event) => setKeepPassword(event.currentTarget.checked)} />{t.keepPassword}</label>
        <ErrorBox error={create.error} />
        <Buttons busy={create.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function EditUser({ user, onClose, onDone }: DialogProps & { user: User }) {
  const t = text.value.access;
  const [displayName, setDisplayName] = useState(user.displayName);
  const [role, setRole] = useState(user.role);
  const [disabled, setDisabled] = useState(user.disabled);
  const change = useAction(async () => {
    await patch(resource(user.name), { name: user.name, displayName, role, disabled, etag: user.etag }, { updateMask: 'displayName,role,disabled' });
    onDone();
  });
  return (
    <Dialog title={<bdi>{user.name}</bdi>} onClose={onClose}>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), void change.run())}>
        <Field label={t.displayName}>{(ids) => <input {...ids} value={displayName} onInput={(event) => setDisplayName(event.currentTarget.value)} />}</Field>
        <RoleField value={role} onChange={setRole} />
        <label class="check"><input type="checkbox" checked={disabled} onChange={(event) => setDisabled(event.currentTarget.checked)} />{t.disable}</label>
        <ErrorBox error={change.error} />
        <Buttons busy={change.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function SetPassword({ user, onClose, onDone }: DialogProps & { user: User }) {
  const t = text.value.access;
  const [password, setPassword] = useState('');
  const change = useAction(async () => {
    await post(resource(user.name, ':setPassword'), { password });
    onDone();
  });
  return (
    <Dialog title={t.setPassword} onClose={onClose}>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), void change.run())}>
        <p>{t.setPasswordLong} <strong><bdi>{user.name}</bdi></strong></p>
        <PasswordField value={password} onChange={setPassword} />
        <ErrorBox error={change.error} />
        <Buttons busy={change.busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function RemoveUser({ user, onClose, onDone }: DialogProps & { user: User }) {
  const t = text.value.access;
  const drop = useAction(async () => {
    await remove(resource(user.name));
    onDone();
  });
  return (
    <Confirm title={t.removeUser} confirm={t.remove} danger busy={drop.busy} error={drop.error} onClose={onClose} onConfirm={() => void drop.run()}>
      <p>{t.removeUserLong} <strong><bdi>{user.name}</bdi></strong></p>
    </Confirm>
  );
}
