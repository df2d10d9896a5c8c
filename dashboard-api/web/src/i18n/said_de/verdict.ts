// common/verdict and server/inventory/verdict_keeper.cc: explanations of verdicts, what was missing, evidence. server/inventory/witnesses.cc: where
// the witnesses disagree.
import type { Entry } from '../said';

/** "could not be read 0x80041003 (detail)": the code and the detail may be missing. */
const outcome = ([english, german]: Entry): Entry[] => [
  [english, german],
  [`${english} {code:code} ({detail:maybe})`, `${german}, {code} ({detail})`],
  [`${english} ({detail:maybe})`, `${german} ({detail})`],
  [`${english} {code:code}`, `${german}, {code}`],
];

/** Of log records: when, and which packages they name. */
const records = (english: string, german: string): Entry[] =>
  ([[' of unknown time', ', Zeit unbekannt'], [' of {first:instant}', ' vom {first}'], [' from {first:instant} to {last:instant}', ' vom {first} bis zum {last}']] as const)
    .flatMap(([when, wann]) => [
      [`{count:number} ${english}{s}${when}: {message} ({code:code}), naming {names}.`, `{count|${german}}${wann}: {message} ({code}); genannt: {names}.`],
      [`{count:number} ${english}{s}${when}: {message} ({code:code}).`, `{count|${german}}${wann}: {message} ({code}).`],
    ]);

export const verdict: Entry[] = [
  ['At risk: {title:maybe} strikes at {at:instant}.', 'Gefährdet ab {at}: {title}.'],
  ['Affected since {at:instant}: {title:maybe}.', 'Betroffen seit {at}: {title}.'],
  ['Affected: {title:maybe}.', 'Betroffen: {title}.'],
  ['Fixed: the remedy against {title:maybe} is in place ({notes:list}).', 'Behoben: {title}. Die Abhilfe ist vorhanden ({notes}).'],
  ['Fixed: the remedy against {title:maybe} is in place.', 'Behoben: {title}. Die Abhilfe ist vorhanden.'],
  ['Could not tell whether this is affected by {title:maybe}: {missing:list}.', 'Nicht zu beurteilen: {title}. Was fehlt: {missing}.'],
  ['Clean: no sign of {title:maybe} ({notes:list}).', 'Ohne Befund. Gesucht wurde: {title} ({notes}).'],
  ['Clean: no sign of {title:maybe}.', 'Ohne Befund. Gesucht wurde: {title}.'],
  ['The remedy is in place and does not help against this.', 'Die Abhilfe ist vorhanden und hilft dagegen nicht.'],
  ['Whether the remedy is in place could not be seen: {missing:list}.', 'Ob die Abhilfe vorhanden ist, war nicht zu sehen: {missing}.'],
  ['Remedy: {remedies:list}.', 'Abhilfe: {remedies}.'],
  ['then {remedy:maybe}', 'dann {remedy}'],
  ['{kb:kb}', '{kb}'],
  [
    'No update is known that cures this: put a later release in the place of the one that the catalog belongs to.',
    'Kein Update ist bekannt, das dies behebt: Setzen Sie eine spätere Ausgabe an die Stelle derer, zu der der Katalog gehört.',
  ],

  ['the update list: {outcome:maybe}', 'die Updateliste: {outcome}'],
  ['the servicing packages: {outcome:maybe}', 'die Wartungspakete: {outcome}'],
  ['the servicing catalogs: {outcome:maybe}', 'die Wartungskataloge: {outcome}'],
  ['the facts about the installation: {outcome:maybe}', 'die Fakten über die Installation: {outcome}'],
  ['the servicing logs: {outcome:maybe}', 'die Wartungsprotokolle: {outcome}'],
  ['the logs: {outcome:maybe}', 'die Protokolle: {outcome}'],
  ['the facts: {outcome:maybe}', 'die Fakten: {outcome}'],
  ['none is there, though every Windows has some', 'keiner ist da, obwohl jedes Windows welche hat'],
  ['{count:number} item{s} not understood', '{count|# Eintrag|# Einträge} nicht verstanden'],
  ['not reported yet', 'noch nicht gemeldet'],
  ...([
    ['seen only in part', 'nur zum Teil gesehen'], ['not there on this host', 'auf diesem Rechner nicht vorhanden'], ['access refused', 'Zugriff verweigert'],
    ['could not be read', 'nicht lesbar'],
  ] as Entry[]).flatMap(outcome),
  ["the update list's probe ended {outcome:word}", 'die Probe der Updateliste endete mit {outcome}'],
  ['{count:number} log record{s} of the past no longer count{s}: {why:maybe}', '{count|# früherer Protokolleintrag zählt|# frühere Protokolleinträge zählen} nicht mehr: {why}'],
  ['the remedy is in place', 'die Abhilfe ist vorhanden'],
  ['the update list can be read', 'die Updateliste ist lesbar'],
  ['the catalogs that they name verify', 'die Kataloge, die sie nennen, sind gültig'],

  [
    '{count:number} servicing catalog{s} would fail to verify without the remedy from {at:instant} on ({code:code}): {names}.',
    '{count|# Wartungskatalog wäre|# Wartungskataloge wären} ohne die Abhilfe ab {at} nicht mehr gültig ({code}): {names}.',
  ],
  [
    '{count:number} servicing catalog{s} would fail to verify without the remedy ({code:code}): {names}.',
    '{count|# Wartungskatalog wäre|# Wartungskataloge wären} ohne die Abhilfe nicht gültig ({code}): {names}.',
  ],
  [
    '{count:number} servicing catalog{s} do{es} not verify and never did ({code:code}): {names}.',
    '{count|# Wartungskatalog ist nicht gültig und war|# Wartungskataloge sind nicht gültig und waren} es nie ({code}): {names}.',
  ],
  [
    '{count:number} servicing catalog{s} fail{s} to verify since {at:instant} ({code:code}): {names}.',
    '{count|# Wartungskatalog ist|# Wartungskataloge sind} seit {at} nicht mehr gültig ({code}): {names}.',
  ],
  [
    '{count:number} servicing catalog{s} will fail to verify from {at:instant} on ({code:code}): {names}.',
    '{count|# Wartungskatalog wird|# Wartungskataloge werden} ab {at} nicht mehr gültig sein ({code}): {names}.',
  ],
  ['{kb:word} is in the update list.', '{kb} steht in der Updateliste.'],
  [
    '{kb:word} has its package on the volume; the registry, which knows whether it is installed, was not asked.',
    'Das Paket von {kb} liegt auf dem Datenträger; die Registrierung, die weiß, ob es installiert ist, wurde nicht gefragt.',
  ],
  ['{kb:word} is installed: servicing has its package.', '{kb} ist installiert: die Wartung hat sein Paket.'],
  ['{name:fact} is {value}.', '{name} ist {value}.'],
  [
    'The update list (Win32_QuickFixEngineering) gives 0 rows though servicing has {count:number} installed package{s} of updates.',
    'Die Updateliste (Win32_QuickFixEngineering) hat 0 Zeilen, obwohl die Wartung {count|# installiertes Paket|# installierte Pakete} von Updates hat.',
  ],
  ...records('log record', '# Protokolleintrag|# Protokolleinträge'),
  ...records('CheckSUR finding', '# Befund von CheckSUR|# Befunde von CheckSUR'),
  [
    'The log is the only witness for {count:number} of them: no catalog of that name was seen.',
    'Für {count} davon ist das Protokoll der einzige Zeuge: ein Katalog dieses Namens wurde nicht gesehen.',
  ],
  ['{kb:kb}: {note:said}', '{kb}: {note}'],
];

