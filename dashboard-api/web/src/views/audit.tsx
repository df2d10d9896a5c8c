import { Page } from '../app';
import { get, url } from '../api/client';
import type { AuditEntry, ListAuditEntriesResponse } from '../api/types';
import * as format from '../format';
import { text } from '../i18n';
import { ButtonLink, ErrorBox, Foreign, Hex, Time } from '../ui/basics';
import { type Column, Grid } from '../ui/grid';
import { usePages } from '../ui/pages';
import { Badge } from '../ui/status';

export function Audit() {
  const t = text.value.audit;
  const pages = usePages<AuditEntry>(async (pageSize, pageToken, signal) => {
    const page = await get<ListAuditEntriesResponse>('/v1/auditEntries', { pageSize, pageToken }, signal);
    // Entries are numbered without gaps, newest first: the last of a page tells how many are left.
    return { rows: page.auditEntries, nextPageToken: page.nextPageToken, total: Number(page.auditEntries[0]?.sequence ?? 0) };
  }, []);
  const columns: Column<AuditEntry>[] = [
    { key: 'sequence', title: '#', width: '76px', cell: (entry) => format.number(entry.sequence) },
    { key: 'time', title: text.value.common.time, width: '170px', cell: (entry) => <Time value={entry.time} style="full" /> },
    { key: 'actor', title: t.actor, width: 'minmax(110px, 1fr)', cell: (entry) => <Foreign value={entry.actor} /> },
    { key: 'action', title: t.action, width: 'minmax(210px, 1.6fr)', cell: (entry) => <code><Foreign value={entry.action.replace(/^\/?muster\.v1\./, '')} /></code> },
    { key: 'subject', title: t.subject, width: 'minmax(130px, 1.2fr)', cell: (entry) => <Foreign value={entry.subject} /> },
    {
      key: 'result', title: t.result, width: '190px',
      cell: (entry) => <Badge tone={entry.result === 'OK' ? 'good' : 'bad'} icon={entry.result === 'OK' ? 'clean' : 'affected'}>{entry.result}</Badge>,
    },
    { key: 'hash', title: t.hash, width: '126px', cell: (entry) => <Hex value={format.hexOfBase64(entry.hash)} short={12} /> },
  ];
  return (
    <Page title={text.value.nav.audit} full actions={<ButtonLink icon="download" href={url('/v1/auditEntries', { format: 'csv' })} download="audit.csv">CSV</ButtonLink>}>
      <p class="muted">{t.hint}</p>
      <ErrorBox error={pages.error} retry={pages.reload} />
      {pages.total === undefined && pages.error ? null : (
        <Grid label={text.value.nav.audit} columns={columns} total={pages.total ?? 20} row={pages.row} id={(entry) => entry.sequence} need={pages.need} />
      )}
    </Page>
  );
}
