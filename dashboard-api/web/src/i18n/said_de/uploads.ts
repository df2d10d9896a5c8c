// common/servicing/msu: why an uploaded update is not taken.
import type { Entry } from '../said';

const kRefusal = 'Muster refuses to roll out an update whose catalog is about to lapse or does not verify';
const kRefusalDe = 'Muster verteilt kein Update, dessen Katalog bald abläuft oder nicht gültig ist';

export const uploads: Entry[] = [
  [
    '{what:said}; download the package again from the Microsoft Update Catalog',
    '{what}; laden Sie das Paket noch einmal aus dem Microsoft Update-Katalog herunter',
  ],
  [`${kRefusal}: {kb:word} has no catalog inside.`, `${kRefusalDe}: {kb} enthält keinen Katalog.`],
  [
    `${kRefusal}: of {kb}, the catalog {name:word} (and {more:number} more of its catalogs) {how:said}; {fate:said}.`,
    `${kRefusalDe}: Der Katalog {name} von {kb} (und {more|# weiterer|# weitere} davon) {how}; {fate}.`,
  ],
  [`${kRefusal}: of {kb}, the catalog {name:word} {how:said}; {fate:said}.`, `${kRefusalDe}: Der Katalog {name} von {kb} {how}; {fate}.`],
  ['is signed and timestamped', 'ist signiert und gestempelt'],
  ['has no timestamp, so that it holds only as long as its certificates', 'hat keinen Zeitstempel, hält also nur so lange wie seine Zertifikate'],
  [
    "has a timestamp that does not count, since the time-stamping service's certificate is not made out for time stamping, so that it holds only as long as its certificates",
    'hat einen Zeitstempel, der nicht zählt, weil dem Zertifikat des Zeitstempeldienstes der Zweck „Zeitstempel“ fehlt, hält also nur so lange wie seine Zertifikate',
  ],
  [
    'is signed by a certificate for lifetime signing, whose end no timestamp outlasts',
    'ist mit einem Zertifikat signiert, dessen Ende kein Zeitstempel überdauert',
  ],
  ['was signed at a time when its certificates were not valid', 'wurde signiert, als seine Zertifikate nicht galten'],
  ['has a timestamp that is broken or of another signature', 'hat einen Zeitstempel, der falsch ist oder zu einer anderen Signatur gehört'],
  ['has a timestamp without the certificate that it is to be checked by', 'hat einen Zeitstempel ohne das Zertifikat, mit dem er zu prüfen wäre'],
  ['has a broken signature: it was changed after it was signed', 'hat eine falsche Signatur: er wurde nach dem Signieren verändert'],
  ['has certificates that were not issued by whom they name', 'hat Zertifikate, die nicht von dem ausgestellt sind, den sie nennen'],
  ['is not signed', 'ist nicht signiert'],
  ['is damaged', 'ist beschädigt'],
  ['Windows never takes it ({answer})', 'Windows nimmt ihn nie an ({answer})'],
  ['it lapsed on {day:day} ({answer})', 'er ist am {day} abgelaufen ({answer})'],
  ['it is not valid before {day:day} ({answer})', 'er gilt nicht vor dem {day} ({answer})'],
  ['it lapses on {day:day} (then {answer})', 'er läuft am {day} ab (dann {answer})'],
  ["Check this machine's clock.", 'Prüfen Sie die Uhr dieses Rechners.'],
  [
    'Roll out the version that Microsoft reissued (as a rule its name has -v2) instead.',
    'Verteilen Sie stattdessen die Ausgabe, die Microsoft neu herausgegeben hat (in der Regel mit -v2 im Namen).',
  ],
  ['Download the package again from the Microsoft Update Catalog.', 'Laden Sie das Paket noch einmal aus dem Microsoft Update-Katalog herunter.'],
  ['it is a cabinet, but no update package (.msu): {why:said}', 'eine CAB-Datei, aber kein Updatepaket (.msu): {why}'],
  [
    'WSUSSCAN.cab, by which Windows decides whether it applies, is not in it. Give the .msu itself, not a cabinet out of it',
    'WSUSSCAN.cab, woran Windows entscheidet, ob es passt, ist nicht darin. Nehmen Sie die .msu-Datei selbst, nicht eine CAB-Datei daraus',
  ],
  ['no update cabinet is in it', 'keine CAB-Datei eines Updates ist darin'],
  [
    'its name says {name}, what is in it is {kb}: it was renamed or swapped; give it its own name, or the right package',
    'der Name sagt {name}, darin ist {kb}: die Datei wurde umbenannt oder vertauscht; geben Sie ihr ihren eigenen Namen, oder nehmen Sie das richtige Paket',
  ],
  ['no catalog is in it, so nothing vouches for its manifests', 'kein Katalog ist darin, also steht nichts für die Manifeste ein'],
  [
    'its name says {name}, what is in it is for {architecture}: it was renamed or swapped; give it its own name, or the right package',
    'der Name sagt {name}, der Inhalt ist für {architecture}: die Datei wurde umbenannt oder vertauscht; geben Sie ihr ihren eigenen Namen, oder nehmen Sie das richtige Paket',
  ],
  ['its properties say {kb}, but no cabinet in it is of that KB: {others}', 'ihre Eigenschaften sagen {kb}, aber keine CAB-Datei darin gehört dazu: {others}'],
  ['its properties say {own}, its cabinet {cab} says {other}', 'ihre Eigenschaften sagen {own}, ihre CAB-Datei {cab} sagt {other}'],
  ['its pkgProperties.txt has no KB Article Number', 'ihre pkgProperties.txt hat keine KB Article Number'],
  [
    'its pkgProperties.txt has no Processor Architecture that Muster knows (amd64, x86, ia64, arm, arm64)',
    'ihre pkgProperties.txt hat keine Processor Architecture, die Muster kennt (amd64, x86, ia64, arm, arm64)',
  ],
  ['it should hold one file …-pkgProperties.txt, and holds {count:number}', 'sie sollte eine Datei …-pkgProperties.txt enthalten und enthält {count}'],
  ['no catalog is in its cabinets, so nothing vouches for it', 'kein Katalog ist in ihren CAB-Dateien, also steht nichts für sie ein'],
  ['the cabinet {cab} in it: {why:said}', 'die CAB-Datei {cab} darin: {why}'],
  ['it is no cabinet; it begins like a web page, as of a proxy that asks for a login', 'sie ist keine CAB-Datei; sie beginnt wie eine Webseite, etwa die Anmeldung eines Proxys'],
  ['it is no cabinet; it is a WIM image, as newer versions of Windows have packages', 'sie ist keine CAB-Datei, sondern ein WIM-Abbild, wie neuere Versionen von Windows Pakete haben'],
  ['it is one of a set of cabinets, which no update package is', 'sie ist eine von mehreren zusammengehörigen CAB-Dateien; kein Updatepaket ist das'],
  ['decompressing it would take too long', 'das Entpacken dauerte zu lange'],
  ['memory is short', 'der Arbeitsspeicher ist knapp'],
  ['it is empty', 'sie ist leer'],
  ['it is truncated: {size:number} bytes are here of {all:number}', 'sie ist abgeschnitten: {size} von {all} Bytes sind da'],
  ['it is no cabinet', 'sie ist keine CAB-Datei'],
  ['it is damaged: a checksum does not match its data', 'sie ist beschädigt: eine Prüfsumme passt nicht zu den Daten'],
  ['it is damaged: it points beyond its end', 'sie ist beschädigt: sie verweist hinter ihr Ende'],
  ['it is damaged: its data cannot be decompressed', 'sie ist beschädigt: die Daten lassen sich nicht entpacken'],
  ["it is damaged: its structure is not a cabinet's", 'sie ist beschädigt: sie ist nicht wie eine CAB-Datei aufgebaut'],
];
