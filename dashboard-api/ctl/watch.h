// --watch: a command's answer again and again, in its place on a terminal.
#ifndef MUSTER_DASHBOARD_API_CTL_WATCH_H_
#define MUSTER_DASHBOARD_API_CTL_WATCH_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

// The rows that are left for a picture on the terminal of the standard output; 0 where it is none.
size_t TerminalRows();

// A picture that is drawn over the one before. Not thread-safe.
class Picture {
 public:
  // `rows`: how many lines fit; what is beyond them is counted in the last one.
  // What to write to a terminal (ECMA-48) to have `text` where the last one was.
  std::string Redraw(absl::string_view text, size_t rows);

 private:
  size_t lines_ = 0;
};

struct WatchHands {
  std::function<size_t()> rows = TerminalRows;
  // Waits for the next look; false to end.
  std::function<bool()> wait;
};

// Runs `command` until it fails or `wait` is false; AnswerIsNo is no failure here. Without a
// terminal (no rows) an answer is written where it differs from the one before. While the server is
// away (UNAVAILABLE) or slow (DEADLINE_EXCEEDED) it goes on and says so; at the first look these
// end it, as others do.
absl::Status Watch(const std::function<absl::Status(Console& console)>& command,
                   const WatchHands& hands, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_WATCH_H_
