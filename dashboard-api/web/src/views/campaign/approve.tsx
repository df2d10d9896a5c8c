// Approval: the browser checks what is to be signed, opens the operator's key file, and signs. The key and its passphrase stay here.
import { useState } from 'preact/hooks';
import { post, resource } from '../../api/client';
import { useAction } from '../../api/data';
import type { JSX } from 'preact';
import type { Action, Campaign } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { may } from '../../session';
import { checkBeforeSigning, type Checked, ManifestError, signManifest } from '../../signing/approval';
import { toBase64 } from '../../signing/bytes';
import { KeyFileError, openKeyFile } from '../../signing/key_file';
import { Button, Dialog, ErrorBox, Facts, Field, Foreign, Hex, Notice, Panel, Time } from '../../ui/basics';
import { Icon } from '../../ui/icon';
import { actionText, windowText } from './plan';

export function Approve({ campaign, onChange }: { campaign: Campaign; onChange: (campaign: Campaign) => void }) {
  const t = text.value.sign;
  const [open, setOpen] = useState(false);
  const needed = campaign.spec?.twoPerson ? 2 : 1;
  const missing = needed - campaign.approvals.length;
  return (
    <Panel title={t.title} aside={t.have(campaign.approvals.length, needed)}>
      <div class="inner">
        <p>{missing > 0 ? t.missing(missing) : t.complete}</p>
        {campaign.approvals.map((one) => (
          <p key={one.key} class="actions">
            <Icon name="key" /><strong><bdi>{one.keyName}</bdi></strong> <span class="muted"><bdi>{one.by}</bdi>, <Time value={one.at} /></span>
          </p>
        ))}
        {may('APPROVER') && missing > 0 && <div><Button kind="primary" icon="key" onClick={() => setOpen(true)}>{t.checkAndSign}</Button></div>}
      </div>
      {open && <SignDialog campaign={campaign} onClose={() => setOpen(false)} onChange={(changed) => (setOpen(false), onChange(changed))} />}
    </Panel>
  );
}

const sourcesOf = (action: Action | undefined): string[] => action?.installUpdate?.sources ?? action?.runCheckSur?.sources ?? [];

function SignDialog({ campaign, onClose, onChange }: { campaign: Campaign; onClose: () => void; onChange: (campaign: Campaign) => void }) {
  const t = text.value.sign;
  const [checked, setChecked] = useState<Checked>();
  const [difference, setDifference] = useState<string>();
  const check = useAction(async () => {
    try {
      setChecked(await checkBeforeSigning(campaign));
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      setDifference(t.difference[error.difference]);
    }
  });
  const [begun, setBegun] = useState(false);
  if (!begun) {
    setBegun(true);
    void check.run();
  }
  return (
    <Dialog title={t.checkAndSign} onClose={onClose}>
      <ErrorBox error={check.error} retry={() => void check.run()} />
      {difference && (
        <div role="alert"><Notice kind="error"><strong>{t.notWhatItSays}</strong><p>{difference}</p><p>{t.nothingSigned}</p></Notice></div>
      )}
      {!checked && !difference && !check.error && <p role="status">{t.checking}</p>}
      {checked && (
        <>
          <ul class="checks">
            <li><Icon name="fixed" /><span>{t.okManifest}</span></li>
            <li><Icon name="fixed" /><span>{t.okTargets(checked.manifest.targetCount)}</span></li>
            <li><Icon name="fixed" /><span>{t.okKeys(checked.keys.keys.length)}</span></li>
          </ul>
          <Facts rows={[
            [t.what, <strong>{actionText(checked.manifest.action)}</strong>],
            ...(sourcesOf(checked.manifest.action).length ? [[t.sources, <span class="wrap"><bdi>{sourcesOf(checked.manifest.action).join(', ')}</bdi></span>] as [string, JSX.Element]] : []),
            [t.onMachines, format.number(checked.manifest.targetCount)],
            [t.until, <Time value={checked.manifest.notAfter} style="full" />],
            [text.value.campaign.attempts, checked.manifest.maxAttempts],
            [text.value.campaign.window, windowText(checked.manifest.window)],
            [text.value.campaign.restart, checked.manifest.restart && text.value.campaign.restartWhen[checked.manifest.restart.when]],
            [t.root, <Hex value={format.hexOfBase64(checked.manifest.targetRoot)} short={24} />],
          ]} />
          <KeyForm submit={t.sign}
            onKey={async (key) => {
              const id = toBase64(key.id);
              const known = checked.keys.keys.find((one) => one.id === id);
              if (!known) throw new KeyProblem(t.notInForce);
              const signature = await signManifest(checked.bytes, key);
              onChange(await post<Campaign>(resource(campaign.name, ':approve'), { signature }));
            }} />
          <p class="small muted">{t.stays}</p>
          <details>
            <summary>{t.keysInForce}</summary>
            {checked.keys.keys.map((key) => <div key={key.id}><Foreign value={key.name} /> <Hex value={format.hexOfBase64(key.id)} short={16} /></div>)}
          </details>
        </>
      )}
    </Dialog>
  );
}

/** A reason in words why a key will not do. */
export class KeyProblem extends Error {}

/** Takes a key file and its passphrase, and hands on the opened key. */
export function KeyForm({ submit, onKey }: { submit: string; onKey: (key: Awaited<ReturnType<typeof openKeyFile>>) => Promise<void> }) {
  const t = text.value.sign;
  const [file, setFile] = useState<File>();
  const [passphrase, setPassphrase] = useState('');
  const [problem, setProblem] = useState<string>();
  const sign = useAction(async () => {
    setProblem(undefined);
    try {
      const key = await openKeyFile(await file!.text(), passphrase);
      setPassphrase('');
      await onKey(key);
    } catch (error) {
      if (error instanceof KeyFileError) setProblem(t.keyProblem[error.problem]);
      else if (error instanceof KeyProblem) setProblem(error.message);
      else throw error;
    }
  });
  return (
    <form class="stack" autocomplete="off" onSubmit={(event) => (event.preventDefault(), void sign.run())}>
      <Field label={t.keyFile} hint={t.keyFileHint}>
        {(ids) => <input {...ids} type="file" required onChange={(event) => setFile(event.currentTarget.files?.[0])} />}
      </Field>
      <Field label={t.passphrase}>
        {(ids) => <input {...ids} type="password" autocomplete="off" required value={passphrase} onInput={(event) => setPassphrase(event.currentTarget.value)} />}
      </Field>
      {problem && <div role="alert"><Notice kind="error">{problem}</Notice></div>}
      <ErrorBox error={sign.error} />
      <footer class="actions"><Button type="submit" kind="primary" icon="key" busy={sign.busy} disabled={!file || !passphrase}>{submit}</Button></footer>
    </form>
  );
}
