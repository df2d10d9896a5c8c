import { useState } from 'preact/hooks';
import type { Catalog, Evidence, Incident, Machine, Verdict } from '../../api/types';
import * as format from '../../format';
import { text } from '../../i18n';
import { withQuery } from '../../router';
import { saidOr } from '../../said';
import { Copy, Empty, Facts, Foreign, Hex, Notice, Panel, Said, Time } from '../../ui/basics';
import { OutcomeBadge, VerdictBadge } from '../../ui/status';
import { CatalogDialog } from '../catalog_dialog';
import { LogLine } from './errors';
import { byWorst } from '../machines';

export function Summary({ machine }: { machine: Machine }) {
  const t = text.value;
  const a = machine.attributes;
  const id = format.lastPart(machine.name);
  const [catalog, setCatalog] = useState<Catalog>();
  const at = machine.asOf ? new Date(machine.asOf).getTime() : Date.now();
  return (
    <>
      <div class="columns wide-left">
        <Panel title={t.machine.verdicts}>
          {machine.verdicts.length === 0 && <Empty>{t.machine.noVerdicts}</Empty>}
          {[...machine.verdicts].sort(byWorst).map((verdict) => <VerdictView key={verdict.rule} verdict={verdict} onCatalog={setCatalog} />)}
        </Panel>
        <div class="stack">
          <Panel title={t.machine.identity}>
            <div class="inner">
              <dl class="facts list">
                {([
                  [t.field.name, <Foreign value={a?.name ?? ''} />],
                  [t.field.site, a?.site && <Foreign value={a.site} />],
                  [t.field.domain, a?.domain && <Foreign value={a.domain} />],
                  [t.field.organizational_unit, a?.organizationalUnit && <Foreign value={a.organizationalUnit} />],
                  [t.field.os, a?.os && <Foreign value={`${a.os} (${a.osVersion})`} />],
                  [t.field.architecture, a?.architecture],
                  [t.field.agent, machine.agentVersion && <Foreign value={machine.agentVersion} />],
                  [t.field.last_seen, <Time value={machine.lastSeen} ago />],
                  [t.field.enrolled_at, <Time value={machine.enrolledAt} />],
                  [t.machine.id, <span class="actions"><Hex value={id} short={16} /><Copy value={id} label={t.machine.copyId} /></span>],
                ] as const).map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value || <span class="muted">–</span>}</dd>
                  </div>
                ))}
              </dl>
            </div>
          </Panel>
          <Panel title={t.machine.sets}>
            <div class="scroll" tabIndex={0} role="group" aria-label={t.machine.sets}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t.machine.set}</th>
                    <th scope="col" class="number">{t.machine.items}</th>
                    <th scope="col">{t.machine.collected}</th>
                    <th scope="col" class="number">{t.machine.sharedWith}</th>
                  </tr>
                </thead>
                <tbody>
                  {machine.sets.map((set) => (
                    <tr key={set.kind}>
                      <th scope="row">{t.setKind[set.kind]}</th>
                      <td class="number">{format.number(set.itemCount)}</td>
                      <td title={set.outcome && saidOr(set.outcome.detail)}>{set.outcome && <OutcomeBadge code={set.outcome.code} />}</td>
                      <td class="number">{format.number(set.machineCount)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Panel>
        </div>
      </div>
      {catalog && <CatalogDialog catalog={catalog} at={at} onClose={() => setCatalog(undefined)} />}
    </>
  );
}

function VerdictView({ verdict, onCatalog }: { verdict: Verdict; onCatalog: (catalog: Catalog) => void }) {
  const t = text.value;
  return (
    <section class="verdict" aria-label={verdict.rule}>
      <div class="top">
        <VerdictBadge state={verdict.state} />
        <a href={`/rules?rule=${encodeURIComponent(verdict.rule)}`}><code>{verdict.rule}</code></a>
        {verdict.breaksAt && (
          <span class="muted">
            {verdict.state === 'AT_RISK' ? t.machine.breaks : t.machine.since} <Time value={verdict.breaksAt} />
          </span>
        )}
      </div>
      {verdict.explanation && <p><Said>{verdict.explanation}</Said></p>}
      {verdict.missing.length > 0 && (
        <Notice kind="warning">
          {t.machine.notSeen} {verdict.missing.map((one, i) => <div key={i}><Said>{one}</Said></div>)}
        </Notice>
      )}
      {verdict.remedies.length > 0 && <p>{t.machine.remedies} <strong>{verdict.remedies.map((one, i) => <>{i > 0 && ' → '}<Said>{one}</Said></>)}</strong></p>}
      {verdict.evidence.length > 0 && (
        <details open={verdict.state === 'AFFECTED' || verdict.state === 'AT_RISK'}>
          <summary>{t.machine.evidence(verdict.evidence.length)}</summary>
          <div class="stack">{verdict.evidence.map((one, i) => <EvidenceView key={i} evidence={one} onCatalog={onCatalog} />)}</div>
        </details>
      )}
    </section>
  );
}

const kMostShown = 20;

function EvidenceView({ evidence, onCatalog }: { evidence: Evidence; onCatalog: (catalog: Catalog) => void }) {
  const t = text.value.machine;
  const named = evidence.catalogs.length + evidence.incidents.length + evidence.updates.length + evidence.packages.length + evidence.facts.length;
  return (
    <div class="evidence">
      <div><Said>{evidence.summary}</Said></div>
      {evidence.catalogs.length > 0 && (
        <div class="links">
          {evidence.catalogs.map((catalog) => (
            <button key={catalog.path} type="button" class="linkish" onClick={() => onCatalog(catalog)}>
              <Foreign value={format.lastPart(catalog.path)} />
            </button>
          ))}
        </div>
      )}
      {evidence.incidents.slice(0, kMostShown).map((incident, i) => <EvidenceLine key={i} incident={incident} />)}
      {evidence.updates.length > 0 && <div class="links">{evidence.updates.map((update) => <code key={update.kb}>{update.kb}</code>)}</div>}
      {evidence.packages.map((one) => <code key={one.identity}><Foreign value={one.identity} /></code>)}
      {evidence.facts.length > 0 && <Facts rows={evidence.facts.map((fact) => [<code>{fact.name}</code>, <Foreign value={fact.value} />])} />}
      {Number(evidence.count) > named && <a class="small" href={withQuery({ tab: evidence.incidents.length ? 'errors' : 'catalogs' })}>{t.more(Number(evidence.count) - named)}</a>}
    </div>
  );
}

const EvidenceLine = ({ incident }: { incident: Incident }) => (
  <div>
    <LogLine incident={incident} />
    <span class="small muted">{text.value.machine.seen(incident.count)} · <Time value={incident.first} /> – <Time value={incident.last} /></span>
  </div>
);
