// musterctl's exit status: what a script learns without reading a text.
#ifndef MUSTER_DASHBOARD_API_CTL_EXIT_CODE_H_
#define MUSTER_DASHBOARD_API_CTL_EXIT_CODE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace muster::ctl {

// Numbers that scripts hold on to: none is given a new meaning. docs/musterctl.md has them, too.
enum ExitCode {
  kDone = 0,
  kNo = 1,          // the answer is no: a check does not hold, a campaign did not complete
  kBadUsage = 2,    // the command line, a setting, a file or a value in it
  kAway = 3,        // no operator API there, or it is too busy or too slow: worth another try
  kNotAllowed = 4,  // not logged in, or not with this role
  kNotFound = 5,    // what was named is not there
  kNotNow = 6,      // it is there, and in no state for this; or is there already
  kFailed = 7  // the server or this machine failed: a full disk, an answer that is not to be used
};

// For --help.
inline constexpr char kExitCodeHelp[] =
    "Exit status: 0 done, 1 the answer is no (a check does not hold, a campaign did not complete), "
    "2 bad usage or a bad value, 3 no server there or too busy, 4 not logged in or not allowed, "
    "5 not found, 6 not in this state or there already, 7 the server or this machine failed.";

// The status of a command that was answered, and the answer is no. `message` says what of it.
absl::Status AnswerIsNo(absl::string_view message);

// kNo for AnswerIsNo; otherwise by the code alone.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_EXIT_CODE_H_
