import { Page } from '../app';
import { get } from '../api/client';
import { useData } from '../api/data';
import type { Health as HealthAnswer } from '../api/types';
import { Meter } from '../charts/meter';
import * as format from '../format';
import { text } from '../i18n';
import { ErrorBox, Facts, Foreign, Loading, Panel, Said, Time } from '../ui/basics';
import { Badge } from '../ui/status';

const kSoonMs = 30 * 86_400_000;
const kSilentMs = 30_000;

export function Health() {
  const t = text.value.health;
  const health = useData((signal) => get<HealthAnswer>('/v1/health', {}, signal), [], { everyMs: 5000 });
  const value = health.value;
  if (!value) return <Page title={text.value.nav.health}>{health.error ? <ErrorBox error={health.error} retry={health.reload} /> : <Loading rows={8} />}</Page>;
  const now = new Date(value.time ?? Date.now()).getTime();
  const db = value.database;
  return (
    <Page title={text.value.nav.health}>
      <Panel title={t.checks}>
        <table>
          <thead class="hidden"><tr><th scope="col">{t.checks}</th><th scope="col">{text.value.common.state}</th><th scope="col">{t.detail}</th></tr></thead>
          <tbody>
            {value.checks.map((check) => (
              <tr key={check.name}>
                <td class="w-badge">{check.holds ? <Badge tone="good" icon="fixed">{t.holds}</Badge> : <Badge tone="bad" icon="affected">{t.broken}</Badge>}</td>
                <th scope="row"><Said>{check.name}</Said></th>
                <td><Said>{check.detail}</Said></td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
      <Panel title={t.servers}>
        <div class="scroll" tabIndex={0} role="group" aria-label={t.servers}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t.server}</th>
                <th scope="col">{text.value.common.state}</th>
                <th scope="col">{t.version}</th>
                <th scope="col" class="number">{t.sessions}</th>
                <th scope="col">{t.queue}</th>
                <th scope="col" class="number">{t.rejected}</th>
                <th scope="col">{t.offset}</th>
                <th scope="col">{t.running}</th>
              </tr>
            </thead>
            <tbody>
              {value.servers.map((server) => {
                const silent = now - new Date(server.seenTime ?? 0).getTime() > kSilentMs;
                return (
                  <tr key={server.id}>
                    <th scope="row"><Foreign value={server.address || server.id} /> {server.thisOne && <span class="muted">{t.thisOne}</span>}</th>
                    <td>{silent ? <Badge tone="bad" icon="affected">{t.silent}</Badge> : <Badge tone="good" icon="fixed">{t.alive}</Badge>}</td>
                    <td><Foreign value={server.version} /></td>
                    <td class="number">{format.number(server.sessions)}</td>
                    <td>
                      <Meter label={t.queue} of={Math.max(1, Number(server.queueCapacity))} shares={[{ tone: 'busy', name: t.queued, count: Number(server.queuedReports) }]} />
                      <span class="small muted">{format.number(server.queuedReports)} / {format.number(server.queueCapacity)}</span>
                    </td>
                    <td class="number">{format.number(server.rejectedReports)}</td>
                    <td>{format.duration(server.clockOffset ?? '0s')}</td>
                    <td><Time value={server.startTime} ago /></td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </Panel>
      <div class="columns">
        <Panel title={t.database}>
          <div class="inner">
            <Facts rows={[
              [t.version, db && <Foreign value={db.version} />],
              [text.value.common.size, db && format.bytes(db.sizeBytes)],
              [t.roundTrip, db && format.duration(db.roundTrip)],
              [t.schema, db?.schemaVersion],
              [t.connections, db && `${format.number(db.connections)} / ${format.number(db.maxConnections)}`],
              [t.notifications, format.number(value.waitingNotifications)],
            ]} />
          </div>
        </Panel>
        <Panel title={t.certificates}>
          <div class="scroll" tabIndex={0} role="group" aria-label={t.certificates}>
            <table>
              <thead><tr><th scope="col">{t.purpose}</th><th scope="col">{t.expires}</th></tr></thead>
              <tbody>
                {value.certificates.map((certificate) => {
                  const left = new Date(certificate.notAfter ?? 0).getTime() - now;
                  return (
                    <tr key={certificate.purpose + certificate.subject}>
                      <th scope="row"><Said>{certificate.purpose}</Said><div class="small muted"><Foreign value={certificate.subject} /></div></th>
                      <td>
                        {certificate.notAfter ? <><Time value={certificate.notAfter} /> <span class="muted"><Time value={certificate.notAfter} ago /></span></> : '–'}{' '}
                        {certificate.notAfter && left < kSoonMs && <Badge tone={left <= 0 ? 'bad' : 'warn'} icon="clock">{left <= 0 ? text.value.catalogs.expired : t.soon}</Badge>}
                        {Number(certificate.machines) > 0 && <div>{t.machinesSoon(certificate.machines)}</div>}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </Panel>
      </div>
    </Page>
  );
}
