#include "dashboard-api/ctl/yaml.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace muster::ctl {
namespace {

constexpr int kMaxLevels = 100;

// YAML 1.1 reads these, in any letter case, as booleans and nulls.
constexpr std::array kReserved = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};

// Letters first, and then nothing that begins a comment, a mapping or a number.
bool IsPlain(absl::string_view text) {
  const auto fits = [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '@';
  };
  return !text.empty() && absl::ascii_isalpha(static_cast<unsigned char>(text[0])) &&
         std::ranges::all_of(text, fits) && std::ranges::none_of(kReserved, [&](const char* word) {
           return absl::EqualsIgnoreCase(text, word);
         });
}

// A recursive descent over the JSON that writes as it reads.
class Converter {
 public:
  explicit Converter(absl::string_view json) : rest_(json) {}

  absl::StatusOr<std::string> Run() {
    SkipBlanks();
    const bool scalar = !rest_.empty() && rest_[0] != '{' && rest_[0] != '[';
    if (!Value(0, /*inline_first=*/true) || (SkipBlanks(), !rest_.empty())) {
      return absl::InternalError("the answer is no JSON: try --output json");
    }
    if (scalar || yaml_.empty() || yaml_.back() != '\n') yaml_ += "\n";
    return std::move(yaml_);
  }

 private:
  void SkipBlanks() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }
  bool Take(char c) {
    SkipBlanks();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void Indent(int level) { yaml_.append(static_cast<size_t>(level) * 2, ' '); }

  // Writes a value that stands at `level`. `inline_first`: its first line has its indent already.
  bool Value(int level, bool inline_first) {
    if (level > kMaxLevels) return false;
    SkipBlanks();
    if (Take('{')) return Collection(level, inline_first, '}', "{}");
    if (Take('[')) return Collection(level, inline_first, ']', "[]");
    return Scalar();
  }

  bool Collection(int level, bool inline_first, char end, const char* empty) {
    if (Take(end)) {
      yaml_ += empty;
      return true;
    }
    do {
      if (!inline_first) Indent(level);
      inline_first = false;
      if (end == '}' ? !Member(level) : !Item(level)) return false;
      if (yaml_.back() != '\n') yaml_ += "\n";
    } while (Take(','));
    return Take(end);
  }

  bool Member(int level) {
    SkipBlanks();
    if (!String() || !Take(':')) return false;
    yaml_ += ":";
    return Nested(level);
  }
  bool Item(int level) {
    yaml_ += "- ";
    return Value(level + 1, /*inline_first=*/true);
  }
  // After a key: a scalar, or what is empty, on the same line; the rest below.
  bool Nested(int level) {
    SkipBlanks();
    if (rest_.empty()) return false;
    absl::string_view ahead = rest_.substr(1);
    ahead = absl::StripLeadingAsciiWhitespace(ahead);
    const bool collection = rest_[0] == '{' || rest_[0] == '[';
    const bool below = collection && !ahead.empty() && ahead[0] != '}' && ahead[0] != ']';
    yaml_ += below ? "\n" : " ";
    return Value(level + 1, /*inline_first=*/!below);
  }

  bool Scalar() {
    if (!rest_.empty() && rest_[0] == '"') return String();
    const size_t end = std::min(rest_.find_first_of(",]} \t\r\n"), rest_.size());
    if (end == 0) return false;
    absl::StrAppend(&yaml_, rest_.substr(0, end));  // a number, true, false or null, in both
    rest_.remove_prefix(end);
    return true;
  }

  // JSON's escapes are YAML's, but for halves of surrogate pairs. What protobuf escapes for the
  // sake of HTML (< and >, of which filters are full) is written as it is.
  bool String() {
    if (rest_.empty() || rest_[0] != '"') return false;
    size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) return false;
    const absl::string_view content = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (IsPlain(content)) {
      absl::StrAppend(&yaml_, content);
    } else {
      absl::StrAppend(&yaml_, "\"", Escapes(content), "\"");
    }
    return true;
  }

  static std::string Escapes(absl::string_view text) {
    std::string joined;
    const auto unit = [&](size_t at) {
      uint32_t value = 0;
      const bool escape = absl::StartsWith(text.substr(std::min(at, text.size())), "\\u");
      return escape && absl::SimpleHexAtoi(text.substr(at + 2, 4), &value) ? value : 0;
    };
    for (size_t at = 0; at < text.size();) {
      const uint32_t high = unit(at), low = unit(at + 6);
      if (high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
        absl::StrAppendFormat(&joined, "\\U%08X",
                              0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
        at += 12;
        continue;
      }
      if (high == '<' || high == '>' || high == '&' || high == '\'' || high == '=') {
        joined += static_cast<char>(high);
        at += 6;
        continue;
      }
      const size_t length = text[at] == '\\' ? 2 : 1;
      absl::StrAppend(&joined, text.substr(at, length));
      at += length;
    }
    return joined;
  }

  absl::string_view rest_;
  std::string yaml_;
};

}  // namespace

absl::StatusOr<std::string> YamlOfJson(absl::string_view json) { return Converter(json).Run(); }

}  // namespace muster::ctl
