#include "agent/host/image/image_host.h"

#include <fcntl.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/host/text.h"

namespace muster::host {
namespace {

// The last part of a path and what is before it.
std::pair<absl::string_view, absl::string_view> SplitLast(absl::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

absl::Status CheckName(absl::string_view name, absl::string_view path) {
  if (!name.empty() && name != "." && name != ".." && !absl::StrContains(name, '\0')) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", Displayable(path),
                   "\": a path here has no empty part, no \".\" or \"..\", and no NUL"));
}

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

}  // namespace

absl::StatusOr<std::unique_ptr<ImageHost>> ImageHost::OpenVolume(const std::string& directory) {
  FileDescriptor root(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) {
    if (errno == ENOTDIR) {
      return absl::FailedPreconditionError(
          absl::StrCat(Displayable(directory),
                       " is no directory; mount or unpack the image, and give the directory that "
                       "C:\\ then lies at"));
    }
    return FileError(errno, directory);
  }
  std::unique_ptr<ImageHost> host(new ImageHost(std::move(root)));
  const absl::Status status = CheckIsWindowsVolume(*host, directory);
  if (!status.ok()) return status;
  return host;
}

absl::StatusOr<std::string> ImageHost::SpellingOf(const FileDescriptor& directory,
                                                  absl::string_view name, absl::string_view path) {
  std::string exact(name);
  const auto info = StatAt(directory, exact, path);
  if (info.ok()) return exact;
  if (!absl::IsNotFound(info.status())) return info.status();
  const auto entries = ListDirectory(directory, path);
  if (!entries.ok()) return entries.status();
  for (const Entry& entry : *entries) {
    if (SameName(entry.name, name)) return entry.name;
  }
  return FileError(ENOENT, path);
}

absl::StatusOr<FileDescriptor> ImageHost::OpenDirectory(absl::string_view path) {
  FileDescriptor here(openat(root_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!here.valid()) return FileError(errno, path);
  if (path.empty()) return here;
  size_t end = 0;
  for (const absl::string_view name : absl::StrSplit(path, '/')) {
    absl::Status status = CheckName(name, path);
    if (!status.ok()) return status;
    end += name.size();
    const std::string so_far(path.substr(0, end++));
    std::string spelling(name);
    {
      absl::MutexLock lock(&mutex_);
      const auto it = spellings_.find(so_far);
      if (it != spellings_.end()) spelling = it->second;
    }
    auto next = OpenDirectoryAt(here, spelling, so_far);
    if (!next.ok() && absl::IsNotFound(next.status())) {
      auto found = SpellingOf(here, name, so_far);
      if (!found.ok()) return found.status();
      next = OpenDirectoryAt(here, *found, so_far);
      absl::MutexLock lock(&mutex_);
      spellings_[so_far] = *std::move(found);
    }
    if (!next.ok()) return next.status();
    here = *std::move(next);
  }
  return here;
}

absl::StatusOr<std::vector<Entry>> ImageHost::List(absl::string_view path) {
  const auto directory = OpenDirectory(path);
  if (!directory.ok()) return directory.status();
  return ListDirectory(*directory, path);
}

absl::StatusOr<std::unique_ptr<FileReader>> ImageHost::Open(absl::string_view path) {
  const auto [parent, name] = SplitLast(path);
  absl::Status status = CheckName(name, path);
  if (!status.ok()) return status;
  const auto directory = OpenDirectory(parent);
  if (!directory.ok()) return directory.status();
  const auto spelling = SpellingOf(*directory, name, path);
  if (!spelling.ok()) return spelling.status();
  return OpenFileAt(*directory, *spelling, path);
}

absl::StatusOr<FileInfo> ImageHost::Stat(absl::string_view path) {
  const auto [parent, name] = SplitLast(path);
  absl::Status status = CheckName(name, path);
  if (!status.ok()) return status;
  const auto directory = OpenDirectory(parent);
  if (!directory.ok()) return directory.status();
  const auto spelling = SpellingOf(*directory, name, path);
  if (!spelling.ok()) return spelling.status();
  return StatAt(*directory, *spelling, path);
}

}  // namespace muster::host
