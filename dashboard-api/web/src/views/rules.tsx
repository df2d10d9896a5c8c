import { Page } from '../app';
import { get } from '../api/client';
import { useData } from '../api/data';
import type { ListRulesResponse, Predicate, Rule } from '../api/types';
import { byRule } from '../filter/grammar';
import * as format from '../format';
import { text } from '../i18n';
import { machinesAddress, param } from '../router';
import { ErrorBox, Foreign, Loading, Panel, Said } from '../ui/basics';

export function Rules() {
  const t = text.value;
  const rules = useData((signal) => get<ListRulesResponse>('/v1/rules', {}, signal), []);
  const wanted = param('rule');
  const shown = rules.value?.rules.filter((rule) => !wanted || rule.id === wanted) ?? [];
  return (
    <Page title={t.nav.rules} actions={wanted && <a class="button" href="/rules">{t.rules.all}</a>}>
      {!rules.value ? (rules.error ? <ErrorBox error={rules.error} retry={rules.reload} /> : <Loading />) : shown.map((rule) => <RuleView key={rule.id} rule={rule} />)}
    </Page>
  );
}

function RuleView({ rule }: { rule: Rule }) {
  const t = text.value.rules;
  return (
    <Panel title={<><code>{rule.id}</code> <Said>{rule.title}</Said></>} aside={<a href={machinesAddress(byRule(rule.id, 'verdict = AFFECTED'))}>{t.whoIsHit}</a>}>
      <div class="inner">
        <p><Said>{rule.summary}</Said></p>
        <div class="columns">
          <section class="tight">
            <h3>{t.affected}</h3>
            {rule.affectedWhen && <PredicateView predicate={rule.affectedWhen} />}
          </section>
          <section class="tight">
            <h3>{t.remedied}</h3>
            {rule.remediedWhen ? <PredicateView predicate={rule.remediedWhen} /> : <span class="muted">–</span>}
            {rule.cures.length > 0 && <p class="small muted">{t.cures} {rule.cures.map((cure) => text.value.catalogs.result[cure]).join(', ')}</p>}
          </section>
        </div>
        {rule.remedies.length > 0 && (
          <section class="tight">
            <h3>{t.remedies}</h3>
            <ol class="numbered">
              {rule.remedies.map((remedy) => (
                <li key={remedy.kb + remedy.title}>
                  {/^https:\/\//.test(remedy.url) ? <a href={remedy.url} rel="noreferrer noopener" target="_blank"><strong>{remedy.kb}</strong></a> : <strong>{remedy.kb}</strong>}{' '}
                  <Said>{remedy.title}</Said>
                  {remedy.note && <div class="muted"><Said>{remedy.note}</Said></div>}
                </li>
              ))}
            </ol>
          </section>
        )}
        {rule.knownUpdates.length > 0 && (
          <details>
            <summary>{t.known(rule.knownUpdates.length)}</summary>
            <dl class="facts list">
              {rule.knownUpdates.map((update) => <div key={update.kb}><dt><a href={machinesAddress(`update = ${update.kb}`)}><code>{update.kb}</code></a></dt><dd><Said>{update.note}</Said></dd></div>)}
            </dl>
          </details>
        )}
        {rule.references.length > 0 && (
          <details>
            <summary>{t.references}</summary>
            <ul>{rule.references.map((one) => <li key={one} class="small"><Foreign value={one} class="wrap" /></li>)}</ul>
          </details>
        )}
      </div>
    </Panel>
  );
}

function PredicateView({ predicate }: { predicate: Predicate }) {
  const t = text.value.rules;
  const group = (title: string, children: Predicate[]) => (
    <div>
      <span class="muted">{title}</span>
      <ul class="tree">{children.map((child, i) => <li key={i}><PredicateView predicate={child} /></li>)}</ul>
    </div>
  );
  if (predicate.anyOf) return group(t.anyOf, predicate.anyOf.predicates);
  if (predicate.allOf) return group(t.allOf, predicate.allOf.predicates);
  if (predicate.not) return group(t.not, [predicate.not]);
  if (predicate.catalogFails) {
    const { hresults, results } = predicate.catalogFails;
    return <span>{t.catalogFails} <code>{hresults.map(format.hresult).join(', ')}</code> {results.map((one) => text.value.catalogs.result[one]).join(', ')}</span>;
  }
  if (predicate.incidentSeen) {
    const { source, messageContains, components, hresults } = predicate.incidentSeen;
    return (
      <span>
        {t.incidentSeen} {source !== 'SOURCE_UNSPECIFIED' && text.value.incidentSource[source]} {messageContains && <q lang="en">{messageContains}</q>}{' '}
        {components.join(', ')} {hresults.length > 0 && <code>{hresults.map(format.hresult).join(', ')}</code>}
      </span>
    );
  }
  if (predicate.updateInstalled) return <span>{t.updateInstalled} <code>{predicate.updateInstalled.kbs.join(', ')}</code></span>;
  if (predicate.factIs) return <span>{t.factIs} <code>{predicate.factIs.name}</code> = <code>{predicate.factIs.values.join(' | ')}</code></span>;
  if (predicate.updateListBlind) return <span>{t.updateListBlind(predicate.updateListBlind.minInstalledPackages)}</span>;
  return <span class="muted">–</span>;
}
