#include "agent/host/windows/reboot_pending.h"

#include "absl/strings/str_cat.h"
#include "agent/host/windows/cbs_packages.h"
#include "agent/host/windows/registry.h"

namespace muster::host {
namespace {

constexpr size_t kMaxRenameBytes = 1024 * 1024;

// PendingFileRenameOperations is a REG_MULTI_SZ of pairs: from, to (empty: delete). Source:
// Microsoft, "MoveFileEx function".
uint32_t CountRenames(uint32_t& renames) {
  renames = 0;
  uint32_t error = 0;
  const std::optional<RegistryKey> key = RegistryKey::Open(
      "SYSTEM\\CurrentControlSet\\Control\\Session Manager", RegistryView::k64Bit, error);
  if (!key) return error;
  const std::optional<RegistryValue> value =
      key->Value("PendingFileRenameOperations", kMaxRenameBytes, error);
  if (error == ERROR_FILE_NOT_FOUND) return 0;
  if (error != 0) return error;
  if (value->type != REG_MULTI_SZ) return ERROR_INVALID_DATA;
  uint32_t strings = 0;
  for (size_t at = 0; at + 1 < value->bytes.size(); at += 2) {
    if (value->bytes[at] == '\0' && value->bytes[at + 1] == '\0') ++strings;
  }
  renames = strings / 2;  // the list's own NUL behind them is the odd one
  return 0;
}

}  // namespace

uint32_t ReadRebootPending(MachineFacts& facts) {
  RebootPending pending;
  uint32_t errors[5] = {};
  pending.cbs_reboot_pending = KeyExists(absl::StrCat(kCbsKey, "\\RebootPending"), errors[0]);
  pending.cbs_reboot_in_progress =
      KeyExists(absl::StrCat(kCbsKey, "\\RebootInProgress"), errors[1]);
  pending.cbs_packages_pending = KeyExists(absl::StrCat(kCbsKey, "\\PackagesPending"), errors[2]);
  pending.windows_update_required = KeyExists(
      "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired",
      errors[3]);
  errors[4] = CountRenames(pending.pending_file_renames);
  for (const uint32_t error : errors) {
    if (error != 0) return error;
  }
  facts.reboot_pending = pending;
  return 0;
}

}  // namespace muster::host
