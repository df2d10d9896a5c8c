#include "dashboard-api/ctl/watch.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dashboard-api/ctl/exit_code.h"
#include "dashboard-api/ctl/safe_text.h"

namespace muster::ctl {
namespace {

// ECMA-48 and DEC: what is too wide is cut off rather than wrapped, so that lines can be counted.
constexpr char kNoWrap[] = "\033[?7l";
constexpr char kWrap[] = "\033[?7h";

bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

size_t TerminalRows() {
  if (isatty(STDOUT_FILENO) != 1) return 0;
  winsize size{};
  constexpr size_t kUsual = 24;
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 2;
  return (known ? size.ws_row : kUsual) - 1;  // the cursor's line is below the picture
}

std::string Picture::Redraw(absl::string_view text, size_t rows) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::string last;
  if (lines.size() > rows) {
    last = absl::StrCat("… and ", lines.size() - rows + 1, " more lines");
    lines.resize(rows);
    lines.back() = last;
  }
  std::string drawn = lines_ > 0 ? absl::StrCat("\033[", lines_, "F\033[J") : "";
  drawn += kNoWrap;
  for (absl::string_view line : lines) absl::StrAppend(&drawn, line, "\n");
  lines_ = lines.size();
  return drawn + kWrap;
}

absl::Status Watch(const std::function<absl::Status(Console& console)>& command,
                   const WatchHands& hands, Console& console) {
  Picture picture;
  std::string answer, shown, told;
  bool answered = false;
  do {
    std::ostringstream out, remarks;
    Console inner{out, remarks, console.colours, console.output};
    const absl::Status done = command(inner);
    const size_t rows = hands.rows();
    std::string trouble;
    // A "no" is an answer: it may be another one next time.
    if (const ExitCode code = ExitCodeOf(done); code == kDone || code == kNo) {
      answered = true;
      answer = out.str() + (rows > 0 ? remarks.str() : "");
    } else if (answered && MayPass(done)) {
      trouble = absl::StrCat(
          "not up to date: ", ForTerminal({done.message().data(), done.message().size()}), "\n");
    } else {
      return done;
    }
    if (rows > 0) {
      console.out << picture.Redraw(trouble + answer, rows);
    } else {
      if (trouble != told) console.err << trouble;
      if (answer != shown) console.out << answer;
    }
    shown = answer;
    told = trouble;
    console.out.flush();
  } while (console.out.good() && hands.wait());
  return absl::OkStatus();
}

}  // namespace muster::ctl
