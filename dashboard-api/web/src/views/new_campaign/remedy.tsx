import { get } from '../../api/client';
import { useData } from '../../api/data';
import type { ListPayloadsResponse } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { ErrorBox, Field, Foreign } from '../../ui/basics';
import { PayloadUpload } from '../payload_upload';
import { type Draft, kActions } from './draft';

export function Remedy({ draft, change }: { draft: Draft; change: (changes: Partial<Draft>) => void }) {
  const t = text.value.wizard;
  const payloads = useData((signal) => get<ListPayloadsResponse>('/v1/payloads', {}, signal), []);
  const withPayload = draft.action === 'installUpdate' || draft.action === 'runCheckSur';
  return (
    <>
      <fieldset>
        <legend class="legend">{t.action}</legend>
        <div class="choice">
          {kActions.map((action) => (
            <label key={action}>
              <input type="radio" name="action" checked={draft.action === action}
                onChange={() => change({ action, ...(action === 'rescan' || action === 'collectEvidence' ? { rule: '' } : {}) })} />
              <span>{t.actions[action]}<div class="hint">{t.actionHint[action]}</div></span>
            </label>
          ))}
        </div>
      </fieldset>
      {withPayload && (
        <fieldset>
          <legend class="legend">{t.payload}</legend>
          <ErrorBox error={payloads.error} retry={payloads.reload} />
          <div class="choice">
            {payloads.value?.payloads.map((stored) => (
              <label key={stored.payload!.sha256}>
                <input type="radio" name="payload" checked={draft.payload?.sha256 === stored.payload!.sha256} onChange={() => change({ payload: stored.payload })} />
                <span>{stored.payload!.kb}<div class="hint"><Foreign value={stored.payload!.fileName} /><br />{stored.payload!.architecture} · {format.bytes(stored.payload!.size)}</div></span>
              </label>
            ))}
          </div>
          {payloads.value?.payloads.length === 0 && <p class="muted">{t.noPayloads}</p>}
        </fieldset>
      )}
      {withPayload && <PayloadUpload onDone={(stored) => (payloads.reload(), change({ payload: stored.payload }))} />}
      {draft.action === 'removeUpdate' && (
        <Field label={t.kb} hint={t.kbHint}>
          {(ids) => <input {...ids} class="w-small-input" required pattern="KB[0-9]{6,8}" value={draft.kb} onInput={(event) => change({ kb: event.currentTarget.value.trim().toUpperCase() })} />}
        </Field>
      )}
      {draft.action === 'collectEvidence' && (
        <label class="check"><input type="checkbox" checked={draft.mask} onChange={(event) => change({ mask: event.currentTarget.checked })} />{t.mask}</label>
      )}
    </>
  );
}
