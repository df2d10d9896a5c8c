import type { RestartPolicy_When } from '../../api/types';
import { text } from '../../i18n';
import { Field } from '../../ui/basics';
import type { Draft } from './draft';
import { Amount, Length } from './rollout';

export function Conditions({ draft, change }: { draft: Draft; change: (changes: Partial<Draft>) => void }) {
  const t = text.value.wizard;
  const check = (key: 'mainsPower' | 'allowPendingRestart' | 'twoPerson' | 'cleanIsSuccess' | 'windowOn', label: string) => (
    <label class="check"><input type="checkbox" checked={draft[key]} onChange={(event) => change({ [key]: event.currentTarget.checked })} />{label}</label>
  );
  return (
    <>
      <fieldset>
        <legend class="legend">{t.window}</legend>
        {check('windowOn', t.windowOn)}
        {draft.windowOn && (
          <>
            <div class="actions">
              {text.value.campaign.days.map((name, i) => (
                <label key={name} class="check">
                  <input type="checkbox" checked={draft.windowDays.includes(i + 1)}
                    onChange={(event) => change({ windowDays: [1, 2, 3, 4, 5, 6, 7].filter((day) => (day === i + 1 ? event.currentTarget.checked : draft.windowDays.includes(day))) })} />
                  {name}
                </label>
              ))}
            </div>
            <div class="row">
              <div class="narrow"><Field label={t.windowStart}>{(ids) => <input {...ids} type="time" required value={draft.windowStart} onInput={(event) => change({ windowStart: event.currentTarget.value })} />}</Field></div>
              <Amount label={t.windowHours} value={draft.windowHours} min={1} max={24} onChange={(windowHours) => change({ windowHours })} />
            </div>
          </>
        )}
      </fieldset>
      <fieldset>
        <legend class="legend">{t.restart}</legend>
        <div class="row">
          <Field label={t.restart}>
            {(ids) => (
              <select {...ids} class="input" value={draft.action === 'restart' ? 'ALWAYS' : draft.restart} disabled={draft.action === 'restart'}
                onChange={(event) => change({ restart: event.currentTarget.value as RestartPolicy_When })}>
                {(['IF_NEEDED', 'NEVER', 'ALWAYS'] as const).map((when) => <option key={when} value={when}>{text.value.campaign.restartWhen[when]}</option>)}
              </select>
            )}
          </Field>
          <Length label={t.notice} value={draft.noticeSeconds} min={0} onChange={(noticeSeconds) => change({ noticeSeconds })} />
          <Amount label={t.deferrals} value={draft.deferrals} min={0} max={20} onChange={(deferrals) => change({ deferrals })} />
        </div>
      </fieldset>
      <fieldset>
        <legend class="legend">{t.before}</legend>
        <div class="row"><Amount label={t.freeDisk} value={draft.minFreeGigabytes} min={0} max={1000} onChange={(minFreeGigabytes) => change({ minFreeGigabytes })} /></div>
        {check('mainsPower', t.mainsPower)}
        {check('allowPendingRestart', t.allowPendingRestart)}
      </fieldset>
      <fieldset>
        <legend class="legend">{t.limits}</legend>
        <div class="row">
          <Amount label={t.attempts} value={draft.maxAttempts} min={1} max={10} onChange={(maxAttempts) => change({ maxAttempts })} />
          <Amount label={t.validity} value={draft.validityDays} min={1} max={89} onChange={(validityDays) => change({ validityDays })} />
        </div>
        {check('twoPerson', t.twoPerson)}
        {draft.rule !== '' && check('cleanIsSuccess', t.cleanIsSuccess)}
      </fieldset>
    </>
  );
}
