#include "agent/host/windows/windows_path.h"

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/host/text.h"

namespace muster::host {
namespace {

constexpr size_t kMaxPathBytes = 32'000;  // Windows takes 32,767 UTF-16 units
constexpr absl::string_view kLiteral = "\\\\?\\";

bool IsName(absl::string_view part) {
  if (part.empty() || part == "." || part == "..") return false;
  for (const char c : part) {
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (absl::StrContains("\\:*?\"<>|", c)) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<std::string> WindowsPath(const WindowsVolume& volume, absl::string_view path) {
  if (path.size() > kMaxPathBytes) return absl::InvalidArgumentError("A path is too long");
  std::string result = absl::StrCat(kLiteral, volume.root, "\\");
  if (path.empty()) return result;
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!IsName(parts[i])) {
      return absl::InvalidArgumentError(
          absl::StrCat(Displayable(path, 300), ": no path; expected names with '/' between them"));
    }
    if (i == 0 && absl::EqualsIgnoreCase(parts[0], "Windows")) {
      result = absl::StrCat(kLiteral, volume.windows);
    } else {
      absl::StrAppend(&result, i == 0 ? "" : "\\", parts[i]);
    }
  }
  return result;
}

std::vector<std::string> FoldersAbove(const WindowsVolume& volume, absl::string_view windows_path) {
  std::vector<std::string> folders;
  size_t at = windows_path.find('\\', kLiteral.size() + volume.root.size() + 1);
  while (at != absl::string_view::npos) {
    folders.emplace_back(windows_path.substr(0, at));
    at = windows_path.find('\\', at + 1);
  }
  return folders;
}

}  // namespace muster::host
