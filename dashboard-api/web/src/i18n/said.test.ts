import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../format';
import { setLanguage } from './index';
import { makeSayer, partsOf } from './said';
import { saidDe, topics } from './said_de';
import { literalsIn, literalsOf, Spoken } from './sources';

setLanguage('de');
const say = makeSayer(saidDe, { language: 'de', number: format.number, instant: format.utcTime, day: format.utcDay });

/** Where each topic's sentences are made. */
const kSources: Record<keyof typeof topics, string[]> = {
  verdict: ['common/verdict'],
  keeper: ['server/inventory/verdict_keeper.cc'],
  witnesses: ['server/inventory/witnesses.cc'],
  rules: ['rules'],
  campaign: ['common/orders/manifest.cc', 'server/campaign'],
  failures: ['server/campaign/failure_words.cc'],
  verdictNames: ['proto/muster/v1/verdict.proto'],
  campaignNames: ['proto/muster/v1/campaign.proto'],
  orders: ['agent/remedy', 'agent/main', 'agent/host/windows', 'common/orders/manifest.cc'],
  collected: ['agent/collect'],
  host: ['agent/host', 'agent/host/windows', 'agent/host/image', 'agent/bundle', 'agent/servicing/package', 'common/servicing/catalog'],
  health: ['server/store/health_store.cc', 'server/main'],
  notices: ['server/store/overview_reader.cc', 'server/health', 'server/notification'],
  refusals: ['server/campaign', 'server/store', 'server/identity', 'server/inventory', 'server/notification', 'server/operator', 'common', 'common/http', 'common/orders', 'dashboard-api/api',
    'dashboard-api/transcoder', 'proto/muster/v1/authorization.proto'],
  fields: ['server/campaign', 'server/store', 'server/identity', 'server/inventory', 'server/operator', 'common', 'common/orders', 'dashboard-api/transcoder'],
  filters: ['server/inventory', 'server/store'],
  uploads: ['common/servicing/msu'],
  trustCodes: ['common/servicing/hresult/hresults_trust.cc'],
  servicingCodes: ['common/servicing/hresult/hresults_servicing.cc'],
  systemCodes: ['common/servicing/hresult/hresults_system.cc'],
};

test('literals are read as the compiler reads them', () => {
  assert.deepEqual(literalsIn('Cat("a \\"b\\" ",\n  "c" // "no"\n  "d", \'"\', x, "e\\\\f");\n#include "no.h"\ntitle: "g"'), ['a "b" ', 'cd', 'e\\f', 'g']);
  const spoken = new Spoken(['the update is for ', ', this Windows is ', 'servicing catalog', ' fails', ' to verify since ', 's', '%s failed: 0x%08X']);
  for (const piece of ['the update is for ', 'servicing catalog', ' to verify since ', 'servicing catalogs', 'catalog fails to verify', ' failed: ']) assert.ok(spoken.has(piece), piece);
  for (const piece of ['the update was for ', 'servicing catalog fails', 'fails to verify from ', 'catalogue']) assert.equal(spoken.has(piece), piece === 'servicing catalog fails', piece);
});

for (const [topic, entries] of Object.entries(topics)) {
  test(`what is translated is still said: ${topic}`, () => {
    const spoken = new Spoken(literalsOf(kSources[topic as keyof typeof topics]));
    const gone = entries.flatMap(([english]) => partsOf(english).filter((part) => typeof part === 'string' && !spoken.has(part)).map((part) => `"${part}" of "${english}"`));
    assert.deepEqual(gone, []);
  });
}

test('whatever the tables and the rules say is translated', () => {
  const kTables = ['hresults_trust', 'hresults_servicing', 'hresults_system'].map((name) => `common/servicing/hresult/${name}.cc`);
  const sentences = [...literalsOf([...kTables, 'server/campaign/failure_words.cc']).filter((text) => text.includes(' ') || text === 'retry')];
  assert.ok(sentences.length > 240);
  assert.deepEqual(sentences.filter((text) => say(text) === undefined), []);
  const rules = literalsOf(['rules']).filter((text) => text.includes(' ') && !/^(CBS|CSI) Catalog |^Failed to verify if |^(KB\d+|Microsoft Security|https:)/.test(text));
  assert.ok(rules.length > 14);
  assert.deepEqual(rules.filter((text) => say(text) === undefined), []);
});

