#include "agent/servicing/package/package_identity.h"

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxIdentityBytes = 1024;  // a registry key name has at most 255 characters

absl::Status NoIdentity(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", absl::CHexEscape(text.substr(0, 120)), "\" is no package identity: ", why,
                   "; expected Name~PublicKeyToken~Architecture~Culture~Version"));
}

// The length of a version (four numbers of at most 10 digits) at the start of `text`; 0 where there
// is none.
size_t VersionLength(absl::string_view text) {
  size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (at >= text.size() || text[at] != '.') return 0;
      ++at;
    }
    const size_t start = at;
    while (at < text.size() && at - start < 10 && absl::ascii_isdigit(text[at])) ++at;
    if (at == start) return 0;
  }
  return at;
}

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.' || c == '+' || c == '@';
}

// The end of the identity whose name ends at the tilde `at`; npos where there is none.
size_t IdentityEnd(absl::string_view text, size_t at) {
  for (int tildes = 1; tildes < 4; ++tildes) {
    ++at;
    while (at < text.size() && IsNameCharacter(text[at])) ++at;
    if (at >= text.size() || text[at] != '~') return absl::string_view::npos;
  }
  const size_t version = VersionLength(text.substr(at + 1));
  return version == 0 ? absl::string_view::npos : at + 1 + version;
}

}  // namespace

std::string PackageIdentity::ToString() const {
  return absl::StrCat(name, "~", public_key_token, "~", architecture, "~", culture, "~", version);
}

absl::StatusOr<PackageIdentity> ParsePackageIdentity(absl::string_view text) {
  if (text.size() > kMaxIdentityBytes) return NoIdentity(text, "it is too long");
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '~');
  if (parts.size() != 5) {
    return NoIdentity(text, absl::StrCat("it has ", parts.size(), " parts, not five"));
  }
  if (parts[0].empty()) return NoIdentity(text, "its name is empty");
  const size_t version = VersionLength(parts[4]);
  if (version == 0 || version != parts[4].size()) {
    return NoIdentity(text, "its version is not four numbers");
  }
  PackageIdentity identity;
  identity.name = std::string(parts[0]);
  identity.public_key_token = std::string(parts[1]);
  identity.architecture = std::string(parts[2]);
  if (!absl::EqualsIgnoreCase(parts[3], "neutral")) identity.culture = std::string(parts[3]);
  identity.version = std::string(parts[4]);
  return identity;
}

absl::string_view FindPackageIdentity(absl::string_view text) {
  size_t tilde = text.find('~');
  while (tilde != absl::string_view::npos) {
    size_t start = tilde;
    while (start > 0 && tilde - start < kMaxIdentityBytes && IsNameCharacter(text[start - 1])) {
      --start;
    }
    const size_t end = start < tilde ? IdentityEnd(text, tilde) : absl::string_view::npos;
    if (end != absl::string_view::npos && end - start <= kMaxIdentityBytes) {
      return text.substr(start, end - start);
    }
    tilde = text.find('~', tilde + 1);
  }
  return absl::string_view();
}

std::string KbOfPackageName(absl::string_view name) {
  for (size_t at = 0; at + 2 < name.size(); ++at) {
    if (!absl::StartsWithIgnoreCase(name.substr(at), "KB")) continue;
    if (at > 0 && absl::ascii_isalnum(name[at - 1])) continue;
    size_t end = at + 2;
    while (end < name.size() && absl::ascii_isdigit(name[end])) ++end;
    const size_t digits = end - at - 2;
    const bool whole = end == name.size() || !absl::ascii_isalpha(name[end]) ||
                       absl::ascii_tolower(name[end]) == 'v';
    if (digits >= 4 && digits <= 10 && whole) {
      return absl::StrCat("KB", name.substr(at + 2, digits));
    }
  }
  return "";
}

}  // namespace muster::servicing
