#include "common/servicing/msu/package_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace muster::servicing {

PackageName ParsePackageName(absl::string_view name) {
  PackageName parts;
  // The Update Catalog appends "_" and a SHA-1, browsers " (1)".
  for (const absl::string_view word : absl::StrSplit(name, absl::ByAnyChar("-_. ()\\/"))) {
    if (parts.kb.empty() && absl::StartsWithIgnoreCase(word, "KB")) parts.kb = NormalKb(word);
    if (parts.architecture.empty()) parts.architecture = NormalArchitecture(word);
  }
  return parts;
}

std::string NormalKb(absl::string_view text) {
  if (absl::StartsWithIgnoreCase(text, "KB")) text.remove_prefix(2);
  text = absl::StripAsciiWhitespace(text);
  const bool is_number = text.size() >= 5 && text.size() <= 8 &&
                         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
  return is_number ? absl::StrCat("KB", text) : "";
}

std::string NormalArchitecture(absl::string_view text) {
  std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
  if (lower == "x64") return "amd64";
  for (const char* known : {"amd64", "x86", "ia64", "arm", "arm64"}) {
    if (lower == known) return lower;
  }
  return "";
}

std::string Printable(absl::string_view name) {
  std::string printable(name.substr(0, 256));
  std::replace_if(
      printable.begin(), printable.end(), [](unsigned char c) { return !absl::ascii_isprint(c); },
      '?');
  return printable;
}

}  // namespace muster::servicing
