// Every distinct catalog and signing certificate of the fleet.
import { Page } from '../app';
import { get, resource, url } from '../api/client';
import { useData } from '../api/data';
import type { CatalogHolding, ListCatalogsResponse, ListSignersResponse, Signer } from '../api/types';
import { FilterInput } from '../filter/input';
import * as format from '../format';
import { text } from '../i18n';
import { address, location, machinesAddress, param, setQuery } from '../router';
import { ButtonLink, Empty, ErrorBox, Foreign, Loading, Panel, Tabs, Time } from '../ui/basics';
import { type Column, Grid } from '../ui/grid';
import { usePages } from '../ui/pages';
import { Badge, CatalogBadge } from '../ui/status';
import { CatalogDetails } from './catalog_dialog';

export function Catalogs() {
  const t = text.value;
  const tab = param('tab') === 'signers' ? 'signers' : 'catalogs';
  void location.value;
  const list = tab === 'signers' ? '/v1/signers' : '/v1/catalogs';
  return (
    <Page title={t.nav.catalogs} full
      actions={<ButtonLink icon="download" href={url(list, { filter: tab === 'catalogs' ? param('filter') : '', orderBy: param('order'), format: 'csv' })} download={`${tab}.csv`}>CSV</ButtonLink>}>
      <Tabs label={t.nav.catalogs} current={tab}
        tabs={[
          { id: 'catalogs', title: t.catalogs.catalogs, href: '/catalogs' },
          { id: 'signers', title: t.catalogs.signers, href: '/catalogs?tab=signers' },
        ]} />
      {tab === 'catalogs' ? <CatalogTable /> : <SignerTable />}
    </Page>
  );
}

function CatalogTable() {
  const t = text.value.catalogs;
  const filter = param('filter');
  const order = param('order') || 'breaks_at';
  const pages = usePages<CatalogHolding>(async (pageSize, pageToken, signal) => {
    const page = await get<ListCatalogsResponse>('/v1/catalogs', { filter, orderBy: order, pageSize, pageToken }, signal);
    return { rows: page.catalogs, nextPageToken: page.nextPageToken, total: Number(page.totalSize) };
  }, [filter, order]);
  const bad = pages.error?.status === 400 ? pages.error : undefined;
  const columns: Column<CatalogHolding>[] = [
    {
      key: 'path', title: t.file, width: 'minmax(220px, 2.2fr)', sort: 'path',
      cell: (row) => <a href={`/${row.name}`} tabIndex={-1}><Foreign value={format.lastPart(row.catalog?.path ?? '')} /></a>,
    },
    { key: 'kb', title: t.update, width: '96px', cell: (row) => <code>{row.kb}</code> },
    { key: 'standing', title: t.verifies, width: '136px', cell: (row) => row.catalog && <CatalogBadge catalog={row.catalog} /> },
    { key: 'result', title: t.signature, width: 'minmax(196px, 1.2fr)', sort: 'result', cell: (row) => row.catalog && t.result[row.catalog.result] },
    { key: 'breaks_at', title: t.breaks, width: '150px', sort: 'breaks_at', cell: (row) => <Time value={row.catalog?.breaksAt} /> },
    { key: 'signer', title: t.signer, width: 'minmax(110px, 1fr)', sort: 'signer', cell: (row) => <Foreign value={row.catalog?.signer ?? ''} /> },
    {
      key: 'machines', title: t.machines, width: '96px', sort: 'machines',
      cell: (row) => <a href={machinesAddress(row.filter)} tabIndex={-1}>{format.number(row.machines)}</a>,
    },
  ];
  return (
    <>
      <div class="bar">
        <FilterInput value={filter} label={t.filter} placeholder={t.filterExample} error={bad} onApply={(next) => setQuery({ filter: next }, { replace: false })} />
        <span class="muted number" role="status">{pages.total === undefined ? ' ' : t.count(pages.total)}</span>
      </div>
      <ErrorBox error={bad ? undefined : pages.error} retry={pages.reload} />
      {pages.total === undefined && pages.error ? null : pages.total === 0 ? <div class="panel"><Empty>{t.none}</Empty></div> : (
        <Grid label={t.catalogs} columns={columns} total={pages.total ?? 20} row={pages.row} id={(row) => row.name} href={(row) => `/${row.name}`}
          need={pages.need} order={order} onOrder={(next) => setQuery({ order: next })} />
      )}
    </>
  );
}

