#include "common/windows_error.h"

#include <windows.h>

#include <string>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace muster {
namespace {

absl::StatusCode CodeOf(uint32_t error) {
  switch (error) {
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
      return absl::StatusCode::kResourceExhausted;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
    case ERROR_WRITE_PROTECT:
      return absl::StatusCode::kPermissionDenied;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
      return absl::StatusCode::kNotFound;
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kUnknown;
  }
}

}  // namespace

absl::Status WindowsErrorToStatus(uint32_t error, absl::string_view message) {
  const std::string words = std::system_category().message(static_cast<int>(error));
  return absl::Status(CodeOf(error),
                      absl::StrCat(message, ": ", absl::StripTrailingAsciiWhitespace(words),
                                   " (error ", error, ")"));
}

}  // namespace muster
