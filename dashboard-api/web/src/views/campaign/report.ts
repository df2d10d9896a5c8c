// A campaign's record in Markdown.
import type { Campaign, OrderView } from '../../api/types';
import { shares } from '../../charts/meter';
import * as format from '../../format';
import { text } from '../../i18n';
import { saidOr } from '../../said';
import { actionText, windowText } from './plan';

/** In a table's cell, as itself: nothing in it is markup. */
const cell = (value: unknown): string =>
  String(value ?? '').replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]<>()#+!|~-]/g, (c) => `\\${c}`);

const table = (head: string[], rows: unknown[][]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(' | ')} |`).join('\n');

export function markdownReport(campaign: Campaign, orders: OrderView[]): string {
  const t = text.value;
  const spec = campaign.spec!;
  const counts = shares(campaign.counts);
  const instant = (value?: string) => (value ? format.utc(value) : '–');
  const parts = [
    `# ${cell(spec.title)}`,
    table([t.common.what, ''], [
      [t.campaign.campaign, campaign.name],
      [t.common.state, t.campaignState[campaign.state]],
      [t.campaign.action, actionText(spec.action)],
      [t.campaign.selection, spec.group || spec.filter],
      [t.campaign.rule, spec.rule],
      [t.campaign.window, windowText(spec.window)],
      [t.campaign.createdBy, campaign.createdBy],
      ...campaign.approvals.map((one) => [t.campaign.approvals, `${one.keyName} (${one.by}), ${instant(one.at)}`]),
      [t.campaign.started, instant(campaign.startTime)],
      [t.campaign.ended, instant(campaign.endTime)],
      ...counts.map((share) => [share.name, share.count]),
      [t.campaign.relapsed, campaign.counts?.relapsed],
    ]),
    `## ${t.campaign.waves}`,
    table(['#', t.campaign.waveName, t.common.state, ...counts.map((share) => share.name)],
      campaign.waves.map((wave, i) => [i + 1, wave.policy?.name, t.waveState[wave.state], ...shares(wave.counts).map((share) => share.count)])),
    `## ${t.campaign.failures}`,
    campaign.failures.length === 0 ? t.campaign.noFailures : table([t.campaign.cause, 'Code', t.nav.machines, t.campaign.advice],
      campaign.failures.map((one) => [t.cause[one.cause], one.hasCode ? `${format.hresult(one.code)} ${one.codeName}` : '', one.machines, saidOr(one.advice)])),
    `## ${t.campaign.tab.orders}`,
    table([t.field.name, t.field.site, t.campaign.wave, t.campaign.attempt, t.common.state, t.campaign.cause, t.common.updated],
      orders.map((order) => [order.machineName, order.site, order.wave, order.attempt, order.status ? t.orderState[order.status.state] : '',
        order.status && order.status.cause !== 'CAUSE_UNSPECIFIED' ? t.cause[order.status.cause] : '', instant(order.updateTime)])),
  ];
  return `${parts.join('\n\n')}\n`;
}
