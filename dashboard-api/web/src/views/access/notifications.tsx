import { useState } from 'preact/hooks';
import { get, post, remove, resource } from '../../api/client';
import { useAction, useData } from '../../api/data';
import type { ListNotificationChannelsResponse, NotificationChannel } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { may } from '../../session';
import { Button, Confirm, Dialog, Empty, ErrorBox, Field, Foreign, Loading, Panel, Said, Time } from '../../ui/basics';
import { Secret } from './tokens';

export function Notifications() {
  const t = text.value.access;
  const channels = useData((signal) => get<ListNotificationChannelsResponse>('/v1/notificationChannels', {}, signal), []);
  const [making, setMaking] = useState(false);
  const [dropping, setDropping] = useState<NotificationChannel>();
  const drop = useAction(async () => {
    await remove(resource(dropping!.name));
    setDropping(undefined);
    channels.reload();
  });
  const target = (channel: NotificationChannel) => channel.webhookUrl ?? channel.mailAddress ?? '';
  return (
    <Panel title={t.tab.notifications} aside={may('ADMIN') && <Button icon="plus" onClick={() => setMaking(true)}>{t.newChannel}</Button>}>
      {!channels.value ? (channels.error ? <ErrorBox error={channels.error} retry={channels.reload} /> : <Loading />) : channels.value.channels.length === 0 ? <Empty>{t.noChannels}</Empty> : (
        <div class="scroll" tabIndex={0} role="group" aria-label={t.tab.notifications}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.target}</th>
                <th scope="col" class="number">{t.waiting}</th>
                <th scope="col">{t.lastError}</th>
                <th scope="col">{text.value.common.created}</th>
                <th scope="col"><span class="hidden">{text.value.common.actions}</span></th>
              </tr>
            </thead>
            <tbody>
              {channels.value.channels.map((channel) => (
                <tr key={channel.name}>
                  <th scope="row"><Foreign value={target(channel)} /></th>
                  <td class="number">{format.number(channel.waiting)}</td>
                  <td class="wrap">{channel.lastError && <Said>{channel.lastError}</Said>}</td>
                  <td><Time value={channel.createTime} /></td>
                  <td class="end">{may('ADMIN') && <Button kind="quiet" onClick={() => setDropping(channel)}>{t.remove}</Button>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {making && <NewChannel onClose={() => (setMaking(false), channels.reload())} />}
      {dropping && (
        <Confirm title={t.removeChannel} confirm={t.remove} danger busy={drop.busy} error={drop.error} onClose={() => setDropping(undefined)} onConfirm={() => void drop.run()}>
          <p><Foreign value={target(dropping)} /></p>
        </Confirm>
      )}
    </Panel>
  );
}

function NewChannel({ onClose }: { onClose: () => void }) {
  const t = text.value.access;
  const [kind, setKind] = useState<'webhookUrl' | 'mailAddress'>('webhookUrl');
  const [target, setTarget] = useState('');
  const [made, setMade] = useState<NotificationChannel>();
  const create = useAction(async () => {
    const channel = await post<NotificationChannel>('/v1/notificationChannels', { channel: { [kind]: target } });
    if (channel.secret) setMade(channel);
    else onClose();
  });
  return (
    <Dialog title={t.newChannel} onClose={onClose}>
      {made ? <Secret value={made.secret} /> : (
        <form class="stack" onSubmit={(event) => (event.preventDefault(), void create.run())}>
          <Field label={t.kind}>
            {(ids) => (
              <select {...ids} class="input" value={kind} onChange={(event) => setKind(event.currentTarget.value as typeof kind)}>
                <option value="webhookUrl">{t.webhook}</option>
                <option value="mailAddress">{t.mail}</option>
              </select>
            )}
          </Field>
          <Field label={t.target}>{(ids) => <input {...ids} required inputMode={kind === 'mailAddress' ? 'email' : 'url'} value={target} onInput={(event) => setTarget(event.currentTarget.value)} />}</Field>
          <ErrorBox error={create.error} />
          <footer class="actions"><Button type="submit" kind="primary" busy={create.busy}>{t.create}</Button></footer>
        </form>
      )}
    </Dialog>
  );
}
