#include "dashboard-api/ctl/exit_code.h"

#include "absl/strings/cord.h"

namespace muster::ctl {
namespace {

// Sets a "no" apart from a server's refusal, which has a code of its own and no such mark.
constexpr char kNoUrl[] = "muster.ctl/answer-is-no";

}  // namespace

absl::Status AnswerIsNo(absl::string_view message) {
  absl::Status status = absl::FailedPreconditionError(message);
  status.SetPayload(kNoUrl, absl::Cord());
  return status;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.GetPayload(kNoUrl).has_value()) return kNo;
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return kBadUsage;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnimplemented:  // another port than the operator API's
      return kAway;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return kNotAllowed;
    case absl::StatusCode::kNotFound:
      return kNotFound;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return kNotNow;
    default:
      return kFailed;
  }
}

}  // namespace muster::ctl
