// A campaign made step by step. What was entered so far is kept for the tab; nothing reaches the server before the last step, which makes a
// draft: its page shows the preview.
import { useEffect, useState } from 'preact/hooks';
import { Page } from '../app';
import { post } from '../api/client';
import { useAction } from '../api/data';
import type { Campaign } from '../api/types';
import { text } from '../i18n';
import { navigate, param } from '../router';
import { Button, ErrorBox, Panel } from '../ui/basics';
import { canGoOn, type Draft, kSteps, newDraft, type Step, toSpec } from './new_campaign/draft';
import { Remedy } from './new_campaign/remedy';
import { Rollout } from './new_campaign/rollout';
import { Conditions } from './new_campaign/conditions';
import { Review } from './new_campaign/review';
import { Whom } from './new_campaign/whom';

const kStored = 'muster.draft';

function restored(): Draft {
  const given = { group: param('group'), filter: param('filter'), rule: param('rule') };
  if (!given.group && !given.filter) {
    try {
      const stored = JSON.parse(sessionStorage.getItem(kStored) ?? '') as Draft;
      if (stored.version === newDraft(given).version) return stored;
    } catch {
      // Nothing was kept.
    }
  }
  return newDraft(given);
}

export function NewCampaign() {
  const t = text.value.wizard;
  const [draft, setDraft] = useState(restored);
  const [step, setStep] = useState<Step>('whom');
  const at = kSteps.indexOf(step);
  useEffect(() => document.querySelector('main')?.scrollTo(0, 0), [step]);
  const change = (changes: Partial<Draft>) =>
    setDraft((old) => {
      const next = { ...old, ...changes };
      sessionStorage.setItem(kStored, JSON.stringify(next));
      return next;
    });
  const create = useAction(async () => {
    const campaign = await post<Campaign>('/v1/campaigns', { spec: toSpec(draft) });
    sessionStorage.removeItem(kStored);
    navigate(`/${campaign.name}`);
  });
  const parts = { draft, change };
  return (
    <Page title={t.title} crumbs={[{ title: text.value.nav.campaigns, href: '/campaigns' }]}>
      <ol class="steps" aria-label={t.steps}>
        {kSteps.map((one, i) => (
          <li key={one}>
            <button type="button" class={i < at ? 'done' : ''} aria-current={one === step ? 'step' : undefined}
              disabled={i > at && !kSteps.slice(0, i).every((before) => canGoOn(before, draft))} onClick={() => setStep(one)}>
              {i + 1}. {t.step[one]}
            </button>
          </li>
        ))}
      </ol>
      <form class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (step === 'review') void create.run();
          else if (canGoOn(step, draft)) setStep(kSteps[at + 1]!);
        }}>
        <Panel title={t.stepLong[step]}>
          <div class="inner">
            {step === 'whom' && <Whom {...parts} />}
            {step === 'remedy' && <Remedy {...parts} />}
            {step === 'rollout' && <Rollout {...parts} />}
            {step === 'conditions' && <Conditions {...parts} />}
            {step === 'review' && <Review draft={draft} />}
          </div>
        </Panel>
        <ErrorBox error={create.error} />
        <footer class="actions">
          {at > 0 && <Button onClick={() => setStep(kSteps[at - 1]!)}>{text.value.common.back}</Button>}
          <Button type="submit" kind="primary" busy={create.busy} disabled={!canGoOn(step, draft)}>{step === 'review' ? t.create : text.value.common.next}</Button>
        </footer>
      </form>
    </Page>
  );
}
