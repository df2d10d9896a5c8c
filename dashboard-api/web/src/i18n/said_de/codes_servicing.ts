// common/servicing/hresult/hresults_servicing.cc: what codes mean, and what to do. The servicing stack.
import type { Entry } from '../said';

export const servicingCodes: Entry[] = [
  [
    'The servicing stack is at work for somebody else. Try again in a few minutes.',
    'Der Wartungsstapel arbeitet für jemand anderen. Versuchen Sie es in einigen Minuten noch einmal.',
  ],
  ['A source was added to a package that had it already. Harmless.', 'Einem Paket wurde eine Quelle hinzugefügt, die es schon hatte. Harmlos.'],
  [
    'The servicing stack replaced itself and has to be restarted before it goes on. Restart the machine.',
    'Der Wartungsstapel hat sich selbst ersetzt und muss neu gestartet werden, bevor es weitergeht. Starten Sie den Rechner neu.',
  ],
  [
    'The Windows Update Agent stopped while it worked; what was done counts. Start it again and look at what is left.',
    'Der Windows Update-Agent wurde bei der Arbeit angehalten; was getan ist, zählt. Starten Sie ihn wieder und sehen Sie nach, was übrig ist.',
  ],
  [
    "The operation ended, but some updates reported errors. Look at each update's own result.",
    'Der Vorgang ist zu Ende, aber einige Updates meldeten Fehler. Sehen Sie das Ergebnis jedes Updates an.',
  ],
  [
    'Installed; a restart is needed to complete it. Restart, then verify.',
    'Installiert; ein Neustart ist nötig, um es abzuschließen. Starten Sie neu und prüfen Sie dann.',
  ],
  [
    'Windows holds that this update is on the machine already, so nothing was done. A re-released package keeps its KB number: this is no proof that the new '
      + 'version is on. Look at the package version or the catalog.',
    'Windows meint, dieses Update sei schon auf dem Rechner, also geschah nichts. Ein neu herausgegebenes Paket behält seine KB-Nummer: das beweist nicht, dass '
      + 'die neue Version da ist. Sehen Sie die Version des Pakets oder den Katalog an.',
  ],
  ['The update that should be removed is not on the machine. Nothing was done.', 'Das Update, das entfernt werden sollte, ist nicht auf dem Rechner. Es geschah nichts.'],
  ["The update's files are on the machine already; nothing was downloaded.", 'Die Dateien des Updates sind schon auf dem Rechner; nichts wurde heruntergeladen.'],
  ['An assembly that is referred to is not installed.', 'Eine Assembly, auf die verwiesen wird, ist nicht installiert.'],
  [
    'A manifest is not built as it should be: the component store is damaged. Run CheckSUR.',
    'Ein Manifest ist nicht so aufgebaut, wie es sein sollte: der Komponentenspeicher ist beschädigt. Führen Sie CheckSUR aus.',
  ],
  [
    'A manifest cannot be read: the component store is damaged. Run CheckSUR.',
    'Ein Manifest ist nicht lesbar: der Komponentenspeicher ist beschädigt. Führen Sie CheckSUR aus.',
  ],
  [
    'A file in the component store is not the one that its manifest names: damaged or replaced. Run CheckSUR.',
    'Eine Datei im Komponentenspeicher ist nicht die, die ihr Manifest nennt: beschädigt oder ausgetauscht. Führen Sie CheckSUR aus.',
  ],
  [
    'A component that a package refers to is missing from the store. Run CheckSUR, or install the package that brings it again.',
    'Eine Komponente, auf die ein Paket verweist, fehlt im Speicher. Führen Sie CheckSUR aus, oder installieren Sie das Paket, das sie mitbringt, noch einmal.',
  ],
  [
    'An identity in the store has an attribute with a value that is not allowed: the store is damaged. Run CheckSUR.',
    'Eine Identität im Speicher hat ein Attribut mit einem unerlaubten Wert: der Speicher ist beschädigt. Führen Sie CheckSUR aus.',
  ],
  [
    'An identity in the store has an attribute with a name that is not allowed: the store is damaged. Run CheckSUR.',
    'Eine Identität im Speicher hat ein Attribut mit einem unerlaubten Namen: der Speicher ist beschädigt. Führen Sie CheckSUR aus.',
  ],
  [
    'An identity in the store cannot be read: the store is damaged. Run CheckSUR.',
    'Eine Identität im Speicher ist nicht lesbar: der Speicher ist beschädigt. Führen Sie CheckSUR aus.',
  ],
  [
    'The component store is inconsistent. Run CheckSUR and see which manifest or payload it names.',
    'Der Komponentenspeicher ist in sich widersprüchlich. Führen Sie CheckSUR aus und sehen Sie nach, welches Manifest oder welche Datei es nennt.',
  ],
  [
    "A step of the installation that runs a component's own installer failed. CBS.log names the component before this record.",
    'Ein Schritt der Installation, der das eigene Installationsprogramm einer Komponente ausführt, ist gescheitert. CBS.log nennt die Komponente vor diesem Eintrag.',
  ],
  [
    'A manifest is in another encoding than it says: the component store is damaged.',
    'Ein Manifest hat eine andere Zeichenkodierung, als es sagt: der Komponentenspeicher ist beschädigt.',
  ],
  [
    'Two manifests have one identity and different content: one of them is damaged.',
    'Zwei Manifeste haben dieselbe Identität und verschiedenen Inhalt: eines davon ist beschädigt.',
  ],
  ['A manifest has another identity than the place where it was found says.', 'Ein Manifest hat eine andere Identität, als der Ort sagt, an dem es gefunden wurde.'],
  ['A file was asked for that the component does not have.', 'Es wurde nach einer Datei gefragt, die die Komponente nicht hat.'],
  [
    'A component that others in the transaction need is missing. Run CheckSUR; install the packages in their order.',
    'Eine Komponente, die andere in der Transaktion brauchen, fehlt. Führen Sie CheckSUR aus; installieren Sie die Pakete in ihrer Reihenfolge.',
  ],
  [
    'A driver package could not be added to the driver store. setupapi.dev.log says why.',
    'Ein Treiberpaket ließ sich nicht in den Treiberspeicher aufnehmen. setupapi.dev.log sagt, warum.',
  ],
  ['The servicing stack failed inside. Read the records before it.', 'Der Wartungsstapel ist in seinem Innern gescheitert. Lesen Sie die Einträge davor.'],
  [
    'The servicing session was used before it was opened. Start the installation again.',
    'Die Wartungssitzung wurde benutzt, bevor sie eröffnet war. Beginnen Sie die Installation noch einmal.',
  ],
  ['The servicing session was opened twice.', 'Die Wartungssitzung wurde zweimal eröffnet.'],
  ['The servicing stack was given a parameter that it does not take.', 'Der Wartungsstapel bekam einen Parameter, den er nicht annimmt.'],
  [
    'The package could not be found or opened. Check that its path can be reached by LocalSystem.',
    'Das Paket war nicht zu finden oder nicht zu öffnen. Prüfen Sie, ob LocalSystem seinen Pfad erreicht.',
  ],
  [
    'The package is not valid, or Windows does not have it. Hundreds of these in CBS.log are normal: programs ask for packages that are not there.',
    'Das Paket ist nicht gültig, oder Windows hat es nicht. Hunderte davon in CBS.log sind normal: Programme fragen nach Paketen, die nicht da sind.',
  ],
  [
    'Something that is needed is in use until the next restart. Restart, then repeat.',
    'Etwas, das gebraucht wird, ist bis zum nächsten Neustart belegt. Starten Sie neu und wiederholen Sie dann.',
  ],
  ['The component cannot be installed on its own.', 'Die Komponente lässt sich nicht für sich allein installieren.'],
  ['The image that should be serviced cannot be reached.', 'Das Abbild, das gewartet werden soll, ist nicht erreichbar.'],
  ['The servicing session is over. Start the installation again.', 'Die Wartungssitzung ist vorbei. Beginnen Sie die Installation noch einmal.'],
  ['The package does not have the property that was asked for.', 'Das Paket hat die Eigenschaft nicht, nach der gefragt wurde.'],
  [
    'The package does not have the update or feature that was named. Check its spelling.',
    'Das Paket hat das genannte Update oder Feature nicht. Prüfen Sie die Schreibweise.',
  ],
  [
    'A package manifest holds an element or attribute that this servicing stack does not know. Everyday noise on Windows 7, whose stack is older than the manifests.',
    'Ein Paketmanifest enthält ein Element oder Attribut, das dieser Wartungsstapel nicht kennt. Alltägliches Rauschen auf Windows 7, dessen Stapel älter ist '
      + 'als die Manifeste.',
  ],
  ['A package manifest has an attribute twice: it is damaged or badly made.', 'Ein Paketmanifest hat ein Attribut zweimal: es ist beschädigt oder schlecht gemacht.'],
  ['A package manifest has an element twice: it is damaged or badly made.', 'Ein Paketmanifest hat ein Element zweimal: es ist beschädigt oder schlecht gemacht.'],
  ['A package manifest lacks an attribute: it is damaged or badly made.', 'Einem Paketmanifest fehlt ein Attribut: es ist beschädigt oder schlecht gemacht.'],
  ['A package manifest lacks an element: it is damaged or badly made.', 'Einem Paketmanifest fehlt ein Element: es ist beschädigt oder schlecht gemacht.'],
  ['The package is in a state in which this cannot be done.', 'Das Paket ist in einem Zustand, in dem das nicht geht.'],
  ['The package has been removed meanwhile.', 'Das Paket wurde inzwischen entfernt.'],
  [
    "The package's manifest has another identity than its file name or the registry says: the manifest is damaged or exchanged.",
    'Das Manifest des Pakets hat eine andere Identität, als sein Dateiname oder die Registrierung sagt: das Manifest ist beschädigt oder vertauscht.',
  ],
  ['A pending driver operation is recorded wrongly. Restart and repeat.', 'Ein ausstehender Treibervorgang ist falsch verzeichnet. Starten Sie neu und wiederholen Sie.'],
  ['The package is for another processor architecture.', 'Das Paket ist für eine andere Prozessorarchitektur.'],
  [
    'The package does not apply to this machine: another edition, architecture or service pack, or something newer is on. Probe again before calling it failed.',
    'Das Paket passt nicht zu diesem Rechner: andere Edition, Architektur oder anderes Service Pack, oder etwas Neueres ist da. Prüfen Sie noch einmal, bevor '
      + 'Sie es gescheitert nennen.',
  ],
  [
    'Files that are needed are neither in the store nor in the source given. Name a source of the same version.',
    'Dateien, die gebraucht werden, sind weder im Speicher noch in der angegebenen Quelle. Nennen Sie eine Quelle derselben Version.',
  ],
  ['The installation was cancelled.', 'Die Installation wurde abgebrochen.'],
  ['The installation was broken off, by the client or because it took too long.', 'Die Installation wurde abgebrochen, vom Auftraggeber oder weil sie zu lange dauerte.'],
  ['The package would change a component in a way that is not allowed.', 'Das Paket würde eine Komponente auf unerlaubte Weise ändern.'],
  [
    'The package needs a newer servicing stack. Install the servicing stack update first.',
    'Das Paket braucht einen neueren Wartungsstapel. Installieren Sie zuerst das Update des Wartungsstapels.',
  ],
  ['The package may not be removed: it is permanent, or others need it.', 'Das Paket darf nicht entfernt werden: es ist dauerhaft, oder andere brauchen es.'],
  [
    'The package was rolled back because another one in the same restart failed. Look for that one.',
    'Das Paket wurde zurückgenommen, weil ein anderes beim selben Neustart scheiterte. Suchen Sie nach jenem.',
  ],
  [
    'The servicing stack has to be restarted before it goes on. Restart the machine.',
    'Der Wartungsstapel muss neu gestartet werden, bevor es weitergeht. Starten Sie den Rechner neu.',
  ],
  ['There is not enough room on the system drive. Make room and repeat.', 'Auf dem Systemlaufwerk ist nicht genug Platz. Schaffen Sie Platz und wiederholen Sie.'],
  ['The update of the servicing stack failed and needs a restart.', 'Das Update des Wartungsstapels ist gescheitert und braucht einen Neustart.'],
  ['A package that this one depends on failed. Look for that one.', 'Ein Paket, von dem dieses abhängt, ist gescheitert. Suchen Sie nach jenem.'],
  ['The package can only be installed on a running Windows.', 'Das Paket lässt sich nur auf einem laufenden Windows installieren.'],
  ['The package wants to be installed alone. Install the others afterwards.', 'Das Paket will allein installiert werden. Installieren Sie die anderen danach.'],
  [
    'The image cannot be serviced any more: an earlier operation was broken off. Start from a good image.',
    'Das Abbild lässt sich nicht mehr warten: ein früherer Vorgang wurde abgebrochen. Beginnen Sie mit einem guten Abbild.',
  ],
  [
    'The manifest of a package that Windows holds for installed is missing or damaged. CBS.log names the package before this record; bring its files back or run CheckSUR.',
    'Das Manifest eines Pakets, das Windows für installiert hält, fehlt oder ist beschädigt. CBS.log nennt das Paket vor diesem Eintrag; bringen Sie seine '
      + 'Dateien zurück, oder führen Sie CheckSUR aus.',
  ],
  ['The component store is damaged beyond what servicing repairs by itself.', 'Der Komponentenspeicher ist stärker beschädigt, als die Wartung von selbst repariert.'],
  ['The record of a pending servicing session is damaged.', 'Die Aufzeichnung einer ausstehenden Wartungssitzung ist beschädigt.'],
  [
    'The servicing session was interrupted, as by a loss of power. Restart and repeat.',
    'Die Wartungssitzung wurde unterbrochen, etwa durch Stromausfall. Starten Sie neu und wiederholen Sie.',
  ],
  ['The servicing session had ended already.', 'Die Wartungssitzung war schon zu Ende.'],
  [
    'A manifest cannot be read as XML: it is damaged. Replace it from the original package, or run CheckSUR.',
    'Ein Manifest ist nicht als XML lesbar: es ist beschädigt. Ersetzen Sie es aus dem ursprünglichen Paket, oder führen Sie CheckSUR aus.',
  ],
  [
    'Files that are needed could not be downloaded. Name a local source, or check the way to the update server.',
    'Dateien, die gebraucht werden, ließen sich nicht herunterladen. Nennen Sie eine lokale Quelle, oder prüfen Sie den Weg zum Updateserver.',
  ],
  ['A group policy forbids the download of files that are needed.', 'Eine Gruppenrichtlinie verbietet es, Dateien herunterzuladen, die gebraucht werden.'],
  [
    'The servicing stack waited too long for one step and gave up. Restart and repeat.',
    'Der Wartungsstapel wartete zu lange auf einen Schritt und gab auf. Starten Sie neu und wiederholen Sie.',
  ],
  [
    "A component's own installer failed while the update was applied. CBS.log names it before this record.",
    'Das eigene Installationsprogramm einer Komponente scheiterte, während das Update angewandt wurde. CBS.log nennt sie vor diesem Eintrag.',
  ],
  ['Windows was started in safe mode, where this cannot be done.', 'Windows wurde im abgesicherten Modus gestartet, in dem das nicht geht.'],
  [
    'An update was asked for by an index that does not exist. Not to be confused with 0x00240006 (already installed).',
    'Es wurde nach einem Update mit einem Index gefragt, den es nicht gibt. Nicht zu verwechseln mit 0x00240006 (schon installiert).',
  ],
  ['The agent is at work on the same thing already. Wait for its end.', 'Der Agent arbeitet schon an derselben Sache. Warten Sie, bis er fertig ist.'],
  ['The operation was cancelled.', 'Der Vorgang wurde abgebrochen.'],
  [
    "The update's description is not valid XML. Download the package again.",
    'Die Beschreibung des Updates ist kein gültiges XML. Laden Sie das Paket noch einmal herunter.',
  ],
  [
    'Another installation is running, or a restart is pending. Wait or restart, then repeat.',
    'Eine andere Installation läuft, oder ein Neustart steht aus. Warten Sie oder starten Sie neu, und wiederholen Sie dann.',
  ],
  [
    'No update in the package applies to this machine: another edition or service pack, or it is installed or superseded already. Probe again before calling it failed.',
    'Kein Update im Paket passt zu diesem Rechner: andere Edition oder anderes Service Pack, oder es ist schon installiert oder ersetzt. Prüfen Sie noch '
      + 'einmal, bevor Sie es gescheitert nennen.',
  ],
  ["A user's logon is needed and there is none.", 'Ein angemeldeter Benutzer wird gebraucht, und es gibt keinen.'],
  ['The update wants to be installed alone. Install it by itself.', 'Das Update will allein installiert werden. Installieren Sie es für sich.'],
  ['The agent was stopped in the middle, often by a shutdown. Repeat.', 'Der Agent wurde mittendrin angehalten, oft durch ein Herunterfahren. Wiederholen Sie.'],
  ['There is no network connection.', 'Es gibt keine Netzwerkverbindung.'],
  ['The agent gave up after waiting too long.', 'Der Agent wartete zu lange und gab auf.'],
  ["Every update of the operation failed. Look at each one's own result.", 'Jedes Update des Vorgangs ist gescheitert. Sehen Sie das Ergebnis jedes einzelnen an.'],
  [
    'The update may not be removed that way: it was not approved for removal, or is permanent.',
    'Das Update darf so nicht entfernt werden: das Entfernen war nicht genehmigt, oder es ist dauerhaft.',
  ],
  ['The source of a full-file update is missing.', 'Die Quelle eines Updates mit ganzen Dateien fehlt.'],
  ['Access to the unmanaged update server is forbidden by policy.', 'Der Zugriff auf den nicht verwalteten Updateserver ist durch Richtlinie verboten.'],
  ['The agent failed without saying why. WindowsUpdate.log has more.', 'Der Agent ist gescheitert, ohne zu sagen, warum. In WindowsUpdate.log steht mehr.'],
  ["The update's description is not valid. Download the package again.", 'Die Beschreibung des Updates ist nicht gültig. Laden Sie das Paket noch einmal herunter.'],
  ['The installer of the update failed. CBS.log says why.', 'Das Installationsprogramm des Updates ist gescheitert. CBS.log sagt, warum.'],
  ['The restart that the update asked for has not completed it yet.', 'Der Neustart, den das Update verlangte, hat es noch nicht abgeschlossen.'],
  [
    'After its restart the update is not in the state that was expected. CBS.log says what was rolled back.',
    'Nach seinem Neustart ist das Update nicht im erwarteten Zustand. CBS.log sagt, was zurückgenommen wurde.',
  ],
  ['The name of the update server or proxy was not resolved.', 'Der Name des Updateservers oder Proxys war nicht aufzulösen.'],
  [
    "The registration of an update service has expired. Windows 7 met it in December 2017, when Microsoft's own authorization file lapsed; it was re-issued.",
    'Die Registrierung eines Updatedienstes ist abgelaufen. Windows 7 begegnete dem im Dezember 2017, als Microsofts eigene Autorisierungsdatei ablief; sie '
      + 'wurde neu herausgegeben.',
  ],
];
