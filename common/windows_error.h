// Win32 error codes as absl::Status. Windows alone.
#ifndef MUSTER_COMMON_WINDOWS_ERROR_H_
#define MUSTER_COMMON_WINDOWS_ERROR_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace muster {

// `error` of GetLastError, with `message` in front of Windows' own words and the number.
absl::Status WindowsErrorToStatus(uint32_t error, absl::string_view message);

}  // namespace muster

#endif  // MUSTER_COMMON_WINDOWS_ERROR_H_
