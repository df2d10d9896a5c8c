#include "agent/host/image/image_host.h"

#include <fcntl.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/host/text.h"
#include "agent/host/volume.h"

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

}  // namespace

absl::StatusOr<std::unique_ptr<ImageHost>> ImageHost::OpenTree(const std::string& directory) {
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
  return std::unique_ptr<ImageHost>(new ImageHost(std::move(root)));
}

absl::StatusOr<std::unique_ptr<ImageHost>> ImageHost::OpenVolume(const std::string& directory) {
  auto host = OpenTree(directory);
  if (!host.ok()) return host;
  const absl::Status status = CheckIsWindowsVolume(**host, directory);
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
