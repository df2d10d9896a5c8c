#include "agent/host/windows/windows_host.h"

#include <windows.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/host/text.h"
#include "agent/host/volume.h"
#include "agent/host/windows/file_handle.h"
#include "agent/host/windows/hresult_status.h"
#include "agent/host/windows/text.h"
#include "agent/host/windows/windows_path.h"

namespace muster::host {
namespace {

constexpr DWORD kMaxPathUnits = 4096;

EntryKind KindOf(DWORD attributes) {
  if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) return EntryKind::kOther;
  if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) return EntryKind::kDirectory;
  return (attributes & FILE_ATTRIBUTE_DEVICE) != 0 ? EntryKind::kOther : EntryKind::kFile;
}

absl::Status NotA(absl::string_view what, absl::string_view path) {
  return absl::FailedPreconditionError(absl::StrCat(Displayable(path, 300), ": not a ", what));
}

class WindowsFileReader final : public FileReader {
 public:
  WindowsFileReader(FileHandle handle, uint64_t size, absl::string_view path)
      : handle_(std::move(handle)), size_(size), path_(path) {}

  uint64_t size() const override { return size_; }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    constexpr size_t kMaxRead = 1 << 30;
    DWORD count = 0;
    const auto wanted = static_cast<DWORD>(std::min(buffer.size(), kMaxRead));
    if (!ReadFile(handle_.get(), buffer.data(), wanted, &count, nullptr)) {
      return FileError(GetLastError(), path_);
    }
    return size_t{count};
  }

  absl::Status Seek(uint64_t offset) override {
    LARGE_INTEGER place{};
    place.QuadPart = static_cast<LONGLONG>(offset);
    if (SetFilePointerEx(handle_.get(), place, nullptr, FILE_BEGIN)) return absl::OkStatus();
    return FileError(GetLastError(), path_);
  }

 private:
  const FileHandle handle_;
  const uint64_t size_;
  const std::string path_;
};

// Owns a search of FindFirstFile.
class FileSearch {
 public:
  explicit FileSearch(const std::wstring& pattern)
      : handle_(FindFirstFileW(pattern.c_str(), &found_)) {}
  ~FileSearch() {
    if (valid()) FindClose(handle_);
  }
  FileSearch(const FileSearch&) = delete;
  FileSearch& operator=(const FileSearch&) = delete;

  bool valid() const { return handle_ != INVALID_HANDLE_VALUE; }
  const WIN32_FIND_DATAW& found() const { return found_; }
  bool Next() { return FindNextFileW(handle_, &found_) != 0; }

 private:
  WIN32_FIND_DATAW found_{};
  const HANDLE handle_;
};

}  // namespace

WindowsVolume RunningVolume() {
  wchar_t path[MAX_PATH] = {};
  const UINT units = GetSystemWindowsDirectoryW(path, MAX_PATH);
  // It has failed on no Windows; setup allows no longer name than this.
  const std::string windows =
      units == 0 || units >= MAX_PATH ? "C:\\Windows" : Utf8Of({path, units});
  return {windows.substr(0, 2), windows};
}

absl::StatusOr<std::unique_ptr<WindowsHost>> WindowsHost::OpenTree(const std::string& directory) {
  wchar_t full[kMaxPathUnits] = {};
  const DWORD units = GetFullPathNameW(WideOf(directory).c_str(), kMaxPathUnits, full, nullptr);
  if (units == 0 || units >= kMaxPathUnits) return FileError(GetLastError(), directory);
  std::string root = Utf8Of({full, units});
  if (absl::StartsWith(root, "\\\\")) root = absl::StrCat("UNC", root.substr(1));
  while (absl::EndsWith(root, "\\")) root.pop_back();
  return std::unique_ptr<WindowsHost>(new WindowsHost({root, absl::StrCat(root, "\\Windows")}));
}

