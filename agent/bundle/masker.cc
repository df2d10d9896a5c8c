#include "agent/bundle/masker.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace muster::bundle {
namespace {

// With either kind of slash; the second group is what short names and German systems have.
constexpr absl::string_view kProfileFolders[] = {"users", "documents and settings", "docume~1",
                                                 "dokumente und einstellungen"};
// Folders beside those of persons, and accounts that every Windows has.
constexpr absl::string_view kNobody[] = {
    "public",        "default",        "default user",    "all users",       "defaultapppool",
    "system",        "local service",  "network service", "localservice",    "networkservice",
    "administrator", "administrators", "guest",           "trustedinstaller"};
constexpr absl::string_view kNoAuthorities[] = {"nt authority", "nt-autorit\xc3\xa4t", "nt service",
                                                "builtin"};
constexpr absl::string_view kUserSid = "S-1-5-21-";
constexpr uint32_t kFirstOrdinary = 1000;  // below are built-in accounts and groups
constexpr size_t kMaxNameBytes = 256;

bool IsNobody(absl::string_view lower) {
  return lower.empty() ||
         std::find(std::begin(kNobody), std::end(kNobody), lower) != std::end(kNobody);
}

bool IsSlash(char c) { return c == '\\' || c == '/'; }

// The length of "\Users\" or its like, with doubled slashes too, that `text` begins with; 0 where
// it begins with none.
size_t FolderLength(absl::string_view text) {
  const auto slashes = [&](size_t at) {
    size_t end = at;
    while (end < text.size() && IsSlash(text[end])) ++end;
    return end;
  };
  const size_t begin = slashes(0);
  for (const absl::string_view folder : kProfileFolders) {
    if (!absl::StartsWithIgnoreCase(text.substr(begin), folder)) continue;
    const size_t end = slashes(begin + folder.size());
    if (end > begin + folder.size()) return end;
  }
  return 0;
}

// The length of the profile folder's name that `text` begins with; 0 where it is none. Names may
// have blanks in them, but where no slash follows, a blank ends one: what comes then is the log's.
size_t NameLength(absl::string_view text) {
  constexpr absl::string_view kEnds("\\/:*?\"<>|'\t\r\n\0", 14);
  const size_t end = std::min(text.find_first_of(kEnds), text.size());
  const absl::string_view name = text.substr(0, end);
  const bool whole = end < text.size() && IsSlash(text[end]) && !name.empty() &&
                     name.back() != ' ' && name.find_first_of("[]=,;") == absl::string_view::npos;
  const size_t length = whole ? end : std::min(name.find_first_of(" [](){}=,;"), name.size());
  return length <= kMaxNameBytes ? length : 0;
}

// The length of the SID of an ordinary account that `text` begins with; 0 where it is none.
size_t SidLength(absl::string_view text) {
  if (!absl::StartsWithIgnoreCase(text, kUserSid)) return 0;
  size_t end = kUserSid.size();
  while (end < text.size() && (absl::ascii_isdigit(text[end]) || text[end] == '-')) ++end;
  const std::vector<absl::string_view> parts =
      absl::StrSplit(text.substr(kUserSid.size(), end - kUserSid.size()), '-');
  uint32_t relative = 0;
  if (parts.size() != 4 || !absl::SimpleAtoi(parts[3], &relative)) return 0;
  return relative >= kFirstOrdinary ? end : 0;
}

}  // namespace

std::string Masker::UserName(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(name);
  if (IsNobody(lower)) return std::string(name);
  const int number = users_.try_emplace(lower, static_cast<int>(users_.size()) + 1).first->second;
  return absl::StrCat("user-", number);
}

std::string Masker::UserSid(absl::string_view sid) {
  const int number =
      sids_.try_emplace(absl::AsciiStrToUpper(sid), static_cast<int>(sids_.size()) + 1)
          .first->second;
  return absl::StrCat(kUserSid, "0-0-0-", kFirstOrdinary + number);
}

std::string Masker::Mask(absl::string_view text) {
  std::string masked;
  masked.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const absl::string_view rest = text.substr(i);
    const char c = rest[0];
    if (IsSlash(c)) {
      if (const size_t folder = FolderLength(rest); folder > 0) {
        const size_t length = NameLength(rest.substr(folder));
        absl::StrAppend(&masked, rest.substr(0, folder), UserName(rest.substr(folder, length)));
        i += folder + length;
        continue;
      }
    } else if (c == 'S' || c == 's') {
      if (const size_t length = SidLength(rest); length > 0) {
        masked += UserSid(rest.substr(0, length));
        i += length;
        continue;
      }
    }
    masked += c;
    ++i;
  }
  return masked;
}

std::string Masker::MaskAccount(absl::string_view account) {
  if (SidLength(account) == account.size() && !account.empty()) return UserSid(account);
  if (absl::StartsWithIgnoreCase(account, "S-1-")) return std::string(account);
  const size_t backslash = account.find('\\');
  if (backslash == absl::string_view::npos) return UserName(account);
  const std::string authority = absl::AsciiStrToLower(account.substr(0, backslash));
  if (std::find(std::begin(kNoAuthorities), std::end(kNoAuthorities), authority) !=
      std::end(kNoAuthorities)) {
    return std::string(account);
  }
  return absl::StrCat(account.substr(0, backslash + 1), UserName(account.substr(backslash + 1)));
}

}  // namespace muster::bundle
