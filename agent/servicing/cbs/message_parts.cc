#include "agent/servicing/cbs/message_parts.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace muster::servicing {
namespace {

constexpr size_t kHexDigits = 8;
constexpr absl::string_view kSuffix = "[HRESULT = ";
constexpr absl::string_view kLabels[] = {kSuffix, "hrStatus: ", "Operation result: "};
constexpr absl::string_view kExtendedPrefix = "\\\\?\\";

// The HRESULT whose "0x" stands at `at`, where one of the labels stands before it.
std::optional<MessageHresult> HresultAt(absl::string_view message, size_t at) {
  const absl::string_view before = message.substr(0, at);
  const auto* label = std::find_if(std::begin(kLabels), std::end(kLabels),
                                   [before](auto text) { return absl::EndsWith(before, text); });
  const absl::string_view digits = message.substr(at + 2, kHexDigits);
  MessageHresult found;
  if (label == std::end(kLabels) || digits.size() != kHexDigits ||
      !std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit) ||
      !absl::SimpleHexAtoi(digits, &found.code)) {
    return std::nullopt;
  }
  const size_t start = at - label->size();
  const absl::string_view line = message.substr(0, message.find('\n', at));
  absl::string_view rest = line.substr(at + 2 + kHexDigits);
  const bool named =
      *label == kSuffix ? absl::ConsumePrefix(&rest, " - ") : absl::ConsumePrefix(&rest, " [");
  const size_t bracket = rest.find(']');
  if (named) found.name = rest.substr(0, bracket);
  size_t end = line.size() - rest.size();
  if (named || *label == kSuffix) {
    end = bracket == absl::string_view::npos ? line.size() : end + bracket + 1;
  }
  found.text = message.substr(start, end - start);
  return found;
}

bool IsSlash(char c) { return c == '\\' || c == '/'; }

bool StartsPath(absl::string_view text, size_t at) {
  const absl::string_view rest = text.substr(at);
  if (absl::StartsWith(rest, "\\\\")) return rest.size() > 2 && !absl::ascii_isspace(rest[2]);
  const bool word = at == 0 || !absl::ascii_isalnum(text[at - 1]);
  return word && rest.size() >= 3 && absl::ascii_isalpha(rest[0]) && rest[1] == ':' &&
         IsSlash(rest[2]);
}

// Where the path that starts at `at` ends. In quotes: at the closing one. Otherwise at a blank,
// unless what follows it up to the next blank goes on with a backslash and is no path of its own
// ("C:\Program Files\x").
size_t PathEnd(absl::string_view text, size_t at) {
  const char quote = at > 0 && (text[at - 1] == '\'' || text[at - 1] == '"') ? text[at - 1] : '\0';
  if (quote != '\0') {
    const size_t close = text.find_first_of(std::string{quote, '\n'}, at);
    if (close != absl::string_view::npos && text[close] == quote) return close;
  }
  constexpr absl::string_view kEnds = " \t\n\"<>|*";
  size_t end = std::min(text.find_first_of(kEnds, at), text.size());
  while (end < text.size() && text[end] == ' ' && text[end - 1] != ',') {
    const size_t next = std::min(text.find_first_of(kEnds, end + 1), text.size());
    const absl::string_view word = text.substr(end + 1, next - end - 1);
    const size_t slash = word.find('\\');
    if (slash == absl::string_view::npos || slash == 0 || StartsPath(word, 0)) break;
    if (word.find_first_of("[]'=:") != absl::string_view::npos) break;
    end = next;
  }
  while (end > at && absl::string_view(",;.:)]}'").find(text[end - 1]) != absl::string_view::npos) {
    --end;
  }
  return end;
}

}  // namespace

std::optional<MessageHresult> FindMessageHresult(absl::string_view message) {
  std::optional<MessageHresult> first;
  const char* const end = message.data() + message.size();
  const char* at = message.data();
  while (at < end) {
    const auto* x = static_cast<const char*>(std::memchr(at, 'x', end - at));
    if (x == nullptr) break;
    at = x + 1;
    if (x == message.data() || x[-1] != '0') continue;
    const auto found = HresultAt(message, x - 1 - message.data());
    if (!found) continue;
    if (IsFailure(found->code)) return found;
    if (!first) first = found;
  }
  return first;
}

std::optional<MessagePath> FindMessagePath(absl::string_view text) {
  size_t at = 0;
  while (at < text.size() && !StartsPath(text, at)) ++at;
  if (at == text.size()) return std::nullopt;
  MessagePath found;
  const size_t end = PathEnd(text, at);
  found.path = text.substr(at, end - at);
  // "[C:/WINDOWS/…/X.cat]\\?\C:\WINDOWS\…\X.cat"
  const size_t bracket = found.path.find("]\\\\");
  if (bracket != absl::string_view::npos) found.path.remove_prefix(bracket + 1);
  absl::ConsumePrefix(&found.path, kExtendedPrefix);
  const bool bracketed = at > 0 && text[at - 1] == '[' && bracket != absl::string_view::npos;
  const size_t start = bracketed ? at - 1 : at;
  found.text = text.substr(start, end - start);
  return found;
}

std::string RelativeToWindows(absl::string_view path) {
  absl::ConsumePrefix(&path, kExtendedPrefix);
  std::string slashed = absl::StrReplaceAll(path, {{"\\", "/"}});
  constexpr absl::string_view kWindows = "/windows/";
  const std::string lower = absl::AsciiStrToLower(slashed);
  const size_t at = absl::string_view(lower).find(kWindows);
  return at == absl::string_view::npos ? slashed : slashed.substr(at + kWindows.size());
}

}  // namespace muster::servicing
