#include "agent/main/scan_instant.h"

#include "absl/strings/str_cat.h"
#include "agent/host/text.h"

namespace muster::agent {

absl::StatusOr<absl::Time> ParseInstant(absl::string_view text) {
  absl::Time instant;
  for (const absl::string_view format : {absl::RFC3339_full, "%Y-%m-%d"}) {
    // What a protobuf Timestamp can hold; ParseTime also takes words for the infinite.
    if (absl::ParseTime(format, text, &instant, nullptr) &&
        instant >= absl::FromUnixSeconds(-62135596800) &&
        instant < absl::FromUnixSeconds(253402300800)) {
      return instant;
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", host::Displayable(text),
                   "\" is no instant; write 2013-07-01T07:04:27Z, "
                   "2013-07-01T09:04:27+02:00, or 2013-07-01 for its midnight in UTC"));
}

}  // namespace muster::agent
