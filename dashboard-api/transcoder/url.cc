#include "dashboard-api/transcoder/url.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/text_checks.h"

namespace muster::transcoder {
namespace {

constexpr size_t kMaxParameters = 256;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

absl::StatusOr<std::string> Unescape(absl::string_view text, Spaces spaces) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && spaces == Spaces::kPlusToo) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return absl::InvalidArgumentError("has a broken percent escape");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (!IsUtf8(out)) return absl::InvalidArgumentError("is not UTF-8");
  return out;
}

absl::Status RefuseControls(absl::string_view text, absl::string_view allowed) {
  for (char c : text) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c)) &&
        allowed.find(c) == absl::string_view::npos) {
      return absl::InvalidArgumentError("has a control character");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> PercentDecode(absl::string_view text, Spaces spaces) {
  auto decoded = Unescape(text, spaces);
  if (!decoded.ok()) return decoded;
  if (auto clean = RefuseControls(*decoded, ""); !clean.ok()) return clean;
  return decoded;
}

absl::StatusOr<QueryParameters> ParseQuery(absl::string_view query) {
  QueryParameters parameters;
  if (query.empty()) return parameters;
  for (absl::string_view part : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    if (parameters.size() == kMaxParameters) {
      return absl::InvalidArgumentError("query: has too many parameters");
    }
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    auto name = PercentDecode(pair.first, Spaces::kPlusToo);
    if (!name.ok()) return absl::InvalidArgumentError("query: a parameter's name is not text");
    auto value = Unescape(pair.second, Spaces::kPlusToo);
    if (value.ok()) {
      if (auto clean = RefuseControls(*value, "\t\r\n"); !clean.ok()) value = clean;
    }
    if (!value.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(*name, ": ", value.status().message()));
    }
    parameters.emplace_back(*std::move(name), *std::move(value));
  }
  return parameters;
}

}  // namespace muster::transcoder
