// States as a colour, an icon and a word; never as a colour alone.
import type { Campaign_State, Outcome_Code, OrderStatus_State, Verdict_State, Wave_State, Catalog } from '../api/types';
import { text } from '../i18n';
import { Icon, type IconName } from './icon';

export type Tone = 'bad' | 'warn' | 'busy' | 'good' | 'calm' | 'mute';

export const Badge = ({ tone, icon, children }: { tone: Tone; icon: IconName; children: string }) => (
  <span class={`badge ${tone}`}>
    <Icon name={icon} />
    <span>{children}</span>
  </span>
);

const kVerdicts: Record<Verdict_State, [Tone, IconName]> = {
  STATE_UNSPECIFIED: ['mute', 'unknown'],
  AFFECTED: ['bad', 'affected'],
  AT_RISK: ['warn', 'atRisk'],
  REMEDIATING: ['busy', 'remediating'],
  FIXED: ['good', 'fixed'],
  CLEAN: ['calm', 'clean'],
  UNKNOWN: ['mute', 'unknown'],
};
export const verdictStates = ['AFFECTED', 'AT_RISK', 'REMEDIATING', 'FIXED', 'CLEAN', 'UNKNOWN'] as const;
export const verdictTone = (state: Verdict_State) => kVerdicts[state][0];
export const verdictIcon = (state: Verdict_State) => kVerdicts[state][1];

export const VerdictBadge = ({ state }: { state: Verdict_State }) => (
  <Badge tone={kVerdicts[state][0]} icon={kVerdicts[state][1]}>
    {text.value.verdict[state]}
  </Badge>
);

const kCampaigns: Record<Campaign_State, [Tone, IconName]> = {
  STATE_UNSPECIFIED: ['mute', 'unknown'],
  DRAFT: ['mute', 'catalogs'],
  AWAITING_APPROVAL: ['warn', 'key'],
  RUNNING: ['busy', 'play'],
  PAUSED: ['warn', 'pause'],
  COMPLETED: ['good', 'fixed'],
  CANCELLED: ['mute', 'stop'],
};
export const CampaignBadge = ({ state }: { state: Campaign_State }) => (
  <Badge tone={kCampaigns[state][0]} icon={kCampaigns[state][1]}>
    {text.value.campaignState[state]}
  </Badge>
);

const kWaves: Record<Wave_State, [Tone, IconName]> = {
  STATE_UNSPECIFIED: ['mute', 'unknown'],
  PENDING: ['mute', 'clock'],
  ACTIVE: ['busy', 'play'],
  SOAKING: ['busy', 'clock'],
  DONE: ['good', 'fixed'],
};
export const WaveBadge = ({ state }: { state: Wave_State }) => (
  <Badge tone={kWaves[state][0]} icon={kWaves[state][1]}>
    {text.value.waveState[state]}
  </Badge>
);

export const orderTone = (state: OrderStatus_State): Tone =>
  state === 'SUCCEEDED' ? 'good' : state === 'FAILED' || state === 'REFUSED' ? 'bad' : state === 'SCHEDULED' || state === 'EXPIRED' ? 'mute' : 'busy';
export const OrderBadge = ({ state }: { state: OrderStatus_State }) => {
  const tone = orderTone(state);
  const icon = ({ good: 'fixed', bad: 'affected', busy: 'remediating', mute: 'clock', warn: 'atRisk', calm: 'clean' } as const)[tone];
  return (
    <Badge tone={tone} icon={icon}>
      {text.value.orderState[state]}
    </Badge>
  );
};

export const OutcomeBadge = ({ code }: { code: Outcome_Code }) => (
  <Badge tone={code === 'OK' ? 'good' : code === 'PARTIAL' ? 'warn' : code === 'UNSUPPORTED' ? 'mute' : 'bad'}
    icon={code === 'OK' ? 'clean' : code === 'PARTIAL' ? 'atRisk' : code === 'UNSUPPORTED' ? 'unknown' : 'affected'}>
    {text.value.outcome[code]}
  </Badge>
);

const kNever = new Set(['TIMESTAMP_OUTSIDE_SIGNER_VALIDITY', 'COUNTERSIGNATURE_BROKEN', 'TIMESTAMP_CERTIFICATE_MISSING', 'SIGNATURE_BROKEN',
  'CHAIN_BROKEN', 'UNSIGNED', 'CORRUPT']);
/** How a catalog stands at an instant: it verifies for good, will stop, has stopped, or never did. */
export function catalogStanding(catalog: Catalog, at = Date.now()): 'holds' | 'lapses' | 'lapsed' | 'never' {
  if (kNever.has(catalog.result)) return 'never';
  if (!catalog.breaksAt) return 'holds';
  return new Date(catalog.breaksAt).getTime() <= at ? 'lapsed' : 'lapses';
}
export function CatalogBadge({ catalog, at }: { catalog: Catalog; at?: number }) {
  const standing = catalogStanding(catalog, at);
  const [tone, icon] = ({
    holds: ['good', 'fixed'], lapses: ['warn', 'atRisk'], lapsed: ['bad', 'affected'], never: ['bad', 'affected'],
  } as const)[standing];
  return (
    <Badge tone={tone} icon={icon}>
      {text.value.catalogs.standing[standing]}
    </Badge>
  );
}
