// Percent-encoding (RFC 3986) and query strings. Pure functions.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_URL_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_URL_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::transcoder {

enum class Spaces { kPercentOnly, kPlusToo };

// INVALID_ARGUMENT for a broken escape, a control character, or what is not UTF-8.
absl::StatusOr<std::string> PercentDecode(absl::string_view text, Spaces spaces);

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

// "a=1&b=2" in its order; line breaks and tabs may stand in values, other control characters not.
// INVALID_ARGUMENT as PercentDecode, and for more than 256 parameters.
absl::StatusOr<QueryParameters> ParseQuery(absl::string_view query);

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_URL_H_
