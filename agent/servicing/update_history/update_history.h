// Entries of the Windows Update history (IUpdateHistoryEntry): which update one is about, and how
// it went. The history tells of attempts, not of what is installed: docs/formats/update-history.md.
// Pure.
#ifndef MUSTER_AGENT_SERVICING_UPDATE_HISTORY_UPDATE_HISTORY_H_
#define MUSTER_AGENT_SERVICING_UPDATE_HISTORY_UPDATE_HISTORY_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::servicing {

// Source: wuapi.h, UpdateOperation.
enum class UpdateOperation : int32_t { kUnknown = 0, kInstallation = 1, kUninstallation = 2 };

// Source: wuapi.h, OperationResultCode.
enum class UpdateResult : int32_t {
  kNotStarted = 0,
  kInProgress = 1,
  kSucceeded = 2,
  kSucceededWithErrors = 3,
  kFailed = 4,
  kAborted = 5,
  kUnknown = -1,  // another number
};

UpdateOperation UpdateOperationOf(int32_t operation);
UpdateResult UpdateResultOf(int32_t result_code);

// "Installation", "SucceededWithErrors"; "Unknown".
absl::string_view UpdateOperationName(UpdateOperation operation);
absl::string_view UpdateResultName(UpdateResult result);

// The update that a title names, in any language: "KB2705219" of "Sicherheitsupdate für Windows 7
// (KB2705219)". The last in parentheses where there is one, else the first. Empty where there is
// none. The revision of "KB2705219-v2" is not part of it.
std::string KbOfUpdateTitle(absl::string_view title);

enum class UpdateAttempt {
  kInstalled,
  kInstallFailed,
  kUninstalled,
  kUninstallFailed,
  kUnfinished,  // not started, in progress, or codes that say nothing
};

// The result code decides, never the entry's HResult: updates that succeeded carry failures such as
// 0x80242014 (WU_E_UH_POSTREBOOTSTILLPENDING) there.
UpdateAttempt UpdateAttemptOf(UpdateOperation operation, UpdateResult result);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_UPDATE_HISTORY_UPDATE_HISTORY_H_
