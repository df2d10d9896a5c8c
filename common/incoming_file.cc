#include "common/incoming_file.h"

#include <random>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
constexpr size_t kPieceBytes = 256 * 1024;

absl::Status Unwritable(const fs::path& path) {
  return absl::ResourceExhaustedError(
      absl::StrCat("writing ", path.string(), " failed: is the disk full?"));
}

}  // namespace

IncomingFile::IncomingFile(fs::path path, uint64_t max_bytes)
    : path_(std::move(path)), max_bytes_(max_bytes), out_(path_, std::ios::binary) {}

IncomingFile::~IncomingFile() {
  out_.close();  // Windows removes no file that is open
  in_.close();
  std::error_code ignored;
  fs::remove_all(path_.parent_path(), ignored);
}

absl::StatusOr<std::unique_ptr<IncomingFile>> IncomingFile::Create(const fs::path& folder,
                                                                   const std::string& name,
                                                                   uint64_t max_bytes) {
  std::random_device random;
  const fs::path own = folder / absl::StrCat("incoming-", absl::Hex(random(), absl::kZeroPad8),
                                             absl::Hex(random(), absl::kZeroPad8));
  std::error_code error;
  fs::create_directories(own, error);
  if (error) return Unwritable(own);
  std::unique_ptr<IncomingFile> file(new IncomingFile(own / name, max_bytes));
  if (!file->out_) return file->CannotWrite();
  return file;
}

absl::Status IncomingFile::CannotWrite() const { return Unwritable(path_); }

absl::Status IncomingFile::Append(absl::string_view data) {
  if (data.size() > max_bytes_ - size_) {
    return absl::ResourceExhaustedError(
        absl::StrCat("too large: at most ", max_bytes_ >> 20, " MiB are taken"));
  }
  size_ += data.size();
  digest_.Update(data);
  out_.write(data.data(), static_cast<std::streamsize>(data.size()));
  return out_ ? absl::OkStatus() : CannotWrite();
}

absl::StatusOr<Digest> IncomingFile::Finish() {
  out_.close();
  if (!out_) return CannotWrite();
  return digest_.Finish();
}

absl::StatusOr<std::string> IncomingFile::ReadNext() {
  if (!in_.is_open()) in_.open(path_, std::ios::binary);
  std::string piece(kPieceBytes, '\0');
  in_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  piece.resize(static_cast<size_t>(in_.gcount()));
  if (in_.bad() || (piece.empty() && !in_.eof())) {
    return absl::InternalError(absl::StrCat("reading ", path_.string(), " failed"));
  }
  return piece;
}

}  // namespace muster
