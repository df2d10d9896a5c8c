// A bar of shares, with its numbers for readers in words.
import type { OrderCounts } from '../api/types';
import * as format from '../format';
import { text } from '../i18n';
import type { Tone } from '../ui/status';

export interface Share {
  tone: Tone;
  name: string;
  count: number;
}

/** @param of what a full bar is; the sum of the shares where it is not given */
export function Meter({ shares, big, label, of }: { shares: Share[]; big?: boolean; label: string; of?: number }) {
  const whole = Math.max(1, of ?? shares.reduce((sum, share) => sum + share.count, 0));
  const words = shares.filter((share) => share.count > 0).map((share) => `${share.name} ${format.number(share.count)}`).join(', ');
  return (
    <div class={big ? 'meter big' : 'meter'} role="img" aria-label={`${label}: ${words}`} title={words}>
      {shares.map((share) => (
        <span key={share.name} class={share.tone} style={{ width: `${(share.count / whole) * 100}%` }} />
      ))}
    </div>
  );
}

/** Where a campaign's or wave's orders stand. */
export function shares(counts: OrderCounts | undefined): Share[] {
  const t = text.value.counts;
  const c = (key: keyof OrderCounts) => Number(counts?.[key] ?? 0);
  return [
    { tone: 'good', name: t.succeeded, count: c('succeeded') },
    { tone: 'bad', name: t.failed, count: c('failed') + c('refused') },
    { tone: 'busy', name: t.running, count: c('offered') + c('accepted') + c('running') + c('rebootPending') + c('verifying') },
    { tone: 'warn', name: t.offline, count: c('offline') },
    { tone: 'mute', name: t.waiting, count: c('waiting') + c('expired') },
  ];
}

export const ShareLegend = ({ shares: all }: { shares: Share[] }) => (
  <ul class="legend-list">
    {all.map((share) => (
      <li key={share.name} class={share.tone}>
        <span class="dot" />
        {share.name} <b>{format.number(share.count)}</b>
      </li>
    ))}
  </ul>
);
