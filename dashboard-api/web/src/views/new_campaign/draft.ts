// What the steps gather, and the CampaignSpec that comes of it.
import type { CampaignSpec, Payload, RestartPolicy_When, WavePolicy } from '../../api/types';

export const kSteps = ['whom', 'remedy', 'rollout', 'conditions', 'review'] as const;
export type Step = (typeof kSteps)[number];
export const kActions = ['installUpdate', 'removeUpdate', 'runCheckSur', 'rescan', 'restart', 'collectEvidence'] as const;
export type ActionKind = (typeof kActions)[number];

export interface DraftWave {
  name: string;
  filter: string;
  size: 'machines' | 'percent' | 'rest';
  count: number;
  concurrency: number;
  successPercent: number;
  errorPercent: number;
  minSample: number;
  soakSeconds: number;
  deadlineSeconds: number;
  offlineSeconds: number;
}

export interface Draft {
  version: 1;
  title: string;
  description: string;
  by: 'group' | 'filter';
  group: string;
  filter: string;
  rule: string;
  action: ActionKind;
  payload?: Payload;
  kb: string;
  mask: boolean;
  waves: DraftWave[];
  windowOn: boolean;
  windowDays: number[];
  windowStart: string; // "22:00"
  windowHours: number;
  restart: RestartPolicy_When;
  noticeSeconds: number;
  deferrals: number;
  minFreeGigabytes: number;
  mainsPower: boolean;
  allowPendingRestart: boolean;
  maxAttempts: number;
  validityDays: number;
  twoPerson: boolean;
  cleanIsSuccess: boolean;
}

export const newWave = (changes: Partial<DraftWave> = {}): DraftWave => ({
  name: '', filter: '', size: 'rest', count: 1, concurrency: 200, successPercent: 95, errorPercent: 5, minSample: 5, soakSeconds: 3600,
  deadlineSeconds: 4 * 3600, offlineSeconds: 900, ...changes,
});

export const newDraft = (given: { group?: string; filter?: string; rule?: string }): Draft => ({
  version: 1, title: '', description: '', by: given.filter && !given.group ? 'filter' : 'group', group: given.group ?? '',
  filter: given.filter ?? '', rule: given.rule || 'expired-catalog', action: 'installUpdate', kb: '', mask: true,
  waves: [
    newWave({ name: 'canary', size: 'machines', count: 5, successPercent: 100, errorPercent: 0, minSample: 1 }),
    newWave({ name: 'pilot', size: 'percent', count: 20 }),
    newWave({ name: 'rest' }),
  ],
  windowOn: false, windowDays: [1, 2, 3, 4, 5], windowStart: '22:00', windowHours: 6, restart: 'IF_NEEDED', noticeSeconds: 600, deferrals: 3,
  minFreeGigabytes: 1, mainsPower: false, allowPendingRestart: false, maxAttempts: 3, validityDays: 14, twoPerson: false, cleanIsSuccess: false,
});

export function canGoOn(step: Step, draft: Draft): boolean {
  switch (step) {
    case 'whom':
      return draft.title.trim() !== '' && (draft.by === 'group' ? draft.group !== '' : draft.filter.trim() !== '');
    case 'remedy':
      if (draft.action === 'installUpdate' || draft.action === 'runCheckSur') return !!draft.payload;
      return draft.action !== 'removeUpdate' || /^KB\d{6,8}$/.test(draft.kb);
    case 'rollout':
      return draft.waves.length > 0;
    default:
      return true;
  }
}

const seconds = (value: number) => `${value}s`;

function wave(draft: DraftWave): Partial<WavePolicy> {
  return {
    name: draft.name, filter: draft.filter, concurrency: draft.concurrency, successPercent: draft.successPercent, errorPercent: draft.errorPercent,
    minSample: draft.minSample, soak: seconds(draft.soakSeconds), deadline: seconds(draft.deadlineSeconds), offlineAfter: seconds(draft.offlineSeconds),
    ...(draft.size === 'rest' ? { rest: true } : { [draft.size]: draft.count }),
  };
}

export function toSpec(draft: Draft): Partial<CampaignSpec> {
  const [hours, minutes] = draft.windowStart.split(':').map(Number);
  const payload = draft.payload && ({ sha256: draft.payload.sha256 } as Payload);
  const action = {
    installUpdate: { installUpdate: { payload } }, removeUpdate: { removeUpdate: { kb: draft.kb } }, runCheckSur: { runCheckSur: { payload } },
    rescan: { rescan: {} }, restart: { restart: {} }, collectEvidence: { collectEvidence: { mask: draft.mask } },
  }[draft.action] as CampaignSpec['action'];
  return {
    title: draft.title.trim(), description: draft.description.trim(), rule: draft.rule, action,
    ...(draft.by === 'group' ? { group: draft.group } : { filter: draft.filter.trim() }),
    waves: draft.waves.map(wave) as WavePolicy[],
    twoPerson: draft.twoPerson, cleanIsSuccess: draft.cleanIsSuccess, maxAttempts: draft.maxAttempts,
    validity: seconds(draft.validityDays * 86_400),
    ...(draft.windowOn ? {
      window: { spans: [{ days: draft.windowDays.length === 7 ? [] : draft.windowDays, startMinute: (hours ?? 0) * 60 + (minutes ?? 0), minutes: draft.windowHours * 60 }] },
    } : {}),
    restart: { when: draft.action === 'restart' ? 'ALWAYS' : draft.restart, notice: seconds(draft.noticeSeconds), deferrals: draft.deferrals },
    preconditions: {
      minFreeDiskBytes: String(Math.round(draft.minFreeGigabytes * 2 ** 30)), mainsPower: draft.mainsPower, allowPendingRestart: draft.allowPendingRestart,
    },
  };
}
