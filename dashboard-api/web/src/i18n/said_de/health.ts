// server/store/health_store.cc and server/main: how the server is. The overview's and the notifications' words besides.
import type { Entry } from '../said';

export const health: Entry[] = [
  ['clocks agree', 'die Uhren gehen gleich'],
  ["this server's clock minus the database's: {offset:duration}", 'Uhr dieses Servers minus Uhr der Datenbank: {offset}'],
  ["the schema is this program's", 'das Schema ist das dieses Programms'],
  ['version {own:number} of {newest:number}', 'Version {own} von {newest}'],
  ['every machine has one verdict a rule and one set a kind', 'jeder Rechner hat je Regel ein Urteil und je Art eine Menge'],
  ['{count:number} have more', '{count|# hat|# haben} mehr'],
  ['no order is left over in a campaign that is complete', 'in abgeschlossenen Kampagnen ist kein Auftrag übrig'],
  ['{count:number} are', '{count|# ist|# sind} übrig'],
  ['authority that agents and operators trust', 'Zertifizierungsstelle, der Agenten und Operatoren vertrauen'],
  ['certificate of this server', 'Zertifikat dieses Servers'],
];

export const notices: Entry[] = [
  ['{count:number} machine{s} are affected now', '{count|# Rechner ist|# Rechner sind} jetzt betroffen'],
  ['{count:number} machine{s} will be affected within 30 days', '{count|# Rechner wird|# Rechner werden} binnen 30 Tagen betroffen'],
  ['{count:number} machine{s} were not heard of for more than 7 days', '{count|# Rechner ist|# Rechner sind} seit über 7 Tagen stumm'],
  ['{count:number} machine{s} could not be judged', '{count|# Rechner ist|# Rechner sind} nicht zu beurteilen'],
  ['the campaign "{title}" is paused', 'die Kampagne „{title}“ ist angehalten'],
  ['the campaign "{title}" waits for approval', 'die Kampagne „{title}“ wartet auf Freigabe'],
  [
    'the campaign "{title}" fixed {count:number} machines that are affected again',
    'die Kampagne „{title}“ hat {count|# Rechner behoben, der|# Rechner behoben, die} wieder betroffen {count|ist|sind}',
  ],
  ['a catalog inside {file} lapses', 'ein Katalog in {file} läuft ab'],
  ['{count:number} notifications did not reach {address}', '{count|# Benachrichtigung|# Benachrichtigungen} an {address} nicht zustellbar'],
  ['the server at {address} is silent', 'der Server {address} ist stumm'],
  ["Muster's own certificate, the {purpose:maybe}, ends: {subject}", 'Musters eigenes Zertifikat läuft ab ({purpose}): {subject}'],

  ['the receiver answered {code:word} ({words}): {line}', 'der Empfänger antwortete mit {code} ({words}): {line}'],
  ['the receiver answered {code:word} ({words})', 'der Empfänger antwortete mit {code} ({words})'],
  ['the receiver answered {code:word}: {line}', 'der Empfänger antwortete mit {code}: {line}'],
  ['the receiver answered {code:word}', 'der Empfänger antwortete mit {code}'],
  ['the mail relay answered {line}', 'das Mailrelay antwortete: {line}'],
  ['the server has no mail relay', 'der Server hat kein Mailrelay'],
  ['the request cannot be made: {why}', 'die Anfrage lässt sich nicht stellen: {why}'],
  ["the server's own mail address: {why:maybe}", 'die eigene Mailadresse des Servers: {why}'],
];
