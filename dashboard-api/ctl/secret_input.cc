#include "dashboard-api/ctl/secret_input.h"

#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"

namespace muster::ctl {
namespace {

// Nothing where a terminal has to be asked.
absl::StatusOr<std::optional<std::string>> ReadGiven(const SecretSource& source) {
  if (!source.file.empty()) {
    auto content = ReadSmallFile(source.file, 4096);
    if (!content.ok()) return content.status();
    return std::string(absl::StripTrailingAsciiWhitespace(*content));
  }
  const char* variable = source.variable == nullptr ? nullptr : std::getenv(source.variable);
  if (variable != nullptr && *variable != '\0') return std::string(variable);
  return std::nullopt;
}

absl::StatusOr<std::string> Ask(const SecretSource& source, const std::string& prompt) {
  termios old{};
  if (isatty(STDIN_FILENO) != 1 || tcgetattr(STDIN_FILENO, &old) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a secret is needed: give it in a file, in ",
                     source.variable == nullptr ? "" : source.variable, ", or at a terminal"));
  }
  termios quiet = old;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  std::cerr << prompt;
  std::string line;
  std::getline(std::cin, line);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
  std::cerr << "\n";
  return line;
}

}  // namespace

absl::StatusOr<std::string> ReadSecret(const SecretSource& source) {
  auto given = ReadGiven(source);
  if (!given.ok()) return given.status();
  return given->has_value() ? **given : Ask(source, source.prompt);
}

absl::StatusOr<std::string> ReadNewSecret(const SecretSource& source) {
  auto given = ReadGiven(source);
  if (!given.ok()) return given.status();
  if (given->has_value()) return **given;
  auto first = Ask(source, source.prompt);
  if (!first.ok()) return first;
  auto second = Ask(source, "Once more: ");
  if (!second.ok()) return second;
  if (*first != *second) return absl::InvalidArgumentError("the two were not the same");
  return first;
}

}  // namespace muster::ctl
