// absl::Time to google.protobuf.Timestamp and back.
#ifndef MUSTER_COMMON_PROTO_TIME_H_
#define MUSTER_COMMON_PROTO_TIME_H_

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "absl/time/time.h"

namespace muster {

// Times outside the years 1 to 9999, which a Timestamp cannot hold, become its first or last
// instant.
google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& timestamp);

google::protobuf::Duration ToProto(absl::Duration duration);
absl::Duration FromProto(const google::protobuf::Duration& duration);

}  // namespace muster

#endif  // MUSTER_COMMON_PROTO_TIME_H_
