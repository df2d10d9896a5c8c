// common/servicing/hresult/hresults_trust.cc: what codes mean, and what to do. Cryptography, certificates and trust.
import type { Entry } from '../said';

export const trustCodes: Entry[] = [
  [
    'A signature is not right: the signed file was changed, or it is checked against the wrong key.',
    'Eine Signatur stimmt nicht: die signierte Datei wurde verändert, oder sie wird mit dem falschen Schlüssel geprüft.',
  ],
  [
    'The signature uses an algorithm that this machine does not know, as SHA-2 on a Windows 7 without its updates.',
    'Die Signatur benutzt ein Verfahren, das dieser Rechner nicht kennt, etwa SHA-2 auf einem Windows 7 ohne seine Updates.',
  ],
  [
    'The signed file could not be read or written while it was verified. Check that the catalog can be read.',
    'Die signierte Datei war beim Prüfen nicht zu lesen oder zu schreiben. Prüfen Sie, ob der Katalog lesbar ist.',
  ],
  [
    'A cryptographic object was not found. Updates from August 2019 on answer so on a Windows 7 that cannot verify SHA-2 yet: install its servicing stack '
      + 'update and its SHA-2 support first.',
    'Ein kryptografisches Objekt wurde nicht gefunden. Updates ab August 2019 antworten so auf einem Windows 7, das SHA-2 noch nicht prüfen kann: installieren '
      + 'Sie zuerst sein Update des Wartungsstapels und seine Unterstützung für SHA-2.',
  ],
  ['A certificate in the chain has been revoked. The package is not to be trusted.', 'Ein Zertifikat der Kette wurde gesperrt. Dem Paket ist nicht zu trauen.'],
  ['Revocation of a certificate could not be checked.', 'Ob ein Zertifikat gesperrt ist, war nicht zu prüfen.'],
  [
    'The revocation server was not reached. Normal on machines without a way to the internet.',
    'Der Sperrserver war nicht erreichbar. Das ist normal auf Rechnern ohne Weg ins Internet.',
  ],
  [
    'The signed file ends too early: the catalog is truncated. Replace it from the original package.',
    'Die signierte Datei endet zu früh: der Katalog ist abgeschnitten. Ersetzen Sie ihn aus dem ursprünglichen Paket.',
  ],
  [
    'The signed file is not built as it should be: the catalog is damaged or no catalog. Replace it from the original package.',
    'Die signierte Datei ist nicht so aufgebaut, wie sie sein sollte: der Katalog ist beschädigt oder keiner. Ersetzen Sie ihn aus dem ursprünglichen Paket.',
  ],
  [
    'The trust check itself failed, so it says nothing about the file. Look at the cryptographic services of the machine.',
    'Die Vertrauensprüfung selbst ist gescheitert und sagt deshalb nichts über die Datei. Sehen Sie die Kryptografiedienste des Rechners an.',
  ],
  ['The certificate of the signer is not in the file or not valid in form.', 'Das Zertifikat des Signaturgebers ist nicht in der Datei oder in seiner Form nicht gültig.'],
  [
    'A countersignature of the file is not valid: its time of signing is not vouched for.',
    'Eine Gegensignatur der Datei ist nicht gültig: für die Zeit der Signatur steht niemand ein.',
  ],
  [
    'The signature of a certificate in the chain is not right: the catalog is damaged or tampered with.',
    'Die Signatur eines Zertifikats der Kette stimmt nicht: der Katalog ist beschädigt oder verfälscht.',
  ],
  [
    'The timestamp could not be verified. Where the signing certificate has expired, the catalog is void with it; see whether the timestamp certificate has its '
      + 'time-stamping usage.',
    'Der Zeitstempel war nicht zu prüfen. Wo das Zertifikat der Signatur abgelaufen ist, ist der Katalog damit hinfällig; sehen Sie nach, ob das Zertifikat des '
      + 'Zeitstempels den Zweck „Zeitstempel“ hat.',
  ],
  [
    'The file is not the one that was signed: changed or damaged. Replace it from the original package.',
    'Die Datei ist nicht die signierte: verändert oder beschädigt. Ersetzen Sie sie aus dem ursprünglichen Paket.',
  ],
  [
    'A certificate in the chain may not issue certificates: the chain is not valid.',
    'Ein Zertifikat der Kette darf keine Zertifikate ausstellen: die Kette ist nicht gültig.',
  ],
  ['The trust provider that was asked for is not registered on this machine.', 'Der verlangte Vertrauensanbieter ist auf diesem Rechner nicht registriert.'],
  [
    'The file is of a kind that the trust check does not know: usually damaged, or not signed in a way that this machine can read.',
    'Die Datei ist von einer Art, die die Vertrauensprüfung nicht kennt: meist beschädigt, oder nicht so signiert, dass dieser Rechner es lesen kann.',
  ],
  [
    'No signature was found that covers the file. For a package: its catalog is missing, damaged or of another version than its manifest.',
    'Es wurde keine Signatur gefunden, die die Datei umfasst. Bei einem Paket: sein Katalog fehlt, ist beschädigt oder von einer anderen Version als sein Manifest.',
  ],
  [
    'A certificate was outside of its validity when it was checked. For a servicing catalog: the signing certificate has expired and no timestamp that counts '
      + 'keeps the signature alive. One such package can empty the whole list of updates (Win32_QuickFixEngineering) and block its own update and removal. Check '
      + "the machine's clock first. The cure is to make Windows honour these signatures again, restart and verify; only then can the re-released package be "
      + 'installed. The matching rule names the updates.',
    'Ein Zertifikat lag bei der Prüfung außerhalb seiner Gültigkeit. Bei einem Wartungskatalog: das Zertifikat der Signatur ist abgelaufen, und kein '
      + 'Zeitstempel, der zählt, hält die Signatur am Leben. Ein einziges solches Paket kann die ganze Updateliste (Win32_QuickFixEngineering) leeren und sein '
      + 'eigenes Update und Entfernen verhindern. Prüfen Sie zuerst die Uhr des Rechners. Die Abhilfe ist, Windows dazu zu bringen, dass es diese Signaturen wieder '
      + 'anerkennt, neu zu starten und zu prüfen; erst dann lässt sich das neu herausgegebene Paket installieren. Die zugehörige Regel nennt die Updates.',
  ],
  ['The validity periods in the chain do not lie within each other.', 'Die Gültigkeitszeiträume der Kette liegen nicht ineinander.'],
  ['A certificate has a critical extension that this machine does not know.', 'Ein Zertifikat hat eine kritische Erweiterung, die dieser Rechner nicht kennt.'],
  ['A certificate is used for another purpose than its issuer allowed.', 'Ein Zertifikat wird für einen anderen Zweck benutzt, als sein Aussteller erlaubt hat.'],
  ['The issuer of a certificate did not issue it: the chain is wrong.', 'Der Aussteller eines Zertifikats hat es nicht ausgestellt: die Kette ist falsch.'],
  ['A certificate lacks something essential, as its subject or issuer.', 'Einem Zertifikat fehlt etwas Wesentliches, etwa sein Inhaber oder Aussteller.'],
  [
    'The chain ends in a root certificate that the machine does not trust. Update the root certificates; on Windows 7 also see whether SHA-2 support is on.',
    'Die Kette endet in einem Stammzertifikat, dem der Rechner nicht vertraut. Aktualisieren Sie die Stammzertifikate; sehen Sie auf Windows 7 auch nach, ob '
      + 'die Unterstützung für SHA-2 da ist.',
  ],
  [
    'No chain to a trusted root could be built: an intermediate or root certificate is missing.',
    'Es ließ sich keine Kette zu einem vertrauten Stammzertifikat bilden: ein Zwischen- oder Stammzertifikat fehlt.',
  ],
  ['The trust check failed in general. The records before it say why.', 'Die Vertrauensprüfung ist allgemein gescheitert. Die Einträge davor sagen, warum.'],
  [
    'The issuer has revoked a certificate in the chain. The package is not to be trusted.',
    'Der Aussteller hat ein Zertifikat der Kette gesperrt. Dem Paket ist nicht zu trauen.',
  ],
  ['The chain ends in the test root, which production machines do not trust.', 'Die Kette endet im Teststammzertifikat, dem Rechner im Betrieb nicht vertrauen.'],
  [
    'Revocation could not be checked. Normal on machines without a way to the internet.',
    'Ob etwas gesperrt ist, war nicht zu prüfen. Das ist normal auf Rechnern ohne Weg ins Internet.',
  ],
  ['The name in the certificate is not the name that was expected.', 'Der Name im Zertifikat ist nicht der erwartete.'],
  [
    'A certificate lacks the extended key usage that is asked for: code signing for the signer, time stamping for the timestamp.',
    'Einem Zertifikat fehlt die verlangte erweiterte Schlüsselverwendung: Codesignatur beim Signaturgeber, Zeitstempel beim Zeitstempel.',
  ],
  ["The certificate is on the machine's list of distrusted certificates.", 'Das Zertifikat steht auf der Liste der nicht vertrauenswürdigen Zertifikate des Rechners.'],
  ['A certification authority in the chain is not trusted by policy.', 'Einer Zertifizierungsstelle der Kette wird laut Richtlinie nicht vertraut.'],
];