export const keeper: Entry[] = [['A campaign is at work on it.', 'Eine Kampagne arbeitet daran.']];

export const witnesses: Entry[] = [
  ['servicing has it installed, the update list does not name it; {more:said}', 'laut Wartung installiert, in der Updateliste nicht genannt; {more}'],
  ['servicing has it installed, the update list does not name it', 'laut Wartung installiert, in der Updateliste nicht genannt'],
  ['the update list names it, servicing has no package of it; {more:said}', 'in der Updateliste genannt, die Wartung hat kein Paket davon; {more}'],
  ['the update list names it, servicing has no package of it', 'in der Updateliste genannt, die Wartung hat kein Paket davon'],
  ['the update list names it, servicing has it not installed; {more:said}', 'in der Updateliste genannt, laut Wartung nicht installiert; {more}'],
  ['the update list names it, servicing has it not installed', 'in der Updateliste genannt, laut Wartung nicht installiert'],
  ['{bad:number} of its {all:number} catalogs do not verify', '{bad} von {all|# Katalog|# Katalogen} {bad|ist|sind} nicht gültig'],
  ['the update list names 0 updates, servicing has {count:number} installed packages; {more:said}', 'Die Updateliste nennt 0 Updates, die Wartung hat {count|# installiertes Paket|# installierte Pakete}; {more}'],
  ['the update list names 0 updates, servicing has {count:number} installed packages', 'Die Updateliste nennt 0 Updates, die Wartung hat {count|# installiertes Paket|# installierte Pakete}'],
  ['{bad:number} of {all:number} catalogs do not verify', '{bad} von {all|# Katalog|# Katalogen} {bad|ist|sind} nicht gültig'],
];
