import { get, post } from '../../api/client';
import { useData } from '../../api/data';
import type { ListGroupsResponse, ListRulesResponse, PreviewGroupResponse } from '../../api/types';
import { FilterBar } from '../../filter/bar';
import { text } from '../../i18n';
import { ErrorBox, Field, Foreign, Notice } from '../../ui/basics';
import type { Draft } from './draft';

export function Whom({ draft, change }: { draft: Draft; change: (changes: Partial<Draft>) => void }) {
  const t = text.value.wizard;
  const groups = useData((signal) => get<ListGroupsResponse>('/v1/groups', {}, signal), []);
  const rules = useData((signal) => get<ListRulesResponse>('/v1/rules', {}, signal), []);
  const asked = draft.by === 'group' ? draft.group : draft.filter;
  const preview = useData(
    () => post<PreviewGroupResponse>('/v1/groups:preview', draft.by === 'group' ? { name: draft.group } : { group: { filter: draft.filter } }),
    [draft.by, asked], { off: !asked });
  return (
    <>
      <Field label={t.titleField}>
        {(ids) => <input {...ids} required maxLength={200} value={draft.title} onInput={(event) => change({ title: event.currentTarget.value })} />}
      </Field>
      <Field label={t.description}>
        {(ids) => <textarea {...ids} maxLength={4000} value={draft.description} onInput={(event) => change({ description: event.currentTarget.value })} />}
      </Field>
      <fieldset>
        <legend class="legend">{t.whomBy}</legend>
        <div class="choice">
          {(['group', 'filter'] as const).map((by) => (
            <label key={by}>
              <input type="radio" name="by" checked={draft.by === by} onChange={() => change({ by })} />
              <span>{t.by[by]}<div class="hint">{t.byHint[by]}</div></span>
            </label>
          ))}
        </div>
      </fieldset>
      {draft.by === 'group' ? (
        <Field label={t.by.group}>
          {(ids) => (
            <select {...ids} class="input" required value={draft.group} onChange={(event) => change({ group: event.currentTarget.value })}>
              <option value="">{t.chooseGroup}</option>
              {groups.value?.groups.map((group) => <option key={group.name} value={group.name}>{group.name.slice(7)}{group.description && ` – ${group.description.slice(0, 80)}`}</option>)}
            </select>
          )}
        </Field>
      ) : (
        <FilterBar value={draft.filter} onApply={(filter) => change({ filter })} label={t.by.filter} error={preview.error?.status === 400 ? preview.error : undefined} />
      )}
      <ErrorBox error={preview.error?.status === 400 ? undefined : preview.error} />
      {asked && preview.value && (
        <Notice kind="info">
          <span role="status">{t.selects(preview.value.machines)}</span>{' '}
          <span class="muted">{preview.value.samples.slice(0, 8).map((sample, i) => <span key={i}>{i > 0 && ', '}<bdi>{sample.slice(0, 40)}</bdi></span>)}</span>
        </Notice>
      )}
      <Field label={t.rule} hint={t.ruleHint}>
        {(ids) => (
          <select {...ids} class="input" value={draft.rule} onChange={(event) => change({ rule: event.currentTarget.value })}>
            <option value="">{t.noRule}</option>
            {rules.value?.rules.map((rule) => <option key={rule.id} value={rule.id}>{rule.id} – {rule.title}</option>)}
          </select>
        )}
      </Field>
      {draft.group && <p class="small muted"><Foreign value={draft.group} /></p>}
    </>
  );
}
