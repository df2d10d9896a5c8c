// The keys whose signatures agents obey. A change is signed here with a key that is in force, and followed by the agents only then.
import { useState } from 'preact/hooks';
import { get, post } from '../../api/client';
import { useAction, useData } from '../../api/data';
import type { KeySet, ListKeySetsResponse, OperatorKey } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { may } from '../../session';
import { toBase64 } from '../../signing/bytes';
import { followKeySets, readPublicFile, signKeySet } from '../../signing/key_sets';
import { Button, Copy, Dialog, Empty, ErrorBox, Field, Foreign, Hex, Loading, Notice, Panel } from '../../ui/basics';
import { KeyForm, KeyProblem } from '../campaign/approve';

type Change = { what: 'add' } | { what: 'remove'; key: OperatorKey } | { what: 'approvals' };

export function Keys() {
  const t = text.value.access;
  const sets = useData(async (signal) => {
    const listed = (await get<ListKeySetsResponse>('/v1/keySets', {}, signal)).keySets;
    return followKeySets(listed).then((followed) => ({ followed, broken: false }), () => ({ followed: [] as KeySet[], broken: true }));
  }, []);
  const [change, setChange] = useState<Change>();
  const current = sets.value?.followed.at(-1);
  return (
    <Panel title={current ? t.keySet(current.serial) : t.tab.keys}
      aside={current && may('ADMIN') && (
        <>
          <Button icon="key" onClick={() => setChange({ what: 'approvals' })}>{t.requireApprovals}</Button>
          <Button icon="plus" onClick={() => setChange({ what: 'add' })}>{t.addKey}</Button>
        </>
      )}>
      {!sets.value ? (sets.error ? <ErrorBox error={sets.error} retry={sets.reload} /> : <Loading />) : sets.value.broken ? <Notice kind="error">{t.keySetsBroken}</Notice> : !current ? (
        <Empty>{t.noKeys} <code>musterctl keys new</code></Empty>
      ) : (
        <>
          <div class="inner"><p>{t.minApprovals(current.minApprovals)} <span class="muted">{t.followed(sets.value.followed.length)}</span></p></div>
          <div class="scroll" tabIndex={0} role="group" aria-label={t.tab.keys}>
            <table>
              <thead><tr><th scope="col">{t.whose}</th><th scope="col">{t.keyId}</th><th scope="col"><span class="hidden">{text.value.common.actions}</span></th></tr></thead>
              <tbody>
                {current.keys.map((key) => {
                  const id = format.hexOfBase64(key.id);
                  return (
                    <tr key={key.id}>
                      <th scope="row"><Foreign value={key.name} /></th>
                      <td><span class="actions"><Hex value={id} short={32} /><Copy value={id} label={t.copyKeyId} /></span></td>
                      <td class="end">{may('ADMIN') && current.keys.length > 1 && <Button kind="quiet" onClick={() => setChange({ what: 'remove', key })}>{t.revoke}</Button>}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
      {change && current && <ChangeDialog change={change} current={current} onClose={() => setChange(undefined)} onDone={() => (setChange(undefined), sets.reload())} />}
    </Panel>
  );
}

function ChangeDialog({ change, current, onClose, onDone }: { change: Change; current: KeySet; onClose: () => void; onDone: () => void }) {
  const t = text.value.access;
  const [added, setAdded] = useState<OperatorKey>();
  const [approvals, setApprovals] = useState(current.minApprovals);
  const read = useAction(async (file: File | undefined) => setAdded(file && (await readPublicFile(await file.text()))));
  const keys = change.what === 'add' ? [...current.keys, ...(added ? [added] : [])] : change.what === 'remove' ? current.keys.filter((key) => key.id !== change.key.id) : current.keys;
  const next: KeySet = { serial: String(Number(current.serial) + 1), keys, minApprovals: Math.min(change.what === 'approvals' ? approvals : current.minApprovals, keys.length) };
  const ready = change.what !== 'add' || !!added;
  return (
    <Dialog title={{ add: t.addKey, remove: t.revoke, approvals: t.requireApprovals }[change.what]} onClose={onClose}>
      {change.what === 'add' && (
        <Field label={t.publicFile} hint={t.publicFileHint} error={read.error && t.notPublic}>
          {(ids) => <input {...ids} type="file" accept=".pub" onChange={(event) => void read.run(event.currentTarget.files?.[0])} />}
        </Field>
      )}
      {change.what === 'add' && added && <p><strong><bdi>{added.name}</bdi></strong> <Hex value={format.hexOfBase64(added.id)} short={32} /></p>}
      {change.what === 'remove' && <p>{t.revokeKeyLong} <strong><bdi>{change.key.name}</bdi></strong></p>}
      {change.what === 'approvals' && (
        <Field label={t.approvals}>
          {(ids) => <input {...ids} type="number" min={1} max={current.keys.length} value={approvals} onInput={(event) => setApprovals(Number(event.currentTarget.value))} />}
        </Field>
      )}
      {ready && (
        <KeyForm submit={t.signChange}
          onKey={async (key) => {
            if (!current.keys.some((one) => one.id === toBase64(key.id))) throw new KeyProblem(text.value.sign.notInForce);
            await post('/v1/keySets', { signedKeySet: await signKeySet(next, key) });
            onDone();
          }} />
      )}
      <p class="small muted">{text.value.sign.stays}</p>
    </Dialog>
  );
}