test('every translation has the slots of its sentence', () => {
  for (const [english, german] of saidDe) {
    const slots = partsOf(english).flatMap((part) => (typeof part === 'object' && part.kind !== 's' && part.kind !== 'es' ? [part.name] : []));
    const used = new Set([...german.matchAll(/\{(\w+)/g)].map(([, name]) => name!));
    if (english.includes('users/{id}, the id')) continue; // the server's own braces
    assert.deepEqual([...used].sort(), [...new Set(slots)].sort(), english);
  }
  const twice = saidDe.filter(([english, german], i) => saidDe.findIndex(([other, said]) => other === english && said !== german) > i);
  assert.deepEqual(twice, []);
});

/** As the server says it, and as the page does. */
const kSaid: [english: string, german: string][] = [
  // Verdicts
  ['Affected since 2024-03-14 09:26:53 UTC: a servicing catalog whose signature dies with its certificate. Remedy: KB2749655; then KB2705219.',
    'Betroffen seit 14.03.2024, 09:26:53 UTC: ein Wartungskatalog, dessen Signatur mit ihrem Zertifikat endet. Abhilfe: KB2749655; dann KB2705219.'],
  ['At risk: a servicing catalog whose signature dies with its certificate strikes at 2026-12-01 00:00:00 UTC. Whether the remedy is in place could not be seen: the servicing packages: '
    + 'access refused 0x80070005 (Opening HKLM\\SOFTWARE failed: 0x80070005); the update list: not reported yet. Remedy: KB2749655.',
    'Gefährdet ab 01.12.2026, 00:00:00 UTC: ein Wartungskatalog, dessen Signatur mit ihrem Zertifikat endet. Ob die Abhilfe vorhanden ist, war nicht zu sehen: die Wartungspakete: '
    + 'Zugriff verweigert, 0x80070005 (Öffnen von HKLM\\SOFTWARE: gescheitert, 0x80070005); die Updateliste: noch nicht gemeldet. Abhilfe: KB2749655.'],
  ['Affected since 2026-99-99 99:99:99 UTC: x.', 'Betroffen seit 2026-99-99 99:99:99 UTC: x.'],
  ['Affected: a rule of our own. The remedy is in place and does not help against this. No update is known that cures this: put a later release in the place of the one that the catalog '
    + 'belongs to.',
    'Betroffen: a rule of our own. Die Abhilfe ist vorhanden und hilft dagegen nicht. Kein Update ist bekannt, das dies behebt: Setzen Sie eine spätere Ausgabe an die Stelle derer, '
    + 'zu der der Katalog gehört.'],
  ['Fixed: the remedy against a servicing catalog whose signature dies with its certificate is in place (1 log record of the past no longer counts: the remedy is in place).',
    'Behoben: ein Wartungskatalog, dessen Signatur mit ihrem Zertifikat endet. Die Abhilfe ist vorhanden (1 früherer Protokolleintrag zählt nicht mehr: die Abhilfe ist vorhanden).'],
  ['Clean: no sign of a servicing catalog that is damaged or not trusted.', 'Ohne Befund. Gesucht wurde: ein Wartungskatalog, der beschädigt oder nicht vertrauenswürdig ist.'],
  ['Could not tell whether this is affected by a servicing catalog that is damaged or not trusted: the servicing catalogs: seen only in part (3 of 1204 catalogs not read: '
    + 'Windows/servicing/Packages/a.cat: access denied; run as LocalSystem or as an administrator; …; run with the right to read them. Windows/x is not there).',
    'Nicht zu beurteilen: ein Wartungskatalog, der beschädigt oder nicht vertrauenswürdig ist. Was fehlt: die Wartungskataloge: nur zum Teil gesehen (3 von 1.204 Katalogen nicht '
    + 'gelesen: Windows/servicing/Packages/a.cat: Zugriff verweigert; führen Sie den Agenten als LocalSystem oder Administrator aus; …; führen Sie den Agenten mit dem Recht aus, '
    + 'sie zu lesen. Windows/x ist nicht da).'],
  ['KB2749655', 'KB2749655'],
  // Evidence
  ['1 servicing catalog fails to verify since 2013-01-26 18:00:00 UTC (0x800B0101): Package_1_for_KB2705219. KB2705219: the first release of MS12-054 is named in advisory 2749655; install '
    + 'its v2 after the remedy, even over the first release.',
    '1 Wartungskatalog ist seit 26.01.2013, 18:00:00 UTC nicht mehr gültig (0x800B0101): Package_1_for_KB2705219. KB2705219: Die erste Ausgabe von MS12-054 wird in der Empfehlung '
    + '2749655 genannt; installieren Sie ihre v2 nach der Abhilfe, auch über die erste Ausgabe.'],
  ['2 servicing catalogs do not verify and never did (0x80096010): a, b.', '2 Wartungskataloge sind nicht gültig und waren es nie (0x80096010): a, b.'],
  ['1234 log records from 2013-01-26 18:00:00 UTC to 2013-02-26 18:00:00 UTC: Failed to verify (if) catalog. Sorry (0x1) (0x800B0101), naming Package_1, …. The log is the only witness '
    + 'for 2 of them: no catalog of that name was seen.',
    '1.234 Protokolleinträge vom 26.01.2013, 18:00:00 UTC bis zum 26.02.2013, 18:00:00 UTC: Failed to verify (if) catalog. Sorry (0x1) (0x800B0101); genannt: Package_1, …. Für 2 davon '
    + 'ist das Protokoll der einzige Zeuge: ein Katalog dieses Namens wurde nicht gesehen.'],
  ['Affected: a servicing catalog whose signature dies with its certificate. Remedy: KB2749655. A campaign is at work on it.',
    'Betroffen: ein Wartungskatalog, dessen Signatur mit ihrem Zertifikat endet. Abhilfe: KB2749655. Eine Kampagne arbeitet daran.'],
  ['KB2749655 is installed: servicing has its package.', 'KB2749655 ist installiert: die Wartung hat sein Paket.'],
  ['The update list (Win32_QuickFixEngineering) gives 0 rows though servicing has 1 installed package of updates.',
    'Die Updateliste (Win32_QuickFixEngineering) hat 0 Zeilen, obwohl die Wartung 1 installiertes Paket von Updates hat.'],
  // Witnesses
  ['the update list names 0 updates, servicing has 212 installed packages; 1 of 208 catalogs do not verify',
    'Die Updateliste nennt 0 Updates, die Wartung hat 212 installierte Pakete; 1 von 208 Katalogen ist nicht gültig'],
  ['servicing has it installed, the update list does not name it; 2 of its 3 catalogs do not verify', 'laut Wartung installiert, in der Updateliste nicht genannt; 2 von 3 Katalogen sind nicht gültig'],
  // Campaigns and orders
  ['install KB2749655 (Windows6.1-KB2749655-x64.msu), from \\\\srv\\u, https://a/b', 'KB2749655 installieren (Windows6.1-KB2749655-x64.msu), von \\\\srv\\u, https://a/b'],
  ['wave 2 (canary): 3 of 5 that reported failed, more than 10 %', 'Welle 2 (canary): 3 von 5, die berichtet haben, sind gescheitert, mehr als 10 %'],
  ['wave 1 has 3 machines: its error threshold never counts, since it waits for 5', 'Welle 1 hat 3 Rechner: ihre Fehlerschwelle zählt nie, da sie erst ab 5 zählt'],
  ['it is x86, the update is for amd64', 'er ist x86, das Update ist für amd64'],
  ['a catalog of the payload itself lapses at 2026-12-01T00:00:00+00:00', 'ein Katalog der Updatedatei selbst läuft ab: 01.12.2026, 00:00:00 UTC'],
  ['the installer ended with 2148204801 (0x800B0101, CERT_E_EXPIRED)', 'das Installationsprogramm endete mit 2148204801 (0x800B0101, CERT_E_EXPIRED)'],
  ['from the server: what came is not what was signed', 'vom Server: was kam, ist nicht das Unterschriebene'],
  ['a scan after the action says AFFECTED: Affected: a servicing catalog that is damaged or not trusted. Remedy: KB947821.',
    'eine Prüfung nach der Aktion sagt „Betroffen“: Betroffen: ein Wartungskatalog, der beschädigt oder nicht vertrauenswürdig ist. Abhilfe: KB947821.'],
  // What was collected
  ['2 CbsPersist_*.cab not read: unpack archived logs beside CBS.log as CbsPersist_*.log to have them read. Damaged log records, kept as text: 5',
    '2 CbsPersist_*.cab nicht gelesen: entpacken Sie archivierte Protokolle neben CBS.log als CbsPersist_*.log, damit sie gelesen werden. Beschädigte Protokolleinträge, als Text '
    + 'aufbewahrt: 5'],
  ["Windows/Logs/CBS is not there. There is no event log Setup", 'Windows/Logs/CBS ist nicht da. Es gibt kein Ereignisprotokoll „Setup“'],
  ['WMI gave no answer within 1m30s; what is here was seen before', 'WMI: keine Antwort binnen 1 min 30 s; was hier steht, wurde vorher gesehen'],
  // Health
  ["this server's clock minus the database's: -3ms", 'Uhr dieses Servers minus Uhr der Datenbank: -3 ms'],
  ['version 12 of 13', 'Version 12 von 13'],
  ['0 have more', '0 haben mehr'],
  ['the receiver answered 503 (Service Unavailable): try later', 'der Empfänger antwortete mit 503 (Service Unavailable): try later'],
  // Refusals
  ["filter, byte 5: there is no field 'colour'; there are name, site", 'Filter, Byte 5: das Feld „colour“ gibt es nicht; es gibt name, site'],
  ['waves[2].success_percent: must be 1 to 100', 'waves[2].success_percent: muss 1 bis 100 sein'],
  ["campaigns/ab12 is PAUSED: it can't be paused now", 'campaigns/ab12 ist im Zustand „Angehalten“ und lässt sich jetzt nicht anhalten'],
  ['muster.v1.CampaignService.StartCampaign needs the role OPERATOR, the user has VIEWER', 'muster.v1.CampaignService.StartCampaign braucht die Rolle Operator, der Benutzer hat Betrachter'],
  ['/var/lib/muster/a.msu: the cabinet b.cab in it: it is empty; download the package again from the Microsoft Update Catalog',
    '/var/lib/muster/a.msu: die CAB-Datei b.cab darin: sie ist leer; laden Sie das Paket noch einmal aus dem Microsoft Update-Katalog herunter'],
  ['Muster refuses to roll out an update whose catalog is about to lapse or does not verify: of KB2705219, the catalog a.cat (and 1 more of its catalogs) has no timestamp, so that it '
    + 'holds only as long as its certificates; it lapsed on 2013-01-26 (0x800B0101 CERT_E_EXPIRED). Roll out the version that Microsoft reissued (as a rule its name has -v2) instead.',
    'Muster verteilt kein Update, dessen Katalog bald abläuft oder nicht gültig ist: Der Katalog a.cat von KB2705219 (und 1 weiterer davon) hat keinen Zeitstempel, hält also nur so '
    + 'lange wie seine Zertifikate; er ist am 26.01.2013 abgelaufen (0x800B0101 CERT_E_EXPIRED). Verteilen Sie stattdessen die Ausgabe, die Microsoft neu herausgegeben hat (in der '
    + 'Regel mit -v2 im Namen).'],
];

test('sentences of every topic', () => {
  for (const [english, german] of kSaid) assert.equal(say(english), german);
});

test('what is not known stays whole in English', () => {
  for (const text of ['', ' ', '.', '. ', 'Hello', 'It is what it is.', 'Clean: no sign of', 'retry now', 'Remedy: KB1. Then something else.', 'wave 1 has no machines and more', 'x 5 are',
    '12345678901234567890 have more', 'Harmless.']) assert.equal(say(text), undefined, text);
});

test('made-up texts of any length take no time', () => {
  const kLength = 10_000;
  const fill = (unit: string) => unit.repeat(Math.ceil(kLength / unit.length)).slice(0, kLength);
  const heads = ['', ...saidDe.map(([english]) => partsOf(english)[0]!).filter((part) => typeof part === 'string').map((part) => part as string)];
  const kUnits = ['a', ' ', '. ', '; ', '(', ')', ': ', '0', '1 ', 'a. ', '(; ', '), ', 'KB1: ', 'a: ', ' (0x', ' (0x800B0101', '5 of 5 ', 'then then ', 'retry. ', 'retry; ', '1 log record of ',
    'a scan after the action says X: ', 'from the server: ', 'The registry gave no answer within ', '1.5ms', ' is not there. ', ' is in place (', 'Affected: ', 'Clean: no sign of '];
  const texts = [...kUnits.map(fill), ...kUnits.map((unit) => `Remedy: ${fill(unit)}.`), ...new Set(heads.map((head) => head + fill('a. (')))];
  for (const text of texts) {
    const begin = performance.now();
    const told = say(text);
    const took = performance.now() - begin;
    assert.ok(took < 500, `${took.toFixed(0)} ms for ${text.slice(0, 60)}`);
    assert.ok(told === undefined || told.length < 10 * kLength);
  }
});
