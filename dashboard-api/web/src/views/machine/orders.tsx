import { get, resource, url } from '../../api/client';
import { useData } from '../../api/data';
import type { ListEvidenceBundlesResponse, ListMachineOrdersResponse } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { ButtonLink, Empty, ErrorBox, Foreign, Hex, Loading, Panel, Said, Time } from '../../ui/basics';
import { OrderBadge } from '../../ui/status';

const kShown = 200;

/** Below a table that ends before what there is. */
const Newest = ({ path }: { path: string }) => (
  <footer class="actions">
    <span class="muted">{text.value.common.newest(kShown)}</span>
    <ButtonLink icon="download" href={url(path, { format: 'csv' })} download={`${format.lastPart(path)}.csv`}>CSV</ButtonLink>
  </footer>
);

export function Orders({ parent, evidence }: { parent: string; evidence: boolean }) {
  const t = text.value;
  const orders = useData((signal) => get<ListMachineOrdersResponse>(resource(parent, '/orders'), { pageSize: kShown }, signal), [parent], { everyMs: 10_000 });
  return (
    <>
      <Panel title={t.machine.tab.orders}>
        {!orders.value ? (orders.error ? <ErrorBox error={orders.error} retry={orders.reload} /> : <Loading />) : orders.value.orders.length === 0 ? (
          <Empty>{t.machine.noOrders}</Empty>
        ) : (
          <div class="scroll" tabIndex={0} role="group" aria-label={t.machine.tab.orders}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t.campaign.campaign}</th>
                  <th scope="col">{t.common.state}</th>
                  <th scope="col">{t.campaign.cause}</th>
                  <th scope="col" class="number">{t.campaign.wave}</th>
                  <th scope="col" class="number">{t.campaign.attempt}</th>
                  <th scope="col">{t.common.updated}</th>
                </tr>
              </thead>
              <tbody>
                {orders.value.orders.map(({ campaign, title, order }) => (
                  <tr key={`${campaign}${order?.attempt}`}>
                    <th scope="row"><a href={`/${campaign}`}><Foreign value={title || campaign} /></a></th>
                    <td>{order?.status && <OrderBadge state={order.status.state} />}</td>
                    <td class="wrap">
                      {order?.status && order.status.cause !== 'CAUSE_UNSPECIFIED' && t.cause[order.status.cause]}
                      {order?.status?.hasCode && order.status.code !== 0 && <> <code>{format.hresult(order.status.code)}</code></>}
                      {order?.status?.detail && <div class="small muted"><Said>{order.status.detail}</Said></div>}
                    </td>
                    <td class="number">{order?.wave}</td>
                    <td class="number">{order?.attempt}</td>
                    <td><Time value={order?.updateTime} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {orders.value?.nextPageToken && <Newest path={resource(parent, '/orders')} />}
      </Panel>
      {evidence && <EvidenceBundles parent={parent} />}
    </>
  );
}

/** Bundles that machines sent by order; of a machine or of a campaign. */
export function EvidenceBundles({ parent }: { parent: string }) {
  const t = text.value;
  const bundles = useData((signal) => get<ListEvidenceBundlesResponse>(resource(parent, '/evidenceBundles'), { pageSize: kShown }, signal), [parent]);
  return (
    <Panel title={t.machine.bundles}>
      {!bundles.value ? (bundles.error ? <ErrorBox error={bundles.error} retry={bundles.reload} /> : <Loading rows={2} />) : bundles.value.evidenceBundles.length === 0 ? (
        <Empty>{t.machine.noBundles}</Empty>
      ) : (
        <div class="scroll" tabIndex={0} role="group" aria-label={t.machine.bundles}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.field.name}</th>
                <th scope="col">{t.common.created}</th>
                <th scope="col" class="number">{t.common.size}</th>
                <th scope="col">SHA-256</th>
                <th scope="col">{t.machine.masked}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {bundles.value.evidenceBundles.map((bundle) => (
                <tr key={bundle.name}>
                  <th scope="row"><Foreign value={bundle.machineName} /></th>
                  <td><Time value={bundle.createTime} /></td>
                  <td class="number">{format.bytes(bundle.size)}</td>
                  <td><Hex value={format.hexOfBase64(bundle.sha256)} short={16} /></td>
                  <td>{bundle.masked ? t.common.yes : t.common.no}</td>
                  <td class="end">
                    <ButtonLink icon="download" href={resource(bundle.name, ':download')} download={`${format.lastPart(bundle.name)}.zip`}>{t.common.download}</ButtonLink>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {bundles.value?.nextPageToken && <Newest path={resource(parent, '/evidenceBundles')} />}
    </Panel>
  );
}
