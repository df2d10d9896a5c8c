#include "agent/servicing/update_history/update_history.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxTitleBytes = 4096;

// The article named at `at`, as "KB" and 4 to 10 digits; empty where there is none.
std::string KbAt(absl::string_view title, size_t at) {
  if (!absl::StartsWithIgnoreCase(title.substr(at), "KB")) return "";
  if (at > 0 && absl::ascii_isalnum(title[at - 1])) return "";
  size_t digits = 0;
  const absl::string_view rest = title.substr(at + 2);
  while (digits < rest.size() && absl::ascii_isdigit(rest[digits])) ++digits;
  if (digits < 4 || digits > 10) return "";
  return absl::StrCat("KB", rest.substr(0, digits));
}

}  // namespace

UpdateOperation UpdateOperationOf(int32_t operation) {
  if (operation == 1 || operation == 2) return static_cast<UpdateOperation>(operation);
  return UpdateOperation::kUnknown;
}

UpdateResult UpdateResultOf(int32_t result_code) {
  if (result_code >= 0 && result_code <= 5) return static_cast<UpdateResult>(result_code);
  return UpdateResult::kUnknown;
}

absl::string_view UpdateOperationName(UpdateOperation operation) {
  switch (operation) {
    case UpdateOperation::kInstallation:
      return "Installation";
    case UpdateOperation::kUninstallation:
      return "Uninstallation";
    case UpdateOperation::kUnknown:
      break;
  }
  return "Unknown";
}

absl::string_view UpdateResultName(UpdateResult result) {
  switch (result) {
    case UpdateResult::kNotStarted:
      return "NotStarted";
    case UpdateResult::kInProgress:
      return "InProgress";
    case UpdateResult::kSucceeded:
      return "Succeeded";
    case UpdateResult::kSucceededWithErrors:
      return "SucceededWithErrors";
    case UpdateResult::kFailed:
      return "Failed";
    case UpdateResult::kAborted:
      return "Aborted";
    case UpdateResult::kUnknown:
      break;
  }
  return "Unknown";
}

std::string KbOfUpdateTitle(absl::string_view title) {
  title = title.substr(0, kMaxTitleBytes);
  std::string first, last_in_parentheses;
  for (size_t at = 0; at < title.size(); ++at) {
    std::string kb = KbAt(title, at);
    if (kb.empty()) continue;
    if (first.empty()) first = kb;
    if (at > 0 && title[at - 1] == '(') last_in_parentheses = std::move(kb);
  }
  return last_in_parentheses.empty() ? first : last_in_parentheses;
}

UpdateAttempt UpdateAttemptOf(UpdateOperation operation, UpdateResult result) {
  if (operation == UpdateOperation::kUnknown) return UpdateAttempt::kUnfinished;
  const bool install = operation == UpdateOperation::kInstallation;
  switch (result) {
    case UpdateResult::kSucceeded:
    case UpdateResult::kSucceededWithErrors:
      return install ? UpdateAttempt::kInstalled : UpdateAttempt::kUninstalled;
    case UpdateResult::kFailed:
    case UpdateResult::kAborted:
      break;
    case UpdateResult::kNotStarted:
    case UpdateResult::kInProgress:
    case UpdateResult::kUnknown:
      return UpdateAttempt::kUnfinished;
  }
  return install ? UpdateAttempt::kInstallFailed : UpdateAttempt::kUninstallFailed;
}

}  // namespace muster::servicing
