#include "agent/servicing/qfe/qfe.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::servicing {
namespace {

// The article's number behind `prefix`, and nothing but a suffix such as "-v2" or "_SP1" behind it.
std::string ArticleNumber(absl::string_view text, absl::string_view prefix) {
  if (!absl::StartsWithIgnoreCase(text, prefix)) return "";
  text.remove_prefix(prefix.size());
  size_t digits = 0;
  while (digits < text.size() && absl::ascii_isdigit(text[digits])) ++digits;
  if (digits < 4 || digits > 10) return "";
  if (digits < text.size() && absl::ascii_isalpha(text[digits]) &&
      absl::ascii_tolower(text[digits]) != 'v') {
    return "";
  }
  return absl::StrCat("KB", text.substr(0, digits));
}

std::string KbOf(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  std::string kb = ArticleNumber(text, "KB");
  return kb.empty() ? ArticleNumber(text, "Q") : kb;
}

}  // namespace

std::string KbOfQfeRow(absl::string_view hot_fix_id, absl::string_view service_pack_in_effect) {
  std::string kb = KbOf(hot_fix_id);
  if (!kb.empty()) return kb;
  const absl::string_view id = absl::StripAsciiWhitespace(hot_fix_id);
  return absl::StartsWithIgnoreCase(id, "File ") ? KbOf(service_pack_in_effect) : "";
}

}  // namespace muster::servicing
