#include "agent/bundle/file_writer.h"

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace muster::bundle {
namespace {

constexpr size_t kMaxLineBytes = 64 * 1024;

}  // namespace

absl::StatusOr<std::unique_ptr<FileWriter>> FileWriter::Create(const std::filesystem::path& root,
                                                               const std::string& path) {
  const std::filesystem::path target = root / std::filesystem::path(path);
  std::error_code error;
  std::filesystem::create_directories(target.parent_path(), error);
  errno = 0;
  std::ofstream file(target, std::ios::binary | std::ios::trunc);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("creating ", target.string()));
  // By its constructor: private.
  return std::unique_ptr<FileWriter>(new FileWriter(std::move(file), path));
}

absl::Status FileWriter::Failed() const {
  return absl::ResourceExhaustedError(
      absl::StrCat("writing ", path_, " of the bundle failed: is there room on the disk?"));
}

absl::Status FileWriter::Write(absl::string_view bytes) {
  if (!file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return Failed();
  size_ += bytes.size();
  digest_.Update(bytes);
  return absl::OkStatus();
}

absl::StatusOr<v1::BundleManifest::File> FileWriter::Finish() {
  file_.close();
  if (!file_) return Failed();
  v1::BundleManifest::File file;
  file.set_path(path_);
  file.set_size(size_);
  file.set_sha256(digest_.Finish().ToHex());
  return file;
}

absl::Status MaskedText::Feed(absl::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const size_t length = end == absl::string_view::npos ? bytes.size() : end + 1;
    absl::StrAppend(&line_, bytes.substr(0, length));
    bytes.remove_prefix(length);
    if (end == absl::string_view::npos && line_.size() < kMaxLineBytes) continue;
    // Of a line without an end the last word stays: it may go on.
    std::string rest;
    if (end == absl::string_view::npos) {
      const size_t blank = line_.rfind(' ');
      if (blank != std::string::npos && blank > kMaxLineBytes / 2) {
        rest = line_.substr(blank);
        line_.resize(blank);
      }
    }
    if (absl::Status status = Finish(); !status.ok()) return status;
    line_ = std::move(rest);
  }
  return absl::OkStatus();
}

absl::Status MaskedText::Finish() { return out_.Write(masker_.Mask(std::exchange(line_, {}))); }

}  // namespace muster::bundle
