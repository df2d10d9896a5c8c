#include <windows.h>
// After windows.h.
#include <dpapi.h>

#include "absl/strings/str_cat.h"
#include "agent/main/secret_protection.h"
#include "common/windows_error.h"

namespace muster::agent {
namespace {

// No secret: it keeps other programs' DPAPI data from being taken for ours.
char kPurpose[] = "muster-agent private key";

DATA_BLOB Blob(absl::string_view bytes) {
  return {static_cast<DWORD>(bytes.size()),
          reinterpret_cast<BYTE*>(const_cast<char*>(bytes.data()))};
}

std::string Take(const DATA_BLOB& blob) {
  std::string bytes(reinterpret_cast<const char*>(blob.pbData), blob.cbData);
  SecureZeroMemory(blob.pbData, blob.cbData);
  LocalFree(blob.pbData);
  return bytes;
}

}  // namespace

const char kKeyFile[] = "key.dpapi";

absl::StatusOr<std::string> ProtectSecret(absl::string_view secret) {
  DATA_BLOB in = Blob(secret), purpose = Blob({kPurpose, sizeof(kPurpose)}), out{};
  if (!CryptProtectData(&in, nullptr, &purpose, nullptr, nullptr,
                        CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN, &out)) {
    return WindowsErrorToStatus(GetLastError(), "protecting the machine's key");
  }
  return Take(out);
}

absl::StatusOr<std::string> UnprotectSecret(absl::string_view bytes) {
  DATA_BLOB in = Blob(bytes), purpose = Blob({kPurpose, sizeof(kPurpose)}), out{};
  if (!CryptUnprotectData(&in, nullptr, &purpose, nullptr, nullptr, CRYPTPROTECT_UI_FORBIDDEN,
                          &out)) {
    const absl::Status why = WindowsErrorToStatus(GetLastError(), "opening the machine's key");
    return absl::DataLossError(
        absl::StrCat(why.message(),
                     ": it was made on another Windows installation, or is damaged; run "
                     "`muster-agent generalize`, then enrol again"));
  }
  return Take(out);
}

}  // namespace muster::agent
