#include "agent/host/volume.h"

#include "absl/strings/str_cat.h"
#include "agent/host/text.h"

namespace muster::host {
namespace {

bool IsDirectory(Host& host, absl::string_view path) {
  const auto info = host.Stat(path);
  return info.ok() && info->kind == EntryKind::kDirectory;
}

// OK where the error is one that says "not there", so that what cannot be read is not called
// missing.
absl::Status UnlessMissing(Host& host, absl::string_view path) {
  const auto info = host.Stat(path);
  if (info.ok() || absl::IsNotFound(info.status())) return absl::OkStatus();
  return info.status();
}

bool HasServicing(Host& host, absl::string_view windows) {
  return IsDirectory(host, absl::StrCat(windows, "/servicing/Packages")) ||
         IsDirectory(host, absl::StrCat(windows, "/Logs/CBS"));
}

}  // namespace

absl::Status CheckIsWindowsVolume(Host& host, const std::string& directory) {
  if (HasServicing(host, "Windows")) return absl::OkStatus();
  const auto entries = host.List("");
  if (!entries.ok()) return entries.status();
  for (const Entry& entry : *entries) {
    if (SameName(entry.name, "Windows") && HasServicing(host, entry.name)) return absl::OkStatus();
  }
  for (const absl::string_view path :
       {"Windows", "Windows/servicing", "Windows/servicing/Packages", "Windows/Logs/CBS"}) {
    const absl::Status status = UnlessMissing(host, path);
    if (!status.ok()) {
      return absl::Status(status.code(), absl::StrCat("reading the volume ", Displayable(directory),
                                                      ": ", status.message()));
    }
  }
  const std::string shown = Displayable(directory);
  if (IsDirectory(host, "servicing/Packages") || IsDirectory(host, "Logs/CBS")) {
    return absl::FailedPreconditionError(absl::StrCat(
        shown, " is a Windows directory; give the root of the volume that it lies on: ", shown,
        "/.."));
  }
  const absl::string_view missing =
      IsDirectory(host, "Windows")
          ? "its Windows directory has neither servicing/Packages nor Logs/CBS"
          : "it has no directory Windows";
  return absl::FailedPreconditionError(
      absl::StrCat(shown, " is no Windows volume: ", missing,
                   "; give the directory that C:\\ is mounted or unpacked at"));
}

}  // namespace muster::host
