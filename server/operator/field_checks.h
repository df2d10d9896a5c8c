// Checks of request fields that several RPCs share. Errors are INVALID_ARGUMENT and name the field.
// Pure functions.
#ifndef MUSTER_SERVER_OPERATOR_FIELD_CHECKS_H_
#define MUSTER_SERVER_OPERATOR_FIELD_CHECKS_H_

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::operator_api {

inline constexpr int32_t kDefaultPageSize = 100;
inline constexpr int32_t kMaxPageSize = 1000;

// AIP-158: none asked for is the default, too many are the maximum, a negative number is an error.
absl::StatusOr<int32_t> PageSize(int32_t asked);

// At most `max_bytes`.
absl::Status CheckLength(absl::string_view field, const std::string& text, size_t max_bytes);

// The id of "collection/{id}": 1 to 256 bytes without a slash.
absl::StatusOr<std::string> ResourceId(absl::string_view field, const std::string& name,
                                       absl::string_view collection);

// As google/protobuf/timestamp.proto and duration.proto bound them: a value outside is malformed.
absl::Status CheckTimestamp(absl::string_view field, const google::protobuf::Timestamp& time);
absl::StatusOr<absl::Duration> ReadDuration(absl::string_view field,
                                            const google::protobuf::Duration& duration);

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_FIELD_CHECKS_H_
