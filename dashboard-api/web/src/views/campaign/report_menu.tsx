import { useState } from 'preact/hooks';
import { get, resource, url } from '../../api/client';
import { useAction } from '../../api/data';
import type { Campaign, ListOrdersResponse, OrderView } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { Button, ErrorBox, Menu, saveFile } from '../../ui/basics';
import { markdownReport } from './report';

async function allOrders(name: string): Promise<OrderView[]> {
  const orders: OrderView[] = [];
  for (let pageToken = ''; ; ) {
    const page = await get<ListOrdersResponse>(resource(name, '/orders'), { pageSize: 1000, pageToken });
    orders.push(...page.orders);
    if (!(pageToken = page.nextPageToken)) return orders;
  }
}

/** A record for change management: Markdown and JSON made here, CSV by the server. */
export function ReportMenu({ campaign }: { campaign: Campaign }) {
  const t = text.value.campaign;
  const [open, setOpen] = useState(false);
  const id = format.lastPart(campaign.name);
  const make = useAction(async (kind: 'md' | 'json') => {
    const [now, orders] = await Promise.all([get<Campaign>(resource(campaign.name)), allOrders(campaign.name)]);
    if (kind === 'md') saveFile(`campaign-${id}.md`, 'text/markdown', markdownReport(now, orders));
    else saveFile(`campaign-${id}.json`, 'application/json', JSON.stringify({ campaign: now, orders }, null, 2));
    setOpen(false);
  });
  return (
    <Menu title={t.report} icon="download" open={open} onOpen={setOpen}>
      <Button onClick={() => void make.run('md')} busy={make.busy}>Markdown</Button>
      <a class="button" href={url(resource(campaign.name, '/orders'), { format: 'csv' })} download={`campaign-${id}.csv`}>CSV</a>
      <Button onClick={() => void make.run('json')} busy={make.busy}>JSON</Button>
      <ErrorBox error={make.error} />
    </Menu>
  );
}
