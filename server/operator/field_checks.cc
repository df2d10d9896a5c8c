#include "server/operator/field_checks.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"

namespace muster::operator_api {
namespace {

using google::protobuf::util::TimeUtil;

constexpr size_t kMaxIdBytes = 256;

}  // namespace

absl::StatusOr<int32_t> PageSize(int32_t asked) {
  if (asked < 0) return absl::InvalidArgumentError("page_size: must not be negative");
  return asked == 0 ? kDefaultPageSize : std::min(asked, kMaxPageSize);
}

absl::Status CheckLength(absl::string_view field, const std::string& text, size_t max_bytes) {
  if (text.size() <= max_bytes) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(field, ": longer than ", max_bytes, " bytes"));
}

absl::StatusOr<std::string> ResourceId(absl::string_view field, const std::string& name,
                                       absl::string_view collection) {
  const std::string prefix = absl::StrCat(collection, "/");
  std::string id = absl::StartsWith(name, prefix) ? name.substr(prefix.size()) : "";
  if (id.empty() || id.size() > kMaxIdBytes || absl::StrContains(id, '/')) {
    return absl::InvalidArgumentError(absl::StrCat(field, ": must be \"", prefix, "{id}\""));
  }
  return id;
}

absl::Status CheckTimestamp(absl::string_view field, const google::protobuf::Timestamp& time) {
  if (time.seconds() >= TimeUtil::kTimestampMinSeconds &&
      time.seconds() <= TimeUtil::kTimestampMaxSeconds && time.nanos() >= 0 &&
      time.nanos() < 1'000'000'000) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(field, ": not an instant of the years 1 to 9999"));
}

absl::StatusOr<absl::Duration> ReadDuration(absl::string_view field,
                                            const google::protobuf::Duration& duration) {
  bool same_sign = (duration.seconds() >= 0 && duration.nanos() >= 0) ||
                   (duration.seconds() <= 0 && duration.nanos() <= 0);
  if (duration.seconds() < TimeUtil::kDurationMinSeconds ||
      duration.seconds() > TimeUtil::kDurationMaxSeconds || duration.nanos() <= -1'000'000'000 ||
      duration.nanos() >= 1'000'000'000 || !same_sign) {
    return absl::InvalidArgumentError(absl::StrCat(field, ": malformed duration"));
  }
  return FromProto(duration);
}

}  // namespace muster::operator_api
