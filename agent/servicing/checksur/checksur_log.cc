#include "agent/servicing/checksur/checksur_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/servicing/cbs/text_lines.h"
#include "agent/servicing/checksur/finding_line.h"

namespace muster::servicing {
namespace {

constexpr absl::string_view kHeader = "Checking System Update Readiness";

// "2013-07-01 10:10" and nothing else.
std::optional<absl::CivilMinute> ParseRunTime(absl::string_view line) {
  absl::CivilMinute minute;
  constexpr size_t kLength = 16;
  if (line.size() != kLength || line[10] != ' ' || !absl::ascii_isdigit(line[0])) {
    return std::nullopt;
  }
  std::string iso(line);
  iso[10] = 'T';
  if (!absl::ParseCivilTime(iso, &minute)) return std::nullopt;
  return minute;
}

std::optional<uint64_t> ParseCount(absl::string_view text) {
  uint64_t count = 0;
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(text), &count)) return std::nullopt;
  return count;
}

class Parser : public TextLineSink {
 public:
  void OnLine(const TextLine& line) override {
    const absl::string_view text = absl::StripAsciiWhitespace(line.text);
    if (text.empty() || line.nul_run) return;
    if (auto finding = ParseFindingLine(text)) {
      Run().findings.push_back(*std::move(finding));
      return;
    }
    if (absl::StartsWithIgnoreCase(text, kHeader)) {
      runs_.emplace_back();
    } else if (!ReadHeader(text)) {
      ReadSummary(text);
    }
  }

  std::vector<CheckSurRun> Take() { return std::move(runs_); }

 private:
  CheckSurRun& Run() {
    if (runs_.empty()) runs_.emplace_back();
    return runs_.back();
  }

  // Only the first of each counts: the header comes first, and findings may hold anything.
  bool ReadHeader(absl::string_view text) {
    if (absl::ConsumePrefix(&text, "Binary Version ")) {
      if (!runs_.empty() && !runs_.back().binary_version.empty()) runs_.emplace_back();
      Run().binary_version = std::string(absl::StripAsciiWhitespace(text));
      return true;
    }
    if (absl::ConsumePrefix(&text, "Package Version ")) {
      Run().package_version = std::string(absl::StripAsciiWhitespace(text));
      return true;
    }
    const auto time = ParseRunTime(text);
    if (time && !Run().time) Run().time = time;
    return time.has_value();
  }

  void ReadSummary(absl::string_view text) {
    if (absl::ConsumePrefix(&text, "Seconds executed:")) {
      const auto seconds = ParseCount(text);
      if (!seconds) return;
      // A second summary without a header between: a run whose beginning was not copied.
      if (Run().seconds_executed) runs_.emplace_back();
      Run().seconds_executed = seconds;
      return;
    }
    constexpr absl::string_view kTotal = "total count:";
    const std::string lower = absl::AsciiStrToLower(text);
    const size_t at = absl::string_view(lower).find(kTotal);
    if (at == absl::string_view::npos || at == 0) return;
    const auto count = ParseCount(text.substr(at + kTotal.size()));
    if (!count) return;
    absl::string_view type = absl::StripAsciiWhitespace(text.substr(0, at));
    absl::ConsumeSuffix(&type, ".");
    const bool fixed = absl::ConsumePrefix(&type, "Fixed: ") || absl::ConsumePrefix(&type, "Fix ");
    Run().totals.emplace_back(absl::StrCat(fixed ? "Fixed: " : "", type), *count);
  }

  std::vector<CheckSurRun> runs_;
};

}  // namespace

std::vector<CheckSurRun> ParseCheckSurLog(absl::string_view bytes) {
  Parser parser;
  TextLineReader lines(parser);
  lines.Feed(bytes);
  lines.Finish();
  return parser.Take();
}

}  // namespace muster::servicing
