import { text } from '../../i18n';
import { Button, Field, IconButton } from '../../ui/basics';
import { type Draft, type DraftWave, newWave } from './draft';

const kHour = 3600;

export function Rollout({ draft, change }: { draft: Draft; change: (changes: Partial<Draft>) => void }) {
  const t = text.value.wizard;
  const edit = (index: number, changes: Partial<DraftWave>) =>
    change({ waves: draft.waves.map((wave, i) => (i === index ? { ...wave, ...changes } : wave)) });
  return (
    <>
      <p class="muted">{t.rolloutHint}</p>
      {draft.waves.map((wave, i) => (
        <fieldset key={i} class="wave-edit">
          <legend class="legend">{text.value.campaign.waveNumber(i + 1)}</legend>
          <div class="corner">
            <IconButton label={t.removeWave(i + 1)} icon="trash" disabled={draft.waves.length === 1} onClick={() => change({ waves: draft.waves.filter((_, at) => at !== i) })} />
          </div>
          <div class="row">
            <Field label={t.waveName}>{(ids) => <input {...ids} value={wave.name} maxLength={100} onInput={(event) => edit(i, { name: event.currentTarget.value })} />}</Field>
            <Field label={t.size}>
              {(ids) => (
                <select {...ids} class="input" value={wave.size} onChange={(event) => edit(i, { size: event.currentTarget.value as DraftWave['size'] })}>
                  <option value="machines">{t.sizes.machines}</option>
                  <option value="percent">{t.sizes.percent}</option>
                  <option value="rest">{t.sizes.rest}</option>
                </select>
              )}
            </Field>
            {wave.size !== 'rest' && <Amount label={wave.size === 'percent' ? t.percent : t.count} value={wave.count} min={1} max={wave.size === 'percent' ? 100 : 1_000_000} onChange={(count) => edit(i, { count })} />}
            <Field label={t.waveFilter}>{(ids) => <input {...ids} class="mono" placeholder={t.waveFilterHint} value={wave.filter} onInput={(event) => edit(i, { filter: event.currentTarget.value })} />}</Field>
          </div>
          <div class="row">
            <Amount label={t.success} value={wave.successPercent} min={1} max={100} onChange={(successPercent) => edit(i, { successPercent })} />
            <Amount label={t.breaker} value={wave.errorPercent} min={0} max={99} onChange={(errorPercent) => edit(i, { errorPercent })} />
            <Amount label={t.minSample} value={wave.minSample} min={1} max={100_000} onChange={(minSample) => edit(i, { minSample })} />
            <Amount label={t.concurrency} value={wave.concurrency} min={1} max={100_000} onChange={(concurrency) => edit(i, { concurrency })} />
            <Length label={t.soak} value={wave.soakSeconds} min={0} onChange={(soakSeconds) => edit(i, { soakSeconds })} />
            <Length label={t.deadline} value={wave.deadlineSeconds} min={1} onChange={(deadlineSeconds) => edit(i, { deadlineSeconds })} />
            <Length label={t.offline} value={wave.offlineSeconds} min={1} onChange={(offlineSeconds) => edit(i, { offlineSeconds })} />
          </div>
        </fieldset>
      ))}
      <div><Button icon="plus" onClick={() => change({ waves: [...draft.waves, newWave()] })}>{t.addWave}</Button></div>
    </>
  );
}

export function Amount({ label, value, min, max, onChange }: { label: string; value: number; min: number; max: number; onChange: (value: number) => void }) {
  return (
    <div class="narrow">
      <Field label={label}>
        {(ids) => <input {...ids} type="number" required min={min} max={max} value={value} onInput={(event) => onChange(Number(event.currentTarget.value))} />}
      </Field>
    </div>
  );
}

const kUnits = { s: 1, min: 60, h: kHour, d: 24 * kHour } as const;

/** A length of time as a number and a unit. */
export function Length({ label, value, min, onChange }: { label: string; value: number; min: number; onChange: (seconds: number) => void }) {
  const t = text.value.wizard;
  const unit = (['d', 'h', 'min'] as const).find((one) => value > 0 && value % kUnits[one] === 0) ?? 's';
  return (
    <div class="narrow">
      <Field label={label}>
        {(ids) => (
          <span class="joined">
            <input {...ids} type="number" required min={min > 0 ? 1 : 0} max={100_000} value={value / kUnits[unit]}
              onInput={(event) => onChange(Number(event.currentTarget.value) * kUnits[unit])} />
            <select class="input" aria-label={t.unitOf(label)} value={unit} onChange={(event) => onChange((value / kUnits[unit]) * kUnits[event.currentTarget.value as keyof typeof kUnits])}>
              {(Object.keys(kUnits) as (keyof typeof kUnits)[]).map((one) => <option key={one} value={one}>{t.units[one]}</option>)}
            </select>
          </span>
        )}
      </Field>
    </div>
  );
}
