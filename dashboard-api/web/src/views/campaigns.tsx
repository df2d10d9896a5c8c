import { Page } from '../app';
import { get } from '../api/client';
import { useData } from '../api/data';
import type { Campaign, ListCampaignsResponse, ListPayloadsResponse } from '../api/types';
import { Meter, shares } from '../charts/meter';
import * as format from '../format';
import { text } from '../i18n';
import { location, param } from '../router';
import { may } from '../session';
import { ButtonLink, Empty, ErrorBox, Foreign, Hex, Loading, Panel, Said, Tabs, Time } from '../ui/basics';
import { CampaignBadge } from '../ui/status';
import { PayloadUpload } from './payload_upload';

export function Campaigns() {
  const t = text.value;
  const tab = param('tab') === 'payloads' ? 'payloads' : 'campaigns';
  void location.value;
  return (
    <Page title={t.nav.campaigns} actions={may('OPERATOR') && <ButtonLink kind="primary" icon="plus" href="/campaigns/new">{t.campaign.create}</ButtonLink>}>
      <Tabs label={t.nav.campaigns} current={tab}
        tabs={[{ id: 'campaigns', title: t.nav.campaigns, href: '/campaigns' }, { id: 'payloads', title: t.campaign.payloads, href: '/campaigns?tab=payloads' }]} />
      {tab === 'campaigns' ? <List /> : <Payloads />}
    </Page>
  );
}

const total = (campaign: Campaign) => shares(campaign.counts).reduce((sum, share) => sum + share.count, 0);

function List() {
  const t = text.value;
  const campaigns = useData((signal) => get<ListCampaignsResponse>('/v1/campaigns', {}, signal), [], { everyMs: 5000 });
  const value = campaigns.value;
  if (!value) return campaigns.error ? <ErrorBox error={campaigns.error} retry={campaigns.reload} /> : <Loading rows={6} />;
  if (value.campaigns.length === 0) return <div class="panel"><Empty>{t.campaign.none}</Empty></div>;
  return (
    <div class="panel">
      <div class="scroll" tabIndex={0} role="group" aria-label={t.nav.campaigns}>
        <table class="fixed">
          <thead>
            <tr>
              <th scope="col">{t.campaign.campaign}</th>
              <th scope="col" class="w-badge">{t.common.state}</th>
              <th scope="col" class="w-wide">{t.campaign.progress}</th>
              <th scope="col" class="number w-small">{t.nav.machines}</th>
              <th scope="col" class="w-time">{t.common.created}</th>
            </tr>
          </thead>
          <tbody>
            {value.campaigns.map((campaign) => (
              <tr key={campaign.name}>
                <th scope="row">
                  <a href={`/${campaign.name}`}><Foreign value={campaign.spec?.title ?? campaign.name} /></a>
                  {campaign.pauseDetail && <div class="small muted">{campaign.pauseReason === 'BY_OPERATOR' ? <Foreign value={campaign.pauseDetail} /> : <Said>{campaign.pauseDetail}</Said>}</div>}
                </th>
                <td><CampaignBadge state={campaign.state} /></td>
                <td>{total(campaign) > 0 && <Meter shares={shares(campaign.counts)} label={t.campaign.progress} />}</td>
                <td class="number">{format.number(total(campaign))}</td>
                <td><Time value={campaign.createTime} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Payloads() {
  const t = text.value;
  const payloads = useData((signal) => get<ListPayloadsResponse>('/v1/payloads', {}, signal), []);
  return (
    <>
      {may('OPERATOR') && <PayloadUpload onDone={payloads.reload} />}
      <Panel title={t.campaign.payloads}>
        {!payloads.value ? (payloads.error ? <ErrorBox error={payloads.error} retry={payloads.reload} /> : <Loading />) : payloads.value.payloads.length === 0 ? (
          <Empty>{t.campaign.noPayloads}</Empty>
        ) : (
          <div class="scroll" tabIndex={0} role="group" aria-label={t.campaign.payloads}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t.machine.update}</th>
                  <th scope="col">{t.catalogs.file}</th>
                  <th scope="col">{t.field.architecture}</th>
                  <th scope="col" class="number">{t.common.size}</th>
                  <th scope="col">SHA-256</th>
                  <th scope="col">{t.catalogs.breaks}</th>
                  <th scope="col">{t.campaign.uploaded}</th>
                </tr>
              </thead>
              <tbody>
                {payloads.value.payloads.map((stored) => (
                  <tr key={stored.payload?.sha256}>
                    <th scope="row"><code>{stored.payload?.kb}</code></th>
                    <td><Foreign value={stored.payload?.fileName ?? ''} /></td>
                    <td>{stored.payload?.architecture}</td>
                    <td class="number">{format.bytes(stored.payload?.size ?? 0)}</td>
                    <td><Hex value={format.hexOfBase64(stored.payload?.sha256 ?? '')} short={16} /></td>
                    <td>{stored.breaksAt ? <Time value={stored.breaksAt} /> : t.catalogs.never}</td>
                    <td><Time value={stored.uploadedAt} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </>
  );
}