function SignerTable() {
  const t = text.value.catalogs;
  const order = param('order') || 'not_after';
  const pages = usePages<Signer>(async (pageSize, pageToken, signal) => {
    const page = await get<ListSignersResponse>('/v1/signers', { orderBy: order, pageSize, pageToken }, signal);
    return { rows: page.signers, nextPageToken: page.nextPageToken, total: Number(page.totalSize) };
  }, [order]);
  const columns: Column<Signer>[] = [
    {
      key: 'signer', title: t.issuedTo, width: 'minmax(130px, 1.4fr)', sort: 'signer',
      cell: (row) => <a href={address('/catalogs', { filter: row.catalogFilter })} tabIndex={-1}><Foreign value={row.signer || t.unknownSigner} /></a>,
    },
    { key: 'issuer', title: t.issuedBy, width: 'minmax(130px, 1.4fr)', sort: 'issuer', cell: (row) => <Foreign value={row.issuer} /> },
    {
      key: 'not_after', title: t.validUntil, width: '244px', sort: 'not_after',
      cell: (row) => <><Time value={row.notAfter} /> {row.notAfter && new Date(row.notAfter).getTime() < Date.now() && <Badge tone="warn" icon="clock">{t.expired}</Badge>}</>,
    },
    { key: 'breaks_at', title: t.firstBreaks, width: '150px', sort: 'breaks_at', cell: (row) => <Time value={row.breaksAt} /> },
    {
      key: 'results', title: t.signature, width: 'minmax(160px, 1.6fr)',
      cell: (row) => <Foreign value={row.results.map((one) => `${t.result[one.result]}: ${format.number(one.catalogs)}`).join(', ')} />,
    },
    { key: 'catalogs', title: t.catalogs, width: '90px', sort: 'catalogs', cell: (row) => format.number(row.catalogs) },
    { key: 'machines', title: t.machines, width: '90px', sort: 'machines', cell: (row) => format.number(row.machines) },
  ];
  return (
    <>
      <ErrorBox error={pages.error} retry={pages.reload} />
      {pages.total === undefined && pages.error ? null : pages.total === 0 ? <div class="panel"><Empty>{t.none}</Empty></div> : (
        <Grid label={t.signers} columns={columns} total={pages.total ?? 10} row={pages.row} id={(row) => `${row.issuer}/${row.serial}`}
          href={(row) => address('/catalogs', { filter: row.catalogFilter })} need={pages.need} order={order} onOrder={(next) => setQuery({ order: next })} />
      )}
    </>
  );
}

export function CatalogPage({ id }: { id: string }) {
  const t = text.value;
  const holding = useData((signal) => get<CatalogHolding>(resource(`catalogs/${id}`), {}, signal), [id]);
  const value = holding.value;
  const name = value ? format.lastPart(value.catalog?.path ?? '') : id.slice(0, 16);
  return (
    <Page plainTitle={name} title={<Foreign value={name} />} crumbs={[{ title: t.nav.catalogs, href: '/catalogs' }]}
      actions={value && <ButtonLink icon="machines" href={machinesAddress(value.filter)}>{t.catalogs.heldBy(value.machines)}</ButtonLink>}>
      {!value?.catalog ? (holding.error ? <ErrorBox error={holding.error} retry={holding.reload} /> : <Loading />) : (
        <Panel title={value.kb ? <code>{value.kb}</code> : t.catalogs.noUpdate}>
          <div class="inner"><CatalogDetails catalog={value.catalog} at={Date.now()} /></div>
        </Panel>
      )}
    </Page>
  );
}
