// common/servicing/hresult/hresults_system.cc: what codes mean, and what to do. Windows at large.
import type { Entry } from '../said';

export const systemCodes: Entry[] = [
  [
    'It worked. A record that ends with S_OK can still close a session in which something failed: read the records before it.',
    'Es hat geklappt. Ein Eintrag, der mit S_OK endet, kann trotzdem eine Sitzung schließen, in der etwas gescheitert ist: lesen Sie die Einträge davor.',
  ],
  [
    'It worked, but there was nothing to do. As an exit code of wusa.exe on Vista it is a failure without further detail.',
    'Es hat geklappt, aber es war nichts zu tun. Als Exitcode von wusa.exe auf Vista ist es ein Fehler ohne nähere Angabe.',
  ],
  [
    'A file of the package is not where it should be. CheckSUR writes it for a manifest or catalog that is missing from servicing\\Packages.',
    'Eine Datei des Pakets ist nicht, wo sie sein sollte. CheckSUR schreibt das bei einem Manifest oder Katalog, der in servicing\\Packages fehlt.',
  ],
  [
    'The installer was refused. wusa.exe answers so when it is started over WinRM or another network logon: run it as LocalSystem, or extract the package and use DISM.',
    'Das Installationsprogramm wurde abgewiesen. wusa.exe antwortet so, wenn es über WinRM oder eine andere Netzwerkanmeldung gestartet wird: führen Sie es als '
      + 'LocalSystem aus, oder entpacken Sie das Paket und benutzen Sie DISM.',
  ],
  [
    'The installer did not understand its command line. Check the switches; nothing was installed.',
    'Das Installationsprogramm hat seine Befehlszeile nicht verstanden. Prüfen Sie die Schalter; nichts wurde installiert.',
  ],
  [
    'Installed, and the restart has already been started. Verify once the machine is back.',
    'Installiert, und der Neustart hat schon begonnen. Prüfen Sie, sobald der Rechner wieder da ist.',
  ],
  ['Installed, but not in effect before a restart. Restart, then verify.', 'Installiert, aber vor einem Neustart nicht in Kraft. Starten Sie neu und prüfen Sie dann.'],
  ['The servicing stack was asked for something that this version does not do.', 'Der Wartungsstapel wurde um etwas gebeten, das diese Version nicht kann.'],
  [
    'The operation was broken off from outside. Find out by whom, and run it again.',
    'Der Vorgang wurde von außen abgebrochen. Finden Sie heraus, von wem, und starten Sie ihn noch einmal.',
  ],
  [
    'It failed without saying why; read the records around it. From SQM (telemetry upload) it is everyday noise.',
    'Es ist gescheitert, ohne zu sagen, warum; lesen Sie die Einträge ringsum. Von SQM (Telemetrie) ist es alltägliches Rauschen.',
  ],
  [
    'The servicing stack met a state that it did not expect. Read the records before it; a restart often clears it.',
    'Der Wartungsstapel traf auf einen Zustand, den er nicht erwartet hat. Lesen Sie die Einträge davor; oft hilft ein Neustart.',
  ],
  [
    'The WMI query failed in general. For the list of updates: the list is unknown, not empty.',
    'Die WMI-Abfrage ist allgemein gescheitert. Für die Updateliste heißt das: sie ist unbekannt, nicht leer.',
  ],
  ['WMI does not have the object that was asked for.', 'WMI hat das Objekt nicht, nach dem gefragt wurde.'],
  [
    'The account may not read this WMI class. Query as an administrator or LocalSystem.',
    'Das Konto darf diese WMI-Klasse nicht lesen. Fragen Sie als Administrator oder LocalSystem.',
  ],
  [
    'The WMI provider behind the class failed: for Win32_QuickFixEngineering that is the servicing stack. The list of updates is unknown, not empty; look into CBS.log.',
    'Der WMI-Anbieter hinter der Klasse ist gescheitert: bei Win32_QuickFixEngineering ist das der Wartungsstapel. Die Updateliste ist unbekannt, nicht leer; '
      + 'sehen Sie in CBS.log nach.',
  ],
  ['The WMI namespace does not exist on this machine.', 'Den WMI-Namespace gibt es auf diesem Rechner nicht.'],
  [
    'WMI does not know the class; its repository may be damaged. Check it with winmgmt /verifyrepository.',
    'WMI kennt die Klasse nicht; sein Repository ist vielleicht beschädigt. Prüfen Sie es mit winmgmt /verifyrepository.',
  ],
  [
    'WMI could not load the provider of the class. Repair the system files or register the provider again.',
    'WMI konnte den Anbieter der Klasse nicht laden. Reparieren Sie die Systemdateien, oder registrieren Sie den Anbieter neu.',
  ],
  [
    'The WMI query was called off before it ended; its result is a part at best.',
    'Die WMI-Abfrage wurde abgesagt, bevor sie zu Ende war; ihr Ergebnis ist bestenfalls ein Teil.',
  ],
  [
    'WMI stopped the query because a quota was reached; its result is a part at best.',
    'WMI hielt die Abfrage an, weil eine Grenze erreicht war; ihr Ergebnis ist bestenfalls ein Teil.',
  ],
  [
    'The operation is not supported there. In CBS.log it is typical of the attempt to pack an oversized log into a cabinet: move the log away.',
    'Der Vorgang wird dort nicht unterstützt. In CBS.log ist das typisch für den Versuch, ein übergroßes Protokoll in eine CAB-Datei zu packen: verschieben Sie '
      + 'das Protokoll.',
  ],
  [
    'A file is not where servicing looks for it. Common and harmless in CBS.log; serious when it names a manifest or catalog of an installed package.',
    'Eine Datei ist nicht, wo die Wartung sie sucht. In CBS.log häufig und harmlos; ernst, wenn es ein Manifest oder einen Katalog eines installierten Pakets nennt.',
  ],
  [
    'A folder is not where servicing looks for it. Check that the servicing or winsxs folder that is named exists.',
    'Ein Ordner ist nicht, wo die Wartung ihn sucht. Prüfen Sie, ob es den genannten Ordner in servicing oder winsxs gibt.',
  ],
  [
    'Access was denied. Check the rights on the named file or key, security software, and whether wusa.exe was started over a network logon, which it refuses.',
    'Der Zugriff wurde verweigert. Prüfen Sie die Rechte an der genannten Datei oder dem Schlüssel, die Sicherheitssoftware, und ob wusa.exe über eine '
      + 'Netzwerkanmeldung gestartet wurde, die es abweist.',
  ],
  [
    'There was not enough memory to go on. Free some or restart, then repeat.',
    'Der Arbeitsspeicher reichte nicht. Geben Sie welchen frei oder starten Sie neu, und wiederholen Sie dann.',
  ],
  [
    'The data is damaged. For a catalog or manifest in servicing\\Packages: replace the file from the original package, or run CheckSUR.',
    'Die Daten sind beschädigt. Bei einem Katalog oder Manifest in servicing\\Packages: ersetzen Sie die Datei aus dem ursprünglichen Paket, oder führen Sie CheckSUR aus.',
  ],
  [
    'Another program holds the file open, often security software. Everyday noise when it stands alone; repeat after a restart when it stops an installation.',
    'Ein anderes Programm hält die Datei offen, oft Sicherheitssoftware. Alltägliches Rauschen, wenn es allein steht; wiederholen Sie nach einem Neustart, wenn '
      + 'es eine Installation anhält.',
  ],
  [
    'A parameter was not valid. CheckSUR lists it among the codes of a damaged store; otherwise check the command line.',
    'Ein Parameter war nicht gültig. CheckSUR zählt es zu den Codes eines beschädigten Speichers; sonst prüfen Sie die Befehlszeile.',
  ],
  ['The disk is full. Make room on the system drive and repeat.', 'Der Datenträger ist voll. Schaffen Sie Platz auf dem Systemlaufwerk und wiederholen Sie.'],
  [
    'A file name in the package or the store is not valid, often because its manifest is damaged.',
    'Ein Dateiname im Paket oder im Speicher ist nicht gültig, oft weil sein Manifest beschädigt ist.',
  ],
  [
    'A library that servicing needs cannot be loaded. Repair the system files.',
    'Eine Bibliothek, die die Wartung braucht, lässt sich nicht laden. Reparieren Sie die Systemdateien.',
  ],
  ['What should be created is there already, often left by an earlier attempt.', 'Was angelegt werden sollte, ist schon da, oft von einem früheren Versuch.'],
  [
    'A file is no program for this machine: damaged, or of another architecture.',
    'Eine Datei ist kein Programm für diesen Rechner: beschädigt, oder von einer anderen Architektur.',
  ],
  ['A buffer was too small; servicing asks again with a larger one. Harmless.', 'Ein Puffer war zu klein; die Wartung fragt mit einem größeren noch einmal. Harmlos.'],
  ['The end of a list was reached. Harmless.', 'Das Ende einer Liste ist erreicht. Harmlos.'],
  [
    'Windows could not verify the digital signature of this file. The file is changed, or its signature is of a kind that this machine cannot check yet.',
    'Windows konnte die digitale Signatur dieser Datei nicht prüfen. Die Datei ist verändert, oder ihre Signatur ist von einer Art, die dieser Rechner noch '
      + 'nicht prüfen kann.',
  ],
  [
    'A manifest holds a character that does not belong there: the component store is damaged. Run CheckSUR.',
    'Ein Manifest enthält ein Zeichen, das nicht hineingehört: der Komponentenspeicher ist beschädigt. Führen Sie CheckSUR aus.',
  ],
  [
    'A service that is needed is disabled: for wusa.exe it is Windows Update (wuauserv). Set it to manual and repeat.',
    'Ein Dienst, der gebraucht wird, ist deaktiviert: bei wusa.exe ist es Windows Update (wuauserv). Stellen Sie ihn auf „Manuell“ und wiederholen Sie.',
  ],
  [
    'A service that is needed is not installed, for instance Windows Update or Windows Modules Installer.',
    'Ein Dienst, der gebraucht wird, ist nicht installiert, etwa Windows Update oder Windows Modules Installer.',
  ],
  [
    'An element was not found. Everyday noise when a package is merely asked for; in an installation it points to a damaged store.',
    'Ein Element wurde nicht gefunden. Alltägliches Rauschen, wenn nur nach einem Paket gefragt wird; bei einer Installation weist es auf einen beschädigten Speicher hin.',
  ],
  ['The operation was cancelled, by a user or a program.', 'Der Vorgang wurde abgebrochen, von einem Benutzer oder einem Programm.'],
  [
    'The account lacks a privilege that servicing needs. Run as LocalSystem or an elevated administrator.',
    'Dem Konto fehlt ein Recht, das die Wartung braucht. Führen Sie es als LocalSystem oder mit erhöhten Administratorrechten aus.',
  ],
  [
    'A file or folder cannot be read. Check the disk, then replace the file.',
    'Eine Datei oder ein Ordner ist nicht lesbar. Prüfen Sie den Datenträger und ersetzen Sie dann die Datei.',
  ],
  ['It took too long and was given up. Repeat on a less busy machine.', 'Es dauerte zu lange und wurde aufgegeben. Wiederholen Sie, wenn der Rechner weniger zu tun hat.'],
  [
    'A manifest cannot be read as XML: the component store is damaged. Run CheckSUR.',
    'Ein Manifest ist nicht als XML lesbar: der Komponentenspeicher ist beschädigt. Führen Sie CheckSUR aus.',
  ],
  ['The installer of an update failed. Its own log says why.', 'Das Installationsprogramm eines Updates ist gescheitert. Sein eigenes Protokoll sagt, warum.'],
  ['Another installation is running. Wait for its end.', 'Eine andere Installation läuft. Warten Sie, bis sie zu Ende ist.'],
  [
    'The service on the other side does not answer; for WMI and servicing, check that it runs and did not crash.',
    'Der Dienst auf der anderen Seite antwortet nicht; prüfen Sie bei WMI und Wartung, ob er läuft und nicht abgestürzt ist.',
  ],
  [
    'The service on the other side went away during the call. Look for a crash of TrustedInstaller or WMI at that time.',
    'Der Dienst auf der anderen Seite verschwand während des Aufrufs. Suchen Sie nach einem Absturz von TrustedInstaller oder WMI zu dieser Zeit.',
  ],
  ['Done, but not in effect before a restart. Restart, then verify.', 'Erledigt, aber vor einem Neustart nicht in Kraft. Starten Sie neu und prüfen Sie dann.'],
  [
    'Servicing refuses to go on before a restart completes what is pending. Restart, then repeat.',
    'Die Wartung macht nicht weiter, bevor ein Neustart abschließt, was aussteht. Starten Sie neu und wiederholen Sie dann.',
  ],
  [
    'It failed and a restart has begun to undo it. Look at the state after the restart.',
    'Es ist gescheitert, und ein Neustart hat begonnen, der es rückgängig macht. Sehen Sie den Zustand nach dem Neustart an.',
  ],
  [
    "The transaction log is full. Reset the file system's transaction log, restart and repeat.",
    'Das Transaktionsprotokoll ist voll. Setzen Sie das Transaktionsprotokoll des Dateisystems zurück, starten Sie neu und wiederholen Sie.',
  ],
  ['Another transaction holds the file or key. Restart and repeat.', 'Eine andere Transaktion hält die Datei oder den Schlüssel. Starten Sie neu und wiederholen Sie.'],
  [
    "The file system's transaction manager is off. Reset it with fsutil resource setautoreset true C:\\ and restart.",
    'Der Transaktionsmanager des Dateisystems ist aus. Setzen Sie ihn mit fsutil resource setautoreset true C:\\ zurück und starten Sie neu.',
  ],
  [
    'The update server did not answer in time. A matter of the network, not of the component store.',
    'Der Updateserver antwortete nicht in der Zeit. Das liegt am Netz, nicht am Komponentenspeicher.',
  ],
  [
    'The name of the update server was not resolved. A matter of DNS or proxy, not of the component store.',
    'Der Name des Updateservers war nicht aufzulösen. Das liegt an DNS oder Proxy, nicht am Komponentenspeicher.',
  ],
  [
    "The secure connection to the update server failed. Check the machine's clock, its root certificates and TLS versions.",
    'Die gesicherte Verbindung zum Updateserver ist gescheitert. Prüfen Sie die Uhr des Rechners, seine Stammzertifikate und TLS-Versionen.',
  ],
  [
    'The servicing program could not be started in time. Repeat; if it stays, look for security software that holds it back.',
    'Das Wartungsprogramm ließ sich nicht in der Zeit starten. Wiederholen Sie; bleibt es dabei, suchen Sie nach Sicherheitssoftware, die es aufhält.',
  ],
  ['The program crashed by reading or writing memory that is not its own.', 'Das Programm stürzte ab, weil es Speicher las oder schrieb, der ihm nicht gehört.'],
  ['The system ran out of resources. Restart and repeat.', 'Dem System gingen die Mittel aus. Starten Sie neu und wiederholen Sie.'],
  [
    'A library that the program needs was not found. Repair the system files.',
    'Eine Bibliothek, die das Programm braucht, wurde nicht gefunden. Reparieren Sie die Systemdateien.',
  ],
  [
    'A library did not start. Repair the system files, or restart where many programs are open.',
    'Eine Bibliothek startete nicht. Reparieren Sie die Systemdateien, oder starten Sie neu, wo viele Programme offen sind.',
  ],
  [
    'Windows could not verify the signature of a system file. The file is changed, or its signature is of a kind that this machine cannot check yet.',
    'Windows konnte die Signatur einer Systemdatei nicht prüfen. Die Datei ist verändert, oder ihre Signatur ist von einer Art, die dieser Rechner noch nicht prüfen kann.',
  ],
];
