#include "agent/servicing/checksur/finding_line.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/servicing/package/package_identity.h"

namespace muster::servicing {
namespace {

constexpr absl::string_view kBlanks = " \t";
constexpr absl::string_view kMarks[] = {"(f)", "(w)", "(fix)", "(p)", "(n)"};

// Types seen in logs; they are needed only where the tab behind the type was lost. Longer ones
// before their beginnings.
constexpr absl::string_view kTypes[] = {
    "CBS Package Index Package Missing",
    "CBS Watchlist Component Missing",
    "CBS Watchlist Package Missing",
    "CBS Catalog Corrupt",
    "CBS Catalog Expired",
    "CBS Catalog Missing",
    "CBS MUM Corrupt",
    "CBS MUM Missing",
    "CBS Paired File",
    "CBS Registry Error",
    "CSI Catalog Corrupt",
    "CSI Catalog Expired",
    "CSI Catalog Missing",
    "CSI Catalog Thumbprint Invalid",
    "CSI Corrupt Identity",
    "CSI Manifest All Zeros",
    "CSI Manifest Corrupt",
    "CSI Manifest Failed Catalog Check",
    "CSI Manifest Missing",
    "CSI Missing C Mark",
    "CSI Missing Deployment Key",
    "CSI Missing Identity",
    "CSI Missing Pinned Component Key",
    "CSI Missing Winning Component Key",
    "CSI Payload Corrupt",
    "CSI Payload File Corrupt",
    "CSI Payload File Missing",
    "CSI Store Directory Missing",
};

// What a "(fix)" line has in the place of the HRESULT.
constexpr absl::string_view kActions[] = {"CBS File Replaced", "CBS File also Replaced",
                                          "CSI Registry Item Repaired", "CSI File Replaced"};

absl::string_view Trimmed(absl::string_view text) { return absl::StripAsciiWhitespace(text); }

// "0x" and exactly eight hexadecimal digits: what follows may be squeezed to it.
bool TakeHresult(absl::string_view& text, std::optional<uint32_t>& hresult) {
  constexpr size_t kLength = 10;
  uint32_t code = 0;
  if (text.size() < kLength || !absl::StartsWithIgnoreCase(text, "0x")) return false;
  const absl::string_view digits = text.substr(2, kLength - 2);
  if (!std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit) ||
      !absl::SimpleHexAtoi(digits, &code)) {
    return false;
  }
  hresult = code;
  text.remove_prefix(kLength);
  return true;
}

// Takes the type from the front of a line that has lost its tabs.
absl::string_view TakeType(absl::string_view& rest) {
  for (const absl::string_view type : kTypes) {
    if (absl::ConsumePrefix(&rest, type)) return type;
  }
  // An unknown one ends at its HRESULT, at two blanks, or at the first word that is no plain word.
  size_t end = std::min({rest.find("0x"), rest.find("  "), rest.size()});
  const size_t odd = rest.substr(0, end).find_first_of("\\~_:");
  if (odd != absl::string_view::npos) {
    const size_t blank = rest.rfind(' ', odd);
    end = blank == absl::string_view::npos ? 0 : blank;
  }
  const absl::string_view type = rest.substr(0, end);
  rest.remove_prefix(end);
  return Trimmed(type);
}

// Paths, identities, component keys and file names are fields of their own; from the first other
// word on, it is prose.
bool IsFieldWord(absl::string_view word) {
  if (word.find_first_of("\\~_") != absl::string_view::npos) return true;
  const size_t dot = word.find('.');
  return dot != absl::string_view::npos && dot > 0 && dot + 1 < word.size();
}

void SplitFields(absl::string_view rest, std::vector<std::string>& fields) {
  rest = Trimmed(rest);
  for (const absl::string_view action : kActions) {
    if (!absl::ConsumePrefix(&rest, action)) continue;
    fields.emplace_back(action);
    rest = Trimmed(rest);
    break;
  }
  while (!rest.empty()) {
    const absl::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
    if (!IsFieldWord(word)) {
      fields.emplace_back(rest);
      return;
    }
    fields.emplace_back(word);
    rest = Trimmed(rest.substr(word.size()));
  }
}

void ReadTabbed(absl::string_view rest, CheckSurFinding& finding) {
  std::vector<absl::string_view> parts = absl::StrSplit(rest, '\t');
  for (absl::string_view& part : parts) part = Trimmed(part);
  parts.erase(std::remove(parts.begin(), parts.end(), absl::string_view()), parts.end());
  if (parts.empty()) return;
  size_t next = 0;
  finding.type = std::string(parts[next++]);
  if (next < parts.size() && TakeHresult(parts[next], finding.hresult) && parts[next].empty()) {
    ++next;
  }
  for (; next < parts.size(); ++next) finding.fields.emplace_back(parts[next]);
}

void ReadCollapsed(absl::string_view rest, CheckSurFinding& finding) {
  finding.type = std::string(TakeType(rest));
  rest = Trimmed(rest);
  TakeHresult(rest, finding.hresult);
  SplitFields(rest, finding.fields);
}

// The first word below servicing or winsxs.
std::string FileOf(const std::vector<std::string>& fields) {
  for (const std::string& field : fields) {
    const absl::string_view text(field);
    const absl::string_view word = text.substr(0, text.find_first_of(kBlanks));
    if (absl::StartsWithIgnoreCase(word, "servicing\\") ||
        absl::StartsWithIgnoreCase(word, "winsxs\\")) {
      return absl::StrReplaceAll(word, {{"\\", "/"}});
    }
  }
  return "";
}

}  // namespace

std::optional<CheckSurFinding> ParseFindingLine(absl::string_view line) {
  line = Trimmed(line);
  CheckSurFinding finding;
  const auto* mark = std::find_if(std::begin(kMarks), std::end(kMarks),
                                  [line](auto text) { return absl::StartsWith(line, text); });
  if (mark == std::end(kMarks)) return std::nullopt;
  finding.mark = std::string(mark->substr(1, mark->size() - 2));
  line = Trimmed(line.substr(mark->size()));
  // Windows 8 and later repair in the same line: "(w)  (Fixed)  …".
  if (absl::ConsumePrefix(&line, "(Fixed)")) finding.mark = "fix";
  line = Trimmed(line);
  if (line.find('\t') != absl::string_view::npos) {
    ReadTabbed(line, finding);
  } else {
    ReadCollapsed(line, finding);
  }
  finding.file = FileOf(finding.fields);
  for (const std::string& field : finding.fields) {
    if (finding.package.empty()) finding.package = std::string(FindPackageIdentity(field));
  }
  return finding;
}

}  // namespace muster::servicing
