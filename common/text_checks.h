// Checks of text that comes from outside and is shown to people later. Pure functions.
#ifndef MUSTER_COMMON_TEXT_CHECKS_H_
#define MUSTER_COMMON_TEXT_CHECKS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "muster/v1/inventory.pb.h"

namespace muster {

inline constexpr size_t kMaxTextBytes = 256;

// OK for at most `max_bytes` of valid UTF-8 without control characters (Unicode's category Cc:
// C0, DEL, C1). INVALID_ARGUMENT names `field`, and never repeats the text.
absl::Status CheckText(absl::string_view field, absl::string_view text,
                       size_t max_bytes = kMaxTextBytes);

// Whether it is valid UTF-8 (RFC 3629).
bool IsUtf8(absl::string_view text);

// CheckText for every attribute; the name must not be empty.
absl::Status CheckAttributes(const v1::MachineAttributes& attributes);

}  // namespace muster

#endif  // MUSTER_COMMON_TEXT_CHECKS_H_
