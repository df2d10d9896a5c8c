import { useState } from 'preact/hooks';
import { get, post, resource } from '../../api/client';
import { useAction, useData } from '../../api/data';
import type { ApiToken, EnrollmentToken, ListApiTokensResponse, Role } from '../../api/types';
import { text } from '../../i18n';
import { Button, Confirm, Copy, Dialog, Empty, ErrorBox, Field, Foreign, Loading, Notice, Panel, Time } from '../../ui/basics';
import { Badge } from '../../ui/status';
import { Amount } from '../new_campaign/rollout';
import { RoleField } from './users';

/** A secret that is shown once. */
export const Secret = ({ value }: { value: string }) => (
  <>
    <Notice kind="warning">{text.value.access.onlyOnce}</Notice>
    <div class="secret"><code>{value}</code><Copy value={value} label={text.value.access.copySecret} /></div>
  </>
);

export function ApiTokens() {
  const t = text.value.access;
  const tokens = useData((signal) => get<ListApiTokensResponse>('/v1/apiTokens', {}, signal), []);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken>();
  const revoke = useAction(async () => {
    await post(resource(revoking!.name, ':revoke'), {});
    setRevoking(undefined);
    tokens.reload();
  });
  const now = Date.now();
  return (
    <Panel title={t.tab.tokens} aside={<Button icon="plus" onClick={() => setMaking(true)}>{t.newToken}</Button>}>
      {!tokens.value ? (tokens.error ? <ErrorBox error={tokens.error} retry={tokens.reload} /> : <Loading />) : tokens.value.apiTokens.length === 0 ? <Empty>{t.noTokens}</Empty> : (
        <div class="scroll" tabIndex={0} role="group" aria-label={t.tab.tokens}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.description}</th>
                <th scope="col">{t.role}</th>
                <th scope="col">{text.value.common.state}</th>
                <th scope="col">{text.value.common.created}</th>
                <th scope="col">{t.expires}</th>
                <th scope="col"><span class="hidden">{text.value.common.actions}</span></th>
              </tr>
            </thead>
            <tbody>
              {tokens.value.apiTokens.map((token) => {
                const expired = !!token.expiresAt && new Date(token.expiresAt).getTime() <= now;
                return (
                  <tr key={token.name}>
                    <th scope="row"><Foreign value={token.description || token.name} /><div class="small muted">{token.name}</div></th>
                    <td>{text.value.role[token.role]}</td>
                    <td>
                      {token.revokedAt ? <Badge tone="mute" icon="stop">{t.revoked}</Badge> : expired ? <Badge tone="mute" icon="clock">{text.value.catalogs.expired}</Badge>
                        : <Badge tone="good" icon="clean">{t.active}</Badge>}
                    </td>
                    <td><Time value={token.createdAt} /></td>
                    <td><Time value={token.expiresAt} /></td>
                    <td class="end">{!token.revokedAt && !expired && <Button kind="quiet" onClick={() => setRevoking(token)}>{t.revoke}</Button>}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {making && <NewApiToken onClose={() => (setMaking(false), tokens.reload())} />}
      {revoking && (
        <Confirm title={t.revoke} confirm={t.revoke} danger busy={revoke.busy} error={revoke.error} onClose={() => setRevoking(undefined)} onConfirm={() => void revoke.run()}>
          <p>{t.revokeLong} <strong><bdi>{revoking.description || revoking.name}</bdi></strong></p>
        </Confirm>
      )}
    </Panel>
  );
}

function NewApiToken({ onClose }: { onClose: () => void }) {
  const t = text.value.access;
  const [description, setDescription] = useState('');
  const [role, setRole] = useState<Role>('VIEWER');
  const [days, setDays] = useState(90);
  const [made, setMade] = useState<ApiToken>();
  const create = useAction(async () => setMade(await post<ApiToken>('/v1/apiTokens', { description, role, lifetime: `${days * 86_400}s` })));
  return (
    <Dialog title={t.newToken} onClose={onClose}>
      {made ? <Secret value={made.token} /> : (
        <form class="stack" onSubmit={(event) => (event.preventDefault(), void create.run())}>
          <Field label={t.description}>{(ids) => <input {...ids} required value={description} onInput={(event) => setDescription(event.currentTarget.value)} />}</Field>
          <RoleField value={role} onChange={setRole} />
          <Amount label={t.days} value={days} min={1} max={400} onChange={setDays} />
          <ErrorBox error={create.error} />
          <footer class="actions"><Button type="submit" kind="primary" busy={create.busy}>{t.create}</Button></footer>
        </form>
      )}
    </Dialog>
  );
}

export function EnrollmentTokens() {
  const t = text.value.access;
  const [description, setDescription] = useState('');
  const [maxUses, setMaxUses] = useState(100);
  const [hours, setHours] = useState(24);
  const [made, setMade] = useState<EnrollmentToken>();
  const create = useAction(async () => setMade(await post<EnrollmentToken>('/v1/enrollmentTokens', { description, maxUses, lifetime: `${hours * 3600}s` })));
  return (
    <Panel title={t.tab.enrollment}>
      <div class="inner narrow-form">
        <p class="muted">{t.enrollmentHint}</p>
        <form class="stack" onSubmit={(event) => (event.preventDefault(), void create.run())}>
          <Field label={t.description}>{(ids) => <input {...ids} value={description} onInput={(event) => setDescription(event.currentTarget.value)} />}</Field>
          <div class="row">
            <Amount label={t.uses} value={maxUses} min={1} max={1_000_000} onChange={setMaxUses} />
            <Amount label={t.hours} value={hours} min={1} max={2160} onChange={setHours} />
          </div>
          <ErrorBox error={create.error} />
          <div><Button type="submit" kind="primary" busy={create.busy}>{t.create}</Button></div>
        </form>
        {made && (
          <div role="status" class="stack">
            <Secret value={made.token} />
            <p class="muted">{t.goodFor(made.maxUses)} <Time value={made.expiresAt} /></p>
          </div>
        )}
      </div>
    </Panel>
  );
}
