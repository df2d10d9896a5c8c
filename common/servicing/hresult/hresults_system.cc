// Windows at large: plain exit codes, COM, WMI (wbemcli.h), wrapped Win32 errors (winerror.h),
// NTSTATUS.
#include "common/servicing/hresult/hresult_table.h"

namespace muster::servicing {
namespace {

constexpr HresultInfo kTable[] = {
    {0x00000000, "S_OK",
     "It worked. A record that ends with S_OK can still close a session in which something "
     "failed: read the records before it."},
    {0x00000001, "S_FALSE",
     "It worked, but there was nothing to do. As an exit code of wusa.exe on Vista it is a "
     "failure without further detail."},
    {0x00000002, "ERROR_FILE_NOT_FOUND",
     "A file of the package is not where it should be. CheckSUR writes it for a manifest or "
     "catalog that is missing from servicing\\Packages."},
    {0x00000005, "ERROR_ACCESS_DENIED",
     "The installer was refused. wusa.exe answers so when it is started over WinRM or another "
     "network logon: run it as LocalSystem, or extract the package and use DISM."},
    {0x00000057, "ERROR_INVALID_PARAMETER",
     "The installer did not understand its command line. Check the switches; nothing was "
     "installed."},
    {0x00000669, "ERROR_SUCCESS_REBOOT_INITIATED",
     "Installed, and the restart has already been started. Verify once the machine is back."},
    {0x00000BC2, "ERROR_SUCCESS_REBOOT_REQUIRED",
     "Installed, but not in effect before a restart. Restart, then verify."},
    {0x80004001, "E_NOTIMPL",
     "The servicing stack was asked for something that this version does not do."},
    {0x80004004, "E_ABORT",
     "The operation was broken off from outside. Find out by whom, and run it again."},
    {0x80004005, "E_FAIL",
     "It failed without saying why; read the records around it. From SQM (telemetry upload) it "
     "is everyday noise."},
    {0x8000FFFF, "E_UNEXPECTED",
     "The servicing stack met a state that it did not expect. Read the records before it; a "
     "restart often clears it."},
    {0x80041001, "WBEM_E_FAILED",
     "The WMI query failed in general. For the list of updates: the list is unknown, not empty."},
    {0x80041002, "WBEM_E_NOT_FOUND", "WMI does not have the object that was asked for."},
    {0x80041003, "WBEM_E_ACCESS_DENIED",
     "The account may not read this WMI class. Query as an administrator or LocalSystem."},
    {0x80041004, "WBEM_E_PROVIDER_FAILURE",
     "The WMI provider behind the class failed: for Win32_QuickFixEngineering that is the "
     "servicing stack. The list of updates is unknown, not empty; look into CBS.log."},
    {0x8004100E, "WBEM_E_INVALID_NAMESPACE", "The WMI namespace does not exist on this machine."},
    {0x80041010, "WBEM_E_INVALID_CLASS",
     "WMI does not know the class; its repository may be damaged. Check it with winmgmt "
     "/verifyrepository."},
    {0x80041013, "WBEM_E_PROVIDER_LOAD_FAILURE",
     "WMI could not load the provider of the class. Repair the system files or register the "
     "provider again."},
    {0x80041032, "WBEM_E_CALL_CANCELLED",
     "The WMI query was called off before it ended; its result is a part at best."},
    {0x8004106C, "WBEM_E_QUOTA_VIOLATION",
     "WMI stopped the query because a quota was reached; its result is a part at best."},
    {0x80070001, "ERROR_INVALID_FUNCTION",
     "The operation is not supported there. In CBS.log it is typical of the attempt to pack an "
     "oversized log into a cabinet: move the log away."},
    {0x80070002, "ERROR_FILE_NOT_FOUND",
     "A file is not where servicing looks for it. Common and harmless in CBS.log; serious when "
     "it names a manifest or catalog of an installed package."},
    {0x80070003, "ERROR_PATH_NOT_FOUND",
     "A folder is not where servicing looks for it. Check that the servicing or winsxs folder "
     "that is named exists."},
    {0x80070005, "E_ACCESSDENIED",
     "Access was denied. Check the rights on the named file or key, security software, and "
     "whether wusa.exe was started over a network logon, which it refuses."},
    {0x80070008, "ERROR_NOT_ENOUGH_MEMORY",
     "There was not enough memory to go on. Free some or restart, then repeat."},
    {0x8007000D, "ERROR_INVALID_DATA",
     "The data is damaged. For a catalog or manifest in servicing\\Packages: replace the file "
     "from the original package, or run CheckSUR."},
    {0x8007000E, "E_OUTOFMEMORY",
     "There was not enough memory to go on. Free some or restart, then repeat."},
    {0x80070020, "ERROR_SHARING_VIOLATION",
     "Another program holds the file open, often security software. Everyday noise when it "
     "stands alone; repeat after a restart when it stops an installation."},
    {0x80070057, "E_INVALIDARG",
     "A parameter was not valid. CheckSUR lists it among the codes of a damaged store; otherwise "
     "check the command line."},
    {0x80070070, "ERROR_DISK_FULL", "The disk is full. Make room on the system drive and repeat."},
    {0x8007007B, "ERROR_INVALID_NAME",
     "A file name in the package or the store is not valid, often because its manifest is "
     "damaged."},
    {0x8007007E, "ERROR_MOD_NOT_FOUND",
     "A library that servicing needs cannot be loaded. Repair the system files."},
    {0x800700B7, "ERROR_ALREADY_EXISTS",
     "What should be created is there already, often left by an earlier attempt."},
    {0x800700C1, "ERROR_BAD_EXE_FORMAT",
     "A file is no program for this machine: damaged, or of another architecture."},
    {0x800700EA, "ERROR_MORE_DATA",
     "A buffer was too small; servicing asks again with a larger one. Harmless."},
    {0x80070103, "ERROR_NO_MORE_ITEMS", "The end of a list was reached. Harmless."},
    {0x80070241, "ERROR_INVALID_IMAGE_HASH",
     "Windows could not verify the digital signature of this file. The file is changed, or its "
     "signature is of a kind that this machine cannot check yet."},
    {0x80070246, "ERROR_ILLEGAL_CHARACTER",
     "A manifest holds a character that does not belong there: the component store is damaged. "
     "Run CheckSUR."},
    {0x80070422, "ERROR_SERVICE_DISABLED",
     "A service that is needed is disabled: for wusa.exe it is Windows Update (wuauserv). Set it "
     "to manual and repeat."},
    {0x80070424, "ERROR_SERVICE_DOES_NOT_EXIST",
     "A service that is needed is not installed, for instance Windows Update or Windows Modules "
     "Installer."},
    {0x80070490, "ERROR_NOT_FOUND",
     "An element was not found. Everyday noise when a package is merely asked for; in an "
     "installation it points to a damaged store."},
    {0x800704C7, "ERROR_CANCELLED", "The operation was cancelled, by a user or a program."},
    {0x80070522, "ERROR_PRIVILEGE_NOT_HELD",
     "The account lacks a privilege that servicing needs. Run as LocalSystem or an elevated "
     "administrator."},
    {0x80070570, "ERROR_FILE_CORRUPT",
     "A file or folder cannot be read. Check the disk, then replace the file."},
    {0x800705B4, "ERROR_TIMEOUT",
     "It took too long and was given up. Repeat on a less busy machine."},
    {0x800705B9, "ERROR_XML_PARSE_ERROR",
     "A manifest cannot be read as XML: the component store is damaged. Run CheckSUR."},
    {0x80070643, "ERROR_INSTALL_FAILURE",
     "The installer of an update failed. Its own log says why."},
    {0x80070652, "ERROR_INSTALL_ALREADY_RUNNING",
     "Another installation is running. Wait for its end."},
    {0x800706BA, "RPC_S_SERVER_UNAVAILABLE",
     "The service on the other side does not answer; for WMI and servicing, check that it runs "
     "and did not crash."},
    {0x800706BE, "RPC_S_CALL_FAILED",
     "The service on the other side went away during the call. Look for a crash of "
     "TrustedInstaller or WMI at that time."},
    {0x80070BC2, "ERROR_SUCCESS_REBOOT_REQUIRED",
     "Done, but not in effect before a restart. Restart, then verify."},
    {0x80070BC9, "ERROR_FAIL_REBOOT_REQUIRED",
     "Servicing refuses to go on before a restart completes what is pending. Restart, then "
     "repeat."},
    {0x80070BCA, "ERROR_FAIL_REBOOT_INITIATED",
     "It failed and a restart has begun to undo it. Look at the state after the restart."},
    {0x800719E4, "ERROR_LOG_FULL",
     "The transaction log is full. Reset the file system's transaction log, restart and repeat."},
    {0x80071A90, "ERROR_TRANSACTIONAL_CONFLICT",
     "Another transaction holds the file or key. Restart and repeat."},
    {0x80071A91, "ERROR_RM_NOT_ACTIVE",
     "The file system's transaction manager is off. Reset it with fsutil resource setautoreset "
     "true C:\\ and restart."},
    {0x80072EE2, "WININET_E_TIMEOUT",
     "The update server did not answer in time. A matter of the network, not of the component "
     "store."},
    {0x80072EE7, "WININET_E_NAME_NOT_RESOLVED",
     "The name of the update server was not resolved. A matter of DNS or proxy, not of the "
     "component store."},
    {0x80072F8F, "WININET_E_DECODING_FAILED",
     "The secure connection to the update server failed. Check the machine's clock, its root "
     "certificates and TLS versions."},
    {0x80080005, "CO_E_SERVER_EXEC_FAILURE",
     "The servicing program could not be started in time. Repeat; if it stays, look for security "
     "software that holds it back."},
    {0xC0000005, "STATUS_ACCESS_VIOLATION",
     "The program crashed by reading or writing memory that is not its own."},
    {0xC000009A, "STATUS_INSUFFICIENT_RESOURCES",
     "The system ran out of resources. Restart and repeat."},
    {0xC0000135, "STATUS_DLL_NOT_FOUND",
     "A library that the program needs was not found. Repair the system files."},
    {0xC0000142, "STATUS_DLL_INIT_FAILED",
     "A library did not start. Repair the system files, or restart where many programs are open."},
    {0xC0000428, "STATUS_INVALID_IMAGE_HASH",
     "Windows could not verify the signature of a system file. The file is changed, or its "
     "signature is of a kind that this machine cannot check yet."},
};

}  // namespace

absl::Span<const HresultInfo> SystemHresults() { return kTable; }

}  // namespace muster::servicing
