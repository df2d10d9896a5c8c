// What one standing set of the machine holds.
import { useState } from 'preact/hooks';
import { get, resource } from '../../api/client';
import type { Catalog, ListItemsResponse, ListItemsResponse_Item, Machine, SetKind } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { Empty, ErrorBox, Foreign, Notice, Said, Time } from '../../ui/basics';
import { type Column, Grid } from '../../ui/grid';
import { usePages } from '../../ui/pages';
import { CatalogBadge, OutcomeBadge } from '../../ui/status';
import { CatalogDialog } from '../catalog_dialog';

type Item = ListItemsResponse_Item;
type Shown = 'CATALOGS' | 'UPDATES' | 'PACKAGES' | 'FACTS';

function columns(kind: Shown, at: number, open: (catalog: Catalog) => void): Column<Item>[] {
  const t = text.value;
  switch (kind) {
    case 'CATALOGS':
      return [
        {
          key: 'path', title: t.catalogs.file, width: 'minmax(240px, 2.4fr)',
          cell: (item) => (
            <button type="button" class="linkish" onClick={() => open(item.catalog!)}><Foreign value={format.lastPart(item.catalog?.path ?? '')} /></button>
          ),
        },
        { key: 'standing', title: t.catalogs.verifies, width: '150px', cell: (item) => item.catalog && <CatalogBadge catalog={item.catalog} at={at} /> },
        { key: 'result', title: t.catalogs.signature, width: 'minmax(170px, 1.4fr)', cell: (item) => item.catalog && t.catalogs.result[item.catalog.result] },
        { key: 'breaks', title: t.catalogs.breaks, width: '168px', cell: (item) => <Time value={item.catalog?.breaksAt} /> },
        { key: 'signer', title: t.catalogs.signer, width: 'minmax(140px, 1fr)', cell: (item) => <Foreign value={item.catalog?.signer ?? ''} /> },
      ];
    case 'UPDATES':
      return [
        { key: 'kb', title: t.machine.update, width: '130px', cell: (item) => <code>{item.update?.kb}</code> },
        { key: 'description', title: t.machine.description, width: 'minmax(150px, 1fr)', cell: (item) => <Foreign value={item.update?.description ?? ''} /> },
        { key: 'installed', title: t.machine.installedOn, width: '168px', cell: (item) => <Time value={item.installedOn} style="date" /> },
        { key: 'url', title: t.machine.support, width: 'minmax(200px, 2fr)', cell: (item) => <Foreign value={item.update?.supportUrl ?? ''} /> },
      ];
    case 'PACKAGES':
      return [
        { key: 'identity', title: t.machine.packageIdentity, width: 'minmax(320px, 3fr)', cell: (item) => <code><Foreign value={item.package?.identity ?? ''} /></code> },
        { key: 'kb', title: t.machine.update, width: '120px', cell: (item) => <code>{item.package?.kb}</code> },
        { key: 'type', title: t.machine.releaseType, width: '140px', cell: (item) => <Foreign value={item.package?.releaseType ?? ''} /> },
        { key: 'state', title: t.common.state, width: '140px', cell: (item) => item.package && t.packageState[item.package.state] },
      ];
    case 'FACTS':
      return [
        { key: 'name', title: t.machine.fact, width: 'minmax(240px, 1fr)', cell: (item) => <code><Foreign value={item.fact?.name ?? ''} /></code> },
        { key: 'value', title: t.machine.value, width: 'minmax(240px, 2fr)', cell: (item) => <Foreign value={item.fact?.value ?? ''} /> },
      ];
  }
}

export function Items({ parent, kind, asOf, machine }: { parent: string; kind: Shown; asOf: string; machine: Machine }) {
  const t = text.value;
  const [open, setOpen] = useState<Catalog>();
  const at = asOf ? new Date(asOf).getTime() : Date.now();
  const set = machine.sets.find((one) => one.kind === (kind as SetKind));
  const pages = usePages<Item>(async (pageSize, pageToken, signal) => {
    const page = await get<ListItemsResponse>(resource(parent, '/items'), { kind, asOf, pageSize, pageToken }, signal);
    return { rows: page.items, nextPageToken: page.nextPageToken, total: Number(page.totalSize) };
  }, [parent, kind, asOf, set?.digest]);
  return (
    <>
      {set?.outcome && set.outcome.code !== 'OK' && (
        <Notice kind="warning">
          <OutcomeBadge code={set.outcome.code} /> <Said>{set.outcome.detail}</Said>
        </Notice>
      )}
      <ErrorBox error={pages.error} retry={pages.reload} />
      {pages.total === undefined && pages.error ? null : pages.total === 0 ? <div class="panel"><Empty>{t.machine.emptySet}</Empty></div> : (
        <Grid label={t.setKind[kind]} columns={columns(kind, at, setOpen)} total={pages.total ?? 20} row={pages.row}
          id={(item) => item.digest} need={pages.need} />
      )}
      {open && <CatalogDialog catalog={open} at={at} onClose={() => setOpen(undefined)} />}
    </>
  );
}
