import { get, resource, url } from '../../api/client';
import type { ListOrdersResponse, OrderCounts, OrderStatus_State, OrderView } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { machineAddress, param, setQuery } from '../../router';
import { saidOr } from '../../said';
import { ButtonLink, Empty, ErrorBox, Foreign, IconButton, Time } from '../../ui/basics';
import { type Column, Grid } from '../../ui/grid';
import { usePages } from '../../ui/pages';
import { OrderBadge, VerdictBadge } from '../../ui/status';

const kStates: OrderStatus_State[] = ['SCHEDULED', 'OFFERED', 'ACCEPTED', 'RUNNING', 'REBOOT_PENDING', 'VERIFYING', 'SUCCEEDED', 'FAILED', 'REFUSED', 'EXPIRED'];

export function CampaignOrders({ name, counts, waves }: { name: string; counts?: OrderCounts; waves: number }) {
  const t = text.value;
  const states = param('states').split(',').filter((one): one is OrderStatus_State => kStates.includes(one as OrderStatus_State));
  const wave = Number(param('wave')) || 0;
  const [cause, code] = [param('cause'), param('code')];
  const asked = { states, wave: wave || undefined, cause, code: code === 'none' ? undefined : code, withoutCode: code === 'none' || undefined };
  const pages = usePages<OrderView>(async (pageSize, pageToken, signal) => {
    const page = await get<ListOrdersResponse>(resource(name, '/orders'), { pageSize, pageToken, ...asked }, signal);
    return { rows: page.orders, nextPageToken: page.nextPageToken, total: Number(page.totalSize) };
  }, [name, JSON.stringify([asked, counts])]);
  const columns: Column<OrderView>[] = [
    {
      key: 'machine', title: t.field.name, width: 'minmax(130px, 1.2fr)',
      cell: (order) => <a href={machineAddress(order.machine, { tab: 'orders' })} tabIndex={-1}><Foreign value={order.machineName} /></a>,
    },
    { key: 'site', title: t.field.site, width: 'minmax(90px, 0.8fr)', cell: (order) => <Foreign value={order.site} /> },
    { key: 'wave', title: t.campaign.wave, width: '70px', cell: (order) => order.wave },
    { key: 'attempt', title: t.campaign.attempt, width: '80px', cell: (order) => order.attempt },
    { key: 'state', title: t.common.state, width: '156px', cell: (order) => order.status && <OrderBadge state={order.status.state} /> },
    {
      key: 'cause', title: t.campaign.cause, width: 'minmax(200px, 2fr)',
      cell: (order) => order.status && order.status.cause !== 'CAUSE_UNSPECIFIED' && (
        // The code first: it is what one looks for, and the words may be cut.
        <span title={`${t.cause[order.status.cause]}\n${saidOr(order.status.detail)}`}>{order.status.hasCode && <code>{format.hresult(order.status.code)} </code>}{t.cause[order.status.cause]}</span>
      ),
    },
    { key: 'verdict', title: t.field.verdict, width: '126px', cell: (order) => <VerdictBadge state={order.verdict} /> },
    { key: 'updated', title: t.common.updated, width: '150px', cell: (order) => <Time value={order.updateTime} /> },
  ];
  const setState = (state: OrderStatus_State, on: boolean) =>
    setQuery({ states: kStates.filter((one) => (one === state ? on : states.includes(one))).join() });
  return (
    <>
      <div class="bar">
        <div class="chips" role="group" aria-label={t.common.state}>
          {kStates.map((state) => (
            <button key={state} type="button" class="chip" aria-pressed={states.includes(state)} aria-current={states.includes(state) ? 'true' : undefined}
              onClick={() => setState(state, !states.includes(state))}>{t.orderState[state]}</button>
          ))}
        </div>
        <select class="input" aria-label={t.campaign.wave} value={String(wave)} onChange={(event) => setQuery({ wave: event.currentTarget.value === '0' ? '' : event.currentTarget.value })}>
          <option value="0">{t.campaign.allWaves}</option>
          {Array.from({ length: waves }, (_, i) => <option key={i} value={i + 1}>{t.campaign.waveNumber(i + 1)}</option>)}
        </select>
        {(cause || code) && (
          <span class="chip">
            {t.cause[cause as keyof typeof t.cause] ?? cause} {/^\d+$/.test(code) && <code>{format.hresult(Number(code))}</code>}
            <IconButton label={t.campaign.allCauses} icon="close" onClick={() => setQuery({ cause: undefined, code: undefined })} />
          </span>
        )}
        <ButtonLink icon="download" href={url(resource(name, '/orders'), { ...asked, format: 'csv' })} download="orders.csv">CSV</ButtonLink>
      </div>
      <ErrorBox error={pages.error} retry={pages.reload} />
      {pages.total === undefined && pages.error ? null : pages.total === 0 ? <div class="panel"><Empty>{t.campaign.noOrders}</Empty></div> : (
        <Grid label={t.campaign.tab.orders} columns={columns} total={pages.total ?? 20} row={pages.row} id={(order) => order.machine}
          href={(order) => machineAddress(order.machine, { tab: 'orders' })} need={pages.need} />
      )}
    </>
  );
}
