// One campaign: what it does, how far it is, and what may be done with it now.
import { useState } from 'preact/hooks';
import { Page } from '../app';
import { get, post, resource } from '../api/client';
import { useAction, useData } from '../api/data';
import { useWatch } from '../api/watch';
import type { Campaign } from '../api/types';
import { text } from '../i18n';
import { location, navigate, param, withQuery } from '../router';
import { may } from '../session';
import { Button, Confirm, ErrorBox, Field, Foreign, Loading, Notice, Said, Tabs } from '../ui/basics';
import { CampaignBadge } from '../ui/status';
import { Approve } from './campaign/approve';
import { CampaignOrders } from './campaign/orders';
import { Plan } from './campaign/plan';
import { Preview } from './campaign/preview';
import { Progress } from './campaign/progress';
import { ReportMenu } from './campaign/report_menu';
import { EvidenceBundles } from './machine/orders';

const kTabs = ['progress', 'orders', 'plan', 'evidence'] as const;
type Verb = 'submit' | 'start' | 'pause' | 'resume' | 'cancel' | 'retryFailed' | 'extend';

export function CampaignPage({ id }: { id: string }) {
  const t = text.value;
  const name = `campaigns/${id}`;
  const loaded = useData((signal) => get<Campaign>(resource(name), {}, signal), [name]);
  const campaign = loaded.value;
  const open = campaign && campaign.state !== 'COMPLETED' && campaign.state !== 'CANCELLED' && campaign.state !== 'DRAFT';
  useWatch<Campaign>(open ? resource(name, ':watch') : undefined, loaded.set);
  const tab = kTabs.find((one) => one === param('tab')) ?? 'progress';
  void location.value;
  const title = campaign?.spec?.title ?? id;
  const evidence = campaign?.spec?.action?.collectEvidence && may('OPERATOR');
  const tabs = kTabs.filter((one) => one !== 'evidence' || evidence);
  return (
    <Page plainTitle={title} crumbs={[{ title: t.nav.campaigns, href: '/campaigns' }]}
      title={<><Foreign value={title} />{campaign && <CampaignBadge state={campaign.state} />}</>}
      actions={campaign && <Verbs campaign={campaign} onChange={loaded.set} />}>
      {!campaign ? (loaded.error ? <ErrorBox error={loaded.error} retry={loaded.reload} /> : <Loading rows={8} />) : campaign.state === 'DRAFT' ? (
        <>
          <Preview name={name} />
          <Plan campaign={campaign} />
        </>
      ) : (
        <>
          {campaign.state === 'PAUSED' && (
            <Notice kind="warning">
              <strong>{t.campaign.pauseReason[campaign.pauseReason]}</strong> {campaign.pauseDetail && (campaign.pauseReason === 'BY_OPERATOR' ? <Foreign value={campaign.pauseDetail} /> : <Said>{campaign.pauseDetail}</Said>)}
            </Notice>
          )}
          {campaign.state === 'AWAITING_APPROVAL' && <Approve campaign={campaign} onChange={loaded.set} />}
          <Tabs label={t.campaign.parts} current={tab} tabs={tabs.map((one) => ({ id: one, title: t.campaign.tab[one], href: withQuery({ tab: one === 'progress' ? undefined : one }) }))} />
          {tab === 'progress' && <Progress campaign={campaign} />}
          {tab === 'orders' && <CampaignOrders name={name} counts={campaign.counts} waves={campaign.waves.length} />}
          {tab === 'plan' && <Plan campaign={campaign} />}
          {tab === 'evidence' && evidence && <EvidenceBundles parent={name} />}
        </>
      )}
    </Page>
  );
}

function Verbs({ campaign, onChange }: { campaign: Campaign; onChange: (campaign: Campaign) => void }) {
  const t = text.value.campaign;
  const [asked, setAsked] = useState<Verb>();
  const [reason, setReason] = useState('');
  const act = useAction(async (verb: Verb) => {
    const changed = await post<Campaign>(resource(campaign.name, `:${verb}`), verb === 'pause' ? { reason } : {});
    setAsked(undefined);
    if (verb === 'extend') navigate(`/${changed.name}`);
    else onChange(changed);
  });
  const { state } = campaign;
  const needed = campaign.spec?.twoPerson ? 2 : 1;
  const failed = Number(campaign.counts?.failed ?? 0) + Number(campaign.counts?.refused ?? 0);
  const verb = (one: Verb, icon: Parameters<typeof Button>[0]['icon'], kind?: 'primary' | 'danger', disabled?: boolean) => (
    <Button key={one} icon={icon} kind={kind} disabled={disabled} onClick={() => (act.clear(), setAsked(one))}>{t.verb[one]}</Button>
  );
  return (
    <>
      {may('OPERATOR') && (
        <>
          {state === 'DRAFT' && verb('submit', 'key', 'primary')}
          {state === 'AWAITING_APPROVAL' && verb('start', 'play', 'primary', campaign.approvals.length < needed)}
          {state === 'RUNNING' && verb('pause', 'pause')}
          {(state === 'PAUSED' || state === 'COMPLETED') && failed > 0 && verb('retryFailed', 'retry')}
          {state === 'PAUSED' && verb('resume', 'play', 'primary')}
          {(state === 'COMPLETED' || state === 'RUNNING' || state === 'CANCELLED') && verb('extend', 'plus')}
          {state !== 'COMPLETED' && state !== 'CANCELLED' && verb('cancel', 'stop', 'danger')}
        </>
      )}
      {state !== 'DRAFT' && <ReportMenu campaign={campaign} />}
      {asked && (
        <Confirm title={t.verb[asked]} confirm={t.verb[asked]} danger={asked === 'cancel'} busy={act.busy} error={act.error}
          onClose={() => setAsked(undefined)} onConfirm={() => void act.run(asked)}>
          <p>{t.verbLong[asked]}</p>
          {asked === 'retryFailed' && <p>{t.retryCount(failed)}</p>}
          {asked === 'pause' && (
            <Field label={t.reason}>{(ids) => <input {...ids} value={reason} maxLength={256} onInput={(event) => setReason(event.currentTarget.value)} />}</Field>
          )}
        </Confirm>
      )}
    </>
  );
}
