import type { Action, Campaign, CampaignSpec } from '../../api/types';
import { text } from '../../i18n';
import { Notice } from '../../ui/basics';
import { Plan } from '../campaign/plan';
import { type Draft, toSpec } from './draft';

export function Review({ draft }: { draft: Draft }) {
  const spec = toSpec(draft) as CampaignSpec;
  // What the server will fill in is known already.
  if (spec.action?.installUpdate) spec.action = { installUpdate: { ...spec.action.installUpdate, payload: draft.payload } } as Action;
  if (spec.action?.runCheckSur) spec.action = { runCheckSur: { ...spec.action.runCheckSur, payload: draft.payload } } as Action;
  const campaign = { name: '', spec, approvals: [], createdBy: '', extends: '' } as unknown as Campaign;
  return (
    <>
      <Notice kind="info"><strong>{draft.title}</strong><p>{text.value.wizard.reviewHint}</p></Notice>
      <Plan campaign={campaign} />
    </>
  );
}
