#include "agent/bundle/archive.h"

#include <zip.h>

#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/host/text.h"

namespace muster::bundle {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPieceBytes = 64 * 1024;
constexpr size_t kMaxNameBytes = 1024;

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, Discard>;
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

absl::StatusOr<Archive> Open(const fs::path& path, int flags) {
  int code = 0;
  Archive archive(zip_open(path.string().c_str(), flags, &code));
  if (archive != nullptr) return archive;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string words = zip_error_strerror(&error);
  zip_error_fini(&error);
  return absl::InvalidArgumentError(absl::StrCat(path.string(), ": ", words));
}

absl::Status ErrorOf(zip_t* archive, absl::string_view doing) {
  return absl::InvalidArgumentError(absl::StrCat(doing, ": ", zip_strerror(archive)));
}

class Unpacker {
 public:
  Unpacker(zip_t* archive, fs::path folder, const UnpackLimits& limits)
      : archive_(archive), folder_(std::move(folder)), limits_(limits) {}

  absl::Status Run() {
    const zip_int64_t entries = zip_get_num_entries(archive_, 0);
    if (entries < 0 || static_cast<uint64_t>(entries) > limits_.max_entries) {
      return absl::ResourceExhaustedError(
          absl::StrCat("more than ", limits_.max_entries, " files in the archive"));
    }
    std::error_code error;
    fs::create_directories(folder_, error);
    for (zip_int64_t i = 0; i < entries; ++i) {
      absl::Status status = Take(static_cast<zip_uint64_t>(i));
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Take(zip_uint64_t index) {
    const char* raw = zip_get_name(archive_, index, ZIP_FL_ENC_GUESS);
    if (raw == nullptr) return ErrorOf(archive_, "reading a name");
    std::string name = raw;
    const bool is_folder = absl::EndsWith(name, "/");
    if (is_folder) name.pop_back();
    if (!IsBundlePath(name) || IsSpecial(index)) {
      return absl::InvalidArgumentError(absl::StrCat("\"", host::Displayable(name, 200),
                                                     "\" in the archive is no name that a "
                                                     "bundle has"));
    }
    std::error_code error;
    if (is_folder) {
      fs::create_directories(folder_ / name, error);
      return absl::OkStatus();
    }
    if (!names_.insert(absl::AsciiStrToLower(name)).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(host::Displayable(name, 200), " is in the archive twice"));
    }
    return Extract(index, name);
  }

  // A symbolic link or device, as archives of POSIX systems keep them.
  bool IsSpecial(zip_uint64_t index) const {
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(archive_, index, 0, &system, &attributes) != 0)
      return false;
    constexpr uint32_t kTypeMask = 0170000, kRegular = 0100000, kFolder = 0040000;
    const uint32_t type = attributes >> 16 & kTypeMask;
    return system == ZIP_OPSYS_UNIX && type != 0 && type != kRegular && type != kFolder;
  }

  absl::Status Extract(zip_uint64_t index, const std::string& name) {
    std::unique_ptr<zip_file_t, CloseFile> in(zip_fopen_index(archive_, index, 0));
    if (in == nullptr) return ErrorOf(archive_, name);
    const fs::path target = folder_ / name;
    std::error_code error;
    fs::create_directories(target.parent_path(), error);
    std::ofstream out(target, std::ios::binary | std::ios::trunc);
    char piece[kPieceBytes];
    for (;;) {
      const zip_int64_t count = zip_fread(in.get(), piece, sizeof(piece));
      if (count < 0) {
        return absl::InvalidArgumentError(
            absl::StrCat(host::Displayable(name, 200), " in the archive is damaged"));
      }
      if (count == 0) break;
      bytes_ += static_cast<uint64_t>(count);
      if (bytes_ > limits_.max_bytes) {
        return absl::ResourceExhaustedError(
            absl::StrCat("the archive holds more than ", limits_.max_bytes, " bytes"));
      }
      if (!out.write(piece, count)) break;
    }
    out.close();
    if (out) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        absl::StrCat("unpacking to ", target.string(), " failed: is there room on the disk?"));
  }

  zip_t* const archive_;
  const fs::path folder_;
  const UnpackLimits limits_;
  std::set<std::string> names_;
  uint64_t bytes_ = 0;
};

}  // namespace

bool IsBundlePath(absl::string_view path) {
  if (path.empty() || path.size() > kMaxNameBytes) return false;
  for (const absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == "." || part == ".." || absl::EndsWith(part, ".") ||
        absl::EndsWith(part, " ")) {
      return false;
    }
    for (const char c : part) {
      if (static_cast<unsigned char>(c) < 0x20 || absl::StrContains("\\:*?\"<>|", c)) return false;
    }
  }
  return true;
}

bool IsArchivePath(const fs::path& path) { return absl::EndsWithIgnoreCase(path.string(), ".zip"); }

absl::Status PackFolder(const fs::path& folder, const fs::path& archive_path) try {
  auto archive = Open(archive_path, ZIP_CREATE | ZIP_TRUNCATE);
  if (!archive.ok()) return archive.status();
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = fs::relative(entry.path(), folder).generic_string();
    if (entry.is_directory()) {
      if (zip_dir_add(archive->get(), name.c_str(), ZIP_FL_ENC_UTF_8) < 0) {
        return ErrorOf(archive->get(), name);
      }
      continue;
    }
    zip_source_t* source =
        zip_source_file(archive->get(), entry.path().string().c_str(), 0, -1 /* to its end */);
    if (source == nullptr) return ErrorOf(archive->get(), name);
    if (zip_file_add(archive->get(), name.c_str(), source, ZIP_FL_ENC_UTF_8) < 0) {
      zip_source_free(source);
      return ErrorOf(archive->get(), name);
    }
  }
  if (zip_close(archive->get()) != 0) {
    return absl::ResourceExhaustedError(
        absl::StrCat("writing ", archive_path.string(), ": ", zip_strerror(archive->get())));
  }
  static_cast<void>(archive->release());  // closed
  return absl::OkStatus();
} catch (const fs::filesystem_error& error) {
  return absl::InternalError(absl::StrCat("packing ", folder.string(), ": ", error.what()));
}

absl::Status UnpackArchive(const fs::path& archive_path, const fs::path& folder,
                           const UnpackLimits& limits) {
  auto archive = Open(archive_path, ZIP_RDONLY | ZIP_CHECKCONS);
  if (!archive.ok()) return archive.status();
  absl::Status status = Unpacker(archive->get(), folder, limits).Run();
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(archive_path.string(), ": ", status.message()));
}

}  // namespace muster::bundle
