// What a campaign is to do, in words.
import type { Action, Campaign, MaintenanceWindow, WavePolicy } from '../../api/types';
import { byRule } from '../../filter/grammar';
import * as format from '../../format';
import { text } from '../../i18n';
import { machinesAddress } from '../../router';
import { Foreign, Panel, Time } from '../../ui/basics';

export function actionText(action: Action | undefined): string {
  const t = text.value.campaign;
  if (action?.installUpdate) return t.doInstall(action.installUpdate.payload?.kb || '?', action.installUpdate.payload?.fileName ?? '');
  if (action?.removeUpdate) return t.doRemove(action.removeUpdate.kb);
  if (action?.runCheckSur) return t.doCheckSur(action.runCheckSur.payload?.fileName ?? '');
  if (action?.rescan) return t.doRescan;
  if (action?.restart) return t.doRestart;
  if (action?.collectEvidence) return action.collectEvidence.mask ? t.doCollectMasked : t.doCollect;
  return '–';
}

export const minuteText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

export function windowText(window: MaintenanceWindow | undefined): string {
  const t = text.value.campaign;
  if (!window || window.spans.length === 0) return t.anyTime;
  return window.spans.map((span) =>
    `${span.days.length ? span.days.map((day) => t.days[day - 1]).join(', ') : t.everyDay} ${minuteText(span.startMinute)} + ${format.duration(span.minutes * 60)}`,
  ).join('; ');
}

const sizeText = (wave: WavePolicy): string => {
  const t = text.value.campaign;
  if (wave.percent !== undefined) return t.percentOf(wave.percent);
  if (wave.machines !== undefined) return t.machineCount(wave.machines);
  return t.theRest;
};

export function Plan({ campaign }: { campaign: Campaign }) {
  const t = text.value;
  const spec = campaign.spec;
  if (!spec) return null;
  return (
    <div class="columns wide-left">
      <Panel title={t.campaign.waves}>
        <div class="scroll" tabIndex={0} role="group" aria-label={t.campaign.waves}>
          <table>
            <thead>
              <tr>
                <th scope="col" class="number">#</th>
                <th scope="col">{t.campaign.waveName}</th>
                <th scope="col">{t.campaign.size}</th>
                <th scope="col" class="number">{t.campaign.success}</th>
                <th scope="col" class="number">{t.campaign.breaker}</th>
                <th scope="col" class="number">{t.campaign.concurrency}</th>
                <th scope="col">{t.campaign.soak}</th>
                <th scope="col">{t.campaign.deadline}</th>
              </tr>
            </thead>
            <tbody>
              {spec.waves.map((wave, i) => (
                <tr key={i}>
                  <td class="number">{i + 1}</td>
                  <td>{wave.name && <Foreign value={wave.name} />}{wave.filter && <div class="small mono muted"><Foreign value={wave.filter} /></div>}</td>
                  <td>{sizeText(wave)}</td>
                  <td class="number">≥ {wave.successPercent} %</td>
                  <td class="number">&gt; {wave.errorPercent} %</td>
                  <td class="number">{format.number(wave.concurrency)}</td>
                  <td>{format.duration(wave.soak)}</td>
                  <td>{format.duration(wave.deadline)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      <Panel title={t.campaign.whatItDoes}>
        <div class="inner">
          {spec.description && <p class="wrap"><bdi>{spec.description}</bdi></p>}
          <dl class="facts list">
            {([
              [t.campaign.action, <span class="wrap">{actionText(spec.action)}</span>],
              [t.campaign.selection, spec.group ? <a href={`/groups?group=${encodeURIComponent(spec.group)}`}><Foreign value={spec.group} /></a>
                : <a href={machinesAddress(byRule(spec.rule, spec.filter ?? ''))}><code><Foreign value={spec.filter ?? ''} /></code></a>],
              [t.campaign.rule, spec.rule && <code>{spec.rule}</code>],
              [t.campaign.window, windowText(spec.window)],
              [t.campaign.restart, spec.restart && t.campaign.restartWhen[spec.restart.when]],
              [t.campaign.attempts, spec.maxAttempts],
              [t.campaign.validity, format.duration(spec.validity)],
              [t.campaign.twoPerson, spec.twoPerson ? t.common.yes : t.common.no],
              [t.campaign.createdBy, <bdi>{campaign.createdBy}</bdi>],
              [t.common.created, <Time value={campaign.createTime} />],
              [t.campaign.extends, campaign.extends && <a href={`/${campaign.extends}`}>{campaign.extends}</a>],
              [t.campaign.approvals, campaign.approvals.length > 0 && campaign.approvals.map((one) => (
                <div key={one.key}><bdi>{one.keyName}</bdi> <span class="muted"><bdi>{one.by}</bdi>, <Time value={one.at} /></span></div>
              ))],
            ] as const).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value || <span class="muted">–</span>}</dd>
              </div>
            ))}
          </dl>
        </div>
      </Panel>
    </div>
  );
}
