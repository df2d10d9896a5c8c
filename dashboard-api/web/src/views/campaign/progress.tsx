import type { Campaign, Wave } from '../../api/types';
import { Meter, ShareLegend, shares } from '../../charts/meter';
import * as format from '../../format';
import { text } from '../../i18n';
import { withQuery } from '../../router';
import { Empty, Facts, Foreign, Panel, Said, Time } from '../../ui/basics';
import { WaveBadge } from '../../ui/status';

const ended = (wave: { tone: string; count: number }[]) => wave.filter((share) => share.tone === 'good' || share.tone === 'bad').reduce((sum, share) => sum + share.count, 0);

export function Progress({ campaign }: { campaign: Campaign }) {
  const t = text.value;
  const all = shares(campaign.counts);
  const total = all.reduce((sum, share) => sum + share.count, 0);
  const live = campaign.state === 'RUNNING';
  return (
    <>
      <Panel title={t.campaign.progress}
        aside={live && campaign.estimatedEndTime ? <span>{t.campaign.estimated} <Time value={campaign.estimatedEndTime} ago /></span> : undefined}>
        <div class="inner">
          <Meter big shares={all} label={t.campaign.progress} />
          <ShareLegend shares={all} />
          <p class="hidden" role="status" aria-live="polite">{t.campaign.spoken(t.campaignState[campaign.state], format.percent(ended(all), total))}</p>
          <Facts rows={[
            [t.campaign.targets, format.number(total)],
            [t.campaign.started, <Time value={campaign.startTime} style="full" />],
            [t.campaign.ended, <Time value={campaign.endTime} style="full" />],
            [t.campaign.relapsed, Number(campaign.counts?.relapsed ?? 0) > 0 ? <strong>{format.number(campaign.counts!.relapsed)}</strong> : '0'],
          ]} />
        </div>
      </Panel>
      <div class="columns wide-left">
        <Panel title={t.campaign.waves}>
          {campaign.waves.map((wave, i) => <WaveView key={i} wave={wave} number={i + 1} />)}
        </Panel>
        <Panel title={t.campaign.failures}>
          {campaign.failures.length === 0 ? <Empty>{t.campaign.noFailures}</Empty> : campaign.failures.map((failure, i) => (
            <section key={i} class="wave">
              <div class="top">
                <h3>{t.cause[failure.cause]}</h3>
                <a class="aside" href={withQuery({ tab: 'orders', states: 'FAILED,REFUSED', cause: failure.cause, code: failure.hasCode ? String(failure.code) : 'none' })}>{t.campaign.machineCount(failure.machines)}</a>
              </div>
              {failure.hasCode && <p><code>{format.hresult(failure.code)}</code> <code>{failure.codeName}</code></p>}
              {failure.meaning && <p><Said>{failure.meaning}</Said></p>}
              {failure.advice && <p class="muted"><Said>{failure.advice}</Said></p>}
              <p class="small muted">{failure.samples.map((sample, at) => <span key={at}>{at > 0 && ', '}<bdi>{sample.slice(0, 40)}</bdi></span>)}</p>
            </section>
          ))}
        </Panel>
      </div>
    </>
  );
}

function WaveView({ wave, number }: { wave: Wave; number: number }) {
  const t = text.value;
  const all = shares(wave.counts);
  const total = all.reduce((sum, share) => sum + share.count, 0);
  return (
    <section class="wave" aria-label={t.campaign.waveNumber(number)}>
      <div class="top">
        <h3>{t.campaign.waveNumber(number)} {wave.policy?.name && <Foreign value={wave.policy.name} />}</h3>
        <WaveBadge state={wave.state} />
        <a class="aside" href={withQuery({ tab: 'orders', wave: String(number) })}>{t.campaign.machineCount(total)} · {format.percent(ended(all), total)}</a>
      </div>
      <Meter shares={all} label={t.campaign.waveNumber(number)} />
      <ShareLegend shares={all} />
      <p class="small muted">
        {wave.startTime ? <>{t.campaign.started} <Time value={wave.startTime} style="clock" /></> : ' '}
        {wave.state === 'SOAKING' && wave.soakTime && <> · {t.campaign.soaksUntil} <Time value={new Date(new Date(wave.soakTime).getTime() + format.seconds(wave.policy?.soak) * 1000).toISOString()} style="clock" /></>}
        {wave.endTime && <> · {t.campaign.ended} <Time value={wave.endTime} style="clock" /></>}
        {Number(wave.acceptedFailures) > 0 && <> · {t.campaign.accepted(wave.acceptedFailures)}</>}
      </p>
    </section>
  );
}
