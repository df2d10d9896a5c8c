// What the update list, servicing and the catalogs say of each update, side by side.
import { get, resource } from '../../api/client';
import { useData } from '../../api/data';
import type { CompareWitnessesResponse, CompareWitnessesResponse_Row, SetKind } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { param, setQuery } from '../../router';
import { Button, Empty, ErrorBox, Foreign, Loading, Notice, Panel, Said } from '../../ui/basics';
import { Badge, OutcomeBadge } from '../../ui/status';
import { useState } from 'preact/hooks';
import type { Catalog } from '../../api/types';
import { CatalogDialog } from '../catalog_dialog';

const kPageSize = 200;

export function Witnesses({ parent, asOf }: { parent: string; asOf: string }) {
  const t = text.value.machine;
  const only = param('differences') === 'true';
  const [token, setToken] = useState<string[]>([]);
  const [catalog, setCatalog] = useState<Catalog>();
  const compared = useData((signal) => get<CompareWitnessesResponse>(resource(parent, '/witnesses'), {
    asOf, disagreementsOnly: only, pageSize: kPageSize, pageToken: token.at(-1) ?? '',
  }, signal), [parent, asOf, only, token.at(-1)], { keep: true });
  const value = compared.value;
  if (!value) return compared.error ? <ErrorBox error={compared.error} retry={compared.reload} /> : <Loading rows={8} />;
  const outcome = (kind: SetKind) => value.sets.find((set) => set.kind === kind)?.outcome;
  const witness = (kind: SetKind, name: string, count: string, what: string) => (
    <div class="witness">
      <h2>{name}</h2>
      <span class="value">{format.number(count)}</span>
      <span class="muted">{what}</span>
      <span class="actions">
        {outcome(kind) && <OutcomeBadge code={outcome(kind)!.code} />}
        {outcome(kind)?.detail && <span class="small muted"><Said>{outcome(kind)!.detail}</Said></span>}
      </span>
    </div>
  );
  return (
    <>
      {value.finding ? (
        <Notice kind="error"><strong>{t.disagree}</strong> <Said>{value.finding}</Said></Notice>
      ) : (
        <Notice kind="good">{t.agree}</Notice>
      )}
      <div class="witnesses">
        {witness('UPDATES', t.updateList, value.updates, t.updatesListed)}
        {witness('PACKAGES', t.servicing, value.installedPackages, t.packagesInstalled)}
        {witness('CATALOGS', t.signatures, value.failingCatalogs, t.catalogsFailing(value.catalogs))}
      </div>
      <Panel title={t.perUpdate}
        aside={
          <label class="actions">
            <input type="checkbox" checked={only} onChange={(event) => (setToken([]), setQuery({ differences: event.currentTarget.checked ? 'true' : undefined }))} />
            {t.onlyDifferences}
          </label>
        }>
        {value.rows.length === 0 ? <Empty>{t.noUpdates}</Empty> : (
          <div class="scroll" tabIndex={0} role="group" aria-label={t.perUpdate}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{t.update}</th>
                  <th scope="col">{t.updateList}</th>
                  <th scope="col">{t.servicing}</th>
                  <th scope="col">{t.signatures}</th>
                  <th scope="col">{t.disagreement}</th>
                </tr>
              </thead>
              <tbody>{value.rows.map((row) => <Row key={row.kb} row={row} onCatalog={setCatalog} />)}</tbody>
            </table>
          </div>
        )}
      </Panel>
      {(token.length > 0 || value.nextPageToken) && (
        <footer class="actions">
          <Button disabled={token.length === 0} onClick={() => setToken(token.slice(0, -1))}>{text.value.common.back}</Button>
          <Button disabled={!value.nextPageToken} onClick={() => setToken([...token, value.nextPageToken])}>{text.value.common.next}</Button>
        </footer>
      )}
      {catalog && <CatalogDialog catalog={catalog} at={asOf ? new Date(asOf).getTime() : Date.now()} onClose={() => setCatalog(undefined)} />}
    </>
  );
}

function Row({ row, onCatalog }: { row: CompareWitnessesResponse_Row; onCatalog: (catalog: Catalog) => void }) {
  const t = text.value.machine;
  return (
    <tr class={row.disagreement ? 'disagrees' : ''}>
      <th scope="row"><code>{row.kb}</code></th>
      <td>{row.listed ? <Badge tone="good" icon="clean">{t.listed}</Badge> : <Badge tone={row.disagreement ? 'bad' : 'mute'} icon="close">{t.notListed}</Badge>}</td>
      <td>
        {row.packages.length === 0 ? <span class="muted">{t.noPackage}</span> : (
          <details>
            <summary>{t.packages(row.packages.length)}</summary>
            {row.packages.map((one) => <div key={one.identity}><code><Foreign value={one.identity} /></code> <span class="muted">{text.value.packageState[one.state]}</span></div>)}
          </details>
        )}
      </td>
      <td>
        {Number(row.catalogs) === 0 ? <span class="muted">{t.noCatalog}</span> : row.failingCatalogs.length === 0 ? (
          <Badge tone="good" icon="fixed">{t.verify(row.catalogs)}</Badge>
        ) : (
          <>
            <Badge tone="bad" icon="affected">{t.fail(row.failingCatalogs.length, row.catalogs)}</Badge>
            {row.failingCatalogs.slice(0, 3).map((catalog) => (
              <div key={catalog.path}>
                <button type="button" class="linkish" onClick={() => onCatalog(catalog)}><Foreign value={format.lastPart(catalog.path)} /></button>
              </div>
            ))}
          </>
        )}
      </td>
      <td class="wrap">{row.disagreement && <Said>{row.disagreement}</Said>}</td>
    </tr>
  );
}
