// A catalog's signature as Explorer's "Digital Signatures" sheet and its certificate dialog show it.
import type { Catalog } from '../api/types';
import * as format from '../format';
import { text } from '../i18n';
import { address } from '../router';
import { Copy, Dialog, Facts, Foreign, Hex, Notice, Time } from '../ui/basics';
import { Icon } from '../ui/icon';
import { Badge, CatalogBadge, catalogStanding } from '../ui/status';

export function CatalogDialog({ catalog, at, onClose }: { catalog: Catalog; at: number; onClose: () => void }) {
  return (
    <Dialog wide title={<bdi>{format.lastPart(catalog.path)}</bdi>} onClose={onClose}>
      <CatalogDetails catalog={catalog} at={at} />
      <p><a href={`/catalogs/${format.hexOfBase64(catalog.sha256)}`}>{text.value.catalogs.whoHolds}</a></p>
    </Dialog>
  );
}

/** Above the signer's certificate, the topmost first. Roots are mostly not in the file; what names them is. */
function issuersOf({ chain, issuer }: Catalog): { name: string; notAfter?: string }[] {
  const embedded = chain.map((one) => ({ name: one.subject, notAfter: one.notAfter }));
  const top = chain.at(-1);
  if (top?.issuer !== top?.subject || !top) embedded.push({ name: top?.issuer ?? issuer, notAfter: undefined });
  return embedded.reverse();
}

export function CatalogDetails({ catalog, at }: { catalog: Catalog; at: number }) {
  const t = text.value.catalogs;
  const standing = catalogStanding(catalog, at);
  const stamp = catalog.timestamp;
  const stamped = stamp && stamp.kind !== 'KIND_UNSPECIFIED';
  const sha256 = format.hexOfBase64(catalog.sha256);
  return (
    <>
      <Notice kind={standing === 'holds' ? 'good' : standing === 'lapses' ? 'warning' : 'error'}>
        <strong>{t.standingLong[standing]}</strong>
        <p>{t.resultLong[catalog.result]}</p>
        {(standing === 'lapsed' || standing === 'never') && catalog.failureHresult !== 0 && (
          <p>{t.windowsSays} <a href={address('/machines', { filter: `hresult = ${format.hresult(catalog.failureHresult)}` })}><code>{format.hresult(catalog.failureHresult)}</code></a></p>
        )}
      </Notice>
      <section class="certificate" aria-label={t.certificate}>
        <h3><Icon name="key" />{t.certificate}</h3>
        <Facts rows={[
          [t.issuedTo, catalog.signer && <Foreign value={catalog.signer} />],
          [t.issuedBy, catalog.issuer && <Foreign value={catalog.issuer} />],
          [t.valid, <>{t.from} <Time value={catalog.notBefore} style="full" /> {t.to} <Time value={catalog.notAfter} style="full" />{' '}
            {catalog.notAfter && new Date(catalog.notAfter).getTime() <= at && <Badge tone="warn" icon="clock">{t.expired}</Badge>}</>],
          [t.serial, catalog.serial && <Hex value={catalog.serial} />],
        ]} />
        <ol class="chain" aria-label={t.chain}>
          {issuersOf(catalog).map(({ name, notAfter }, i) => (
            <li key={i}><Icon name="catalogs" /><Foreign value={name || t.unknownIssuer} /> <span class="muted small">{notAfter ? <>{t.to} <Time value={notAfter} /></> : t.notEmbedded}</span></li>
          ))}
          <li><Icon name="key" /><Foreign value={catalog.signer || t.unknownSigner} /></li>
          <li><Icon name="catalogs" /><Foreign value={format.lastPart(catalog.path)} /></li>
        </ol>
      </section>
      <section class="certificate" aria-label={t.timestamp}>
        <h3><Icon name="clock" />{t.timestamp}</h3>
        {stamped ? (
          <Facts rows={[
            [t.stampedAt, <Time value={stamp.time} style="full" />],
            [t.stampedBy, <Foreign value={stamp.signer} />],
            [t.stampCertificate, <>{t.to} <Time value={stamp.notAfter} style="full" /></>],
            [t.stampKind, t.stampKinds[stamp.kind]],
            [t.stampPurpose, stamp.timeStampingEku ? (
              <Badge tone="good" icon="clean">{t.purposeThere}</Badge>
            ) : (
              <><Badge tone="bad" icon="affected">{t.purposeMissing}</Badge> <span class="muted">{t.purposeDefect}</span></>
            )],
          ]} />
        ) : (
          <p>{t.noTimestamp}</p>
        )}
      </section>
      <section class="certificate" aria-label={t.file}>
        <h3><Icon name="catalogs" />{t.file} <CatalogBadge catalog={catalog} at={at} /></h3>
        <Facts rows={[
          [t.path, <span class="wrap"><bdi>{catalog.path}</bdi></span>],
          ['SHA-256', <span class="actions"><Hex value={sha256} short={32} /><Copy value={sha256} label={t.copySha} /></span>],
          [text.value.common.size, format.bytes(catalog.size)],
          [t.members, format.number(catalog.members)],
          [t.digest, catalog.digestAlgorithm],
          [t.issuedAt, <Time value={catalog.issuedAt} style="full" />],
          [t.breaks, catalog.breaksAt ? <Time value={catalog.breaksAt} style="full" /> : t.never],
        ]} />
      </section>
    </>
  );
}