absl::StatusOr<std::unique_ptr<WindowsHost>> WindowsHost::OpenVolume(const std::string& directory) {
  auto host = OpenTree(directory);
  if (!host.ok()) return host;
  const absl::Status status = CheckIsWindowsVolume(**host, directory);
  if (!status.ok()) return status;
  return host;
}

absl::StatusOr<std::string> WindowsHost::Resolve(absl::string_view path) const {
  absl::StatusOr<std::string> resolved = WindowsPath(volume_, path);
  if (!resolved.ok()) return resolved;
  const std::vector<std::string> folders = FoldersAbove(volume_, *resolved);
  for (const std::string& folder : folders) {
    const DWORD attributes = GetFileAttributesW(WideOf(folder).c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES) return FileError(GetLastError(), path);
    const EntryKind kind = KindOf(attributes);
    if (kind == EntryKind::kOther) return NotA("folder, but a link, on the way", path);
    if (kind != EntryKind::kDirectory) return FileError(ERROR_PATH_NOT_FOUND, path);
  }
  return resolved;
}

absl::StatusOr<std::vector<Entry>> WindowsHost::List(absl::string_view path) {
  const NoRedirection real_folders;
  absl::StatusOr<std::string> folder = Resolve(path);
  if (!folder.ok()) return folder.status();
  const DWORD attributes = GetFileAttributesW(WideOf(*folder).c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES) return FileError(GetLastError(), path);
  if (KindOf(attributes) != EntryKind::kDirectory) return NotA("folder", path);
  std::vector<Entry> entries;
  FileSearch search(WideOf(absl::StrCat(*folder, absl::EndsWith(*folder, "\\") ? "*" : "\\*")));
  // The root of a volume has not even "." in it.
  if (!search.valid() && GetLastError() == ERROR_FILE_NOT_FOUND) return entries;
  if (!search.valid()) return FileError(GetLastError(), path);
  do {
    std::string name = Utf8Of(search.found().cFileName);
    if (name == "." || name == "..") continue;
    entries.push_back({std::move(name), KindOf(search.found().dwFileAttributes)});
  } while (search.Next());
  if (GetLastError() != ERROR_NO_MORE_FILES) return FileError(GetLastError(), path);
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

absl::StatusOr<std::unique_ptr<FileReader>> WindowsHost::Open(absl::string_view path) {
  const NoRedirection real_folders;
  absl::StatusOr<std::string> file = Resolve(path);
  if (!file.ok()) return file.status();
  uint32_t error = 0;
  FileHandle handle = FileHandle::OpenForReading(*file, error);
  if (!handle.valid()) return FileError(error, path);
  if (GetFileType(handle.get()) != FILE_TYPE_DISK) return NotA("file", path);
  BY_HANDLE_FILE_INFORMATION info{};
  if (!GetFileInformationByHandle(handle.get(), &info)) return FileError(GetLastError(), path);
  if (KindOf(info.dwFileAttributes) != EntryKind::kFile) return NotA("file", path);
  const uint64_t size = uint64_t{info.nFileSizeHigh} << 32 | info.nFileSizeLow;
  return std::make_unique<WindowsFileReader>(std::move(handle), size, path);
}

absl::StatusOr<FileInfo> WindowsHost::Stat(absl::string_view path) {
  const NoRedirection real_folders;
  absl::StatusOr<std::string> file = Resolve(path);
  if (!file.ok()) return file.status();
  WIN32_FILE_ATTRIBUTE_DATA data{};
  if (!GetFileAttributesExW(WideOf(*file).c_str(), GetFileExInfoStandard, &data)) {
    return FileError(GetLastError(), path);
  }
  FileInfo info{.kind = KindOf(data.dwFileAttributes)};
  if (info.kind == EntryKind::kFile) {
    info.size = uint64_t{data.nFileSizeHigh} << 32 | data.nFileSizeLow;
  }
  return info;
}

}  // namespace muster::host
