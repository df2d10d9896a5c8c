// rules/*.textproto: what the rules that come with Muster call themselves, their remedies and the updates that they know.
import type { Entry } from '../said';

export const rules: Entry[] = [
  ['a servicing catalog that is damaged or not trusted', 'ein Wartungskatalog, der beschädigt oder nicht vertrauenswürdig ist'],
  [
    'A security catalog of the servicing stack does not verify, for a reason other than its age: it is damaged, missing, unsigned, or its signature or chain does not hold. '
      + 'Updates that belong to it can be neither installed nor removed.',
    'Ein Sicherheitskatalog des Wartungsstapels ist nicht gültig, und das nicht wegen seines Alters: er ist beschädigt, fehlt, ist nicht signiert, oder seine Signatur oder Kette '
      + 'stimmt nicht. Updates, die zu ihm gehören, lassen sich weder installieren noch entfernen.',
  ],
  ['System Update Readiness Tool (CheckSUR)', 'Systemupdate-Vorbereitungstool (CheckSUR)'],
  [
    "Repairs damaged and missing catalogs where it has them; read CheckSUR.log for what it could not repair. Check the machine's clock first.",
    'Repariert beschädigte und fehlende Kataloge, soweit es sie hat; was es nicht reparieren konnte, steht in CheckSUR.log. Prüfen Sie zuerst die Uhr des Rechners.',
  ],
  ['SHA-2 code signing support, after the servicing stack update KB4490628', 'Unterstützung für Codesignaturen mit SHA-2, nach dem Update des Wartungsstapels KB4490628'],
  [
    'Only where the code is 0x80092004 or 0x800B0109 and the update is of August 2019 or later.',
    'Nur wo der Code 0x80092004 oder 0x800B0109 ist und das Update vom August 2019 oder später.',
  ],

  ['a servicing catalog whose signature dies with its certificate', 'ein Wartungskatalog, dessen Signatur mit ihrem Zertifikat endet'],
  [
    "A security catalog of an installed update was stamped with a certificate that lacks the time-stamping purpose, or not at all, so that its signature ends with the signer's "
      + "certificate. From that day on servicing cannot open the update's package, and the machine's update list (Win32_QuickFixEngineering) comes back empty.",
    'Ein Sicherheitskatalog eines installierten Updates wurde mit einem Zertifikat gestempelt, dem der Zweck „Zeitstempel“ fehlt, oder gar nicht, sodass seine Signatur mit dem '
      + 'Zertifikat des Signaturgebers endet. Von diesem Tag an kann die Wartung das Paket des Updates nicht öffnen, und die Updateliste des Rechners (Win32_QuickFixEngineering) '
      + 'kommt leer zurück.',
  ],
  ['Update of security advisory 2749655', 'Update der Sicherheitsempfehlung 2749655'],
  [
    'Comes first: it makes WinVerifyTrust ignore the missing time-stamping purpose, and installs on a machine that is already hit. Restart if the installer asks for it, then look at '
      + 'the update list again.',
    'Kommt zuerst: mit ihm sieht WinVerifyTrust über den fehlenden Zweck „Zeitstempel“ hinweg, und es lässt sich auf einem schon betroffenen Rechner installieren. Starten Sie neu, '
      + 'wenn das Installationsprogramm es verlangt, und sehen Sie dann die Updateliste noch einmal an.',
  ],
  ['KB2705219-v2, the re-release of MS12-054', 'KB2705219-v2, die neue Ausgabe von MS12-054'],
  [
    'Only after KB2749655: on a machine that is hit its installer fails with 2148204801 (0x800B0101). Needs a restart. Both releases bear the same KB number; compare the '
      + "package's version or its catalog.",
    'Nur nach KB2749655: auf einem betroffenen Rechner scheitert sein Installationsprogramm mit 2148204801 (0x800B0101). Braucht einen Neustart. Beide Ausgaben haben dieselbe '
      + 'KB-Nummer; vergleichen Sie die Version des Pakets oder seinen Katalog.',
  ],
  ['KB2731847-v2, the re-release of MS12-055', 'KB2731847-v2, die neue Ausgabe von MS12-055'],
  ['Only after KB2749655. Needs a restart. Superseded by KB2761226 (MS12-075).', 'Nur nach KB2749655. Braucht einen Neustart. Ersetzt durch KB2761226 (MS12-075).'],
  [
    'the first release of MS12-054 is named in advisory 2749655; install its v2 after the remedy, even over the first release.',
    'Die erste Ausgabe von MS12-054 wird in der Empfehlung 2749655 genannt; installieren Sie ihre v2 nach der Abhilfe, auch über die erste Ausgabe.',
  ],
  [
    'the first release of MS12-055 is named in advisory 2749655; install its v2 after the remedy, or its successor KB2761226.',
    'Die erste Ausgabe von MS12-055 wird in der Empfehlung 2749655 genannt; installieren Sie ihre v2 nach der Abhilfe, oder ihren Nachfolger KB2761226.',
  ],
  ['MS12-053, Windows XP only; named in advisory 2749655.', 'MS12-053, nur Windows XP; in der Empfehlung 2749655 genannt.'],
  ['RSA keys under 1024 bits; the advisory names its Windows XP release only.', 'RSA-Schlüssel unter 1024 Bit; die Empfehlung nennt nur die Ausgabe für Windows XP.'],
  [
    'Windows Management Framework 5.0 Production Preview: signed with a preview certificate that has expired; it can be neither used nor removed. Move to the released framework.',
    'Windows Management Framework 5.0 Production Preview: mit einem Vorschauzertifikat signiert, das abgelaufen ist; es lässt sich weder benutzen noch entfernen. Gehen Sie zum '
      + 'fertigen Framework über.',
  ],
];
