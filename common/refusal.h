// What an error says to programs, beside its code and its words: messages of google.rpc, as AIP-193
// has it.
#ifndef MUSTER_COMMON_REFUSAL_H_
#define MUSTER_COMMON_REFUSAL_H_

#include <google/rpc/status.pb.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace muster {

// FAILED_PRECONDITION with a google.rpc.PreconditionFailure: `type` says what does not hold, in
// UPPER_SNAKE_CASE, the same in every release; `subject` of what ("campaigns/c0ffee", a field), if
// of something; `description` is for people.
absl::Status FailedPrecondition(absl::string_view type, absl::string_view subject,
                                absl::string_view description);

// Adds those of the status's payloads that are google.rpc messages.
void AddDetails(const absl::Status& status, google::rpc::Status& error);

// Adds a google.rpc.ErrorInfo unless there is one. Its reason is the type of the
// PreconditionFailure, or the code's name; its domain is "muster".
void AddErrorInfo(google::rpc::Status& error);

}  // namespace muster

#endif  // MUSTER_COMMON_REFUSAL_H_
