#include "agent/host/windows/command_line.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace muster::host {
namespace {

constexpr size_t kMaxBytes = 32'000;

}  // namespace

std::string QuoteArgument(absl::string_view argument) {
  if (!argument.empty() && argument.find_first_of(" \t\n\v\"") == absl::string_view::npos) {
    return std::string(argument);
  }
  std::string quoted = "\"";
  size_t backslashes = 0;  // right before what comes next
  for (const char c : argument) {
    if (c == '"') quoted.append(backslashes + 1, '\\');
    backslashes = c == '\\' ? backslashes + 1 : 0;
    quoted.push_back(c);
  }
  quoted.append(backslashes, '\\');
  quoted.push_back('"');
  return quoted;
}

absl::StatusOr<std::string> CommandLineOf(absl::string_view program,
                                          const std::vector<std::string>& arguments) {
  std::string line = QuoteArgument(program);
  for (const std::string& argument : arguments) {
    absl::StrAppend(&line, " ", QuoteArgument(argument));
    if (line.size() > kMaxBytes) {
      return absl::InvalidArgumentError("the arguments are too long for a command line");
    }
  }
  if (line.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("an argument has a NUL in it");
  }
  return line;
}

}  // namespace muster::host
