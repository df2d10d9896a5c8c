// A file that comes in pieces from afar: bounded, digested, and gone again unless it is kept.
#ifndef MUSTER_COMMON_INCOMING_FILE_H_
#define MUSTER_COMMON_INCOMING_FILE_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace muster {

// Lies in a folder of its own, which goes with this. One thread at a time.
class IncomingFile {
 public:
  // `name` is a plain file name. RESOURCE_EXHAUSTED where the disk is full.
  static absl::StatusOr<std::unique_ptr<IncomingFile>> Create(const std::filesystem::path& folder,
                                                              const std::string& name,
                                                              uint64_t max_bytes);
  ~IncomingFile();
  IncomingFile(const IncomingFile&) = delete;
  IncomingFile& operator=(const IncomingFile&) = delete;

  // RESOURCE_EXHAUSTED: beyond max_bytes, or the disk is full.
  absl::Status Append(absl::string_view data);
  // Nothing more comes. The digest of what came.
  absl::StatusOr<Digest> Finish();
  // Once finished: the next piece, empty at the end.
  absl::StatusOr<std::string> ReadNext();

  uint64_t size() const { return size_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  IncomingFile(std::filesystem::path path, uint64_t max_bytes);
  absl::Status CannotWrite() const;

  const std::filesystem::path path_;
  const uint64_t max_bytes_;
  std::ofstream out_;
  std::ifstream in_;
  Sha256Stream digest_;
  uint64_t size_ = 0;
};

}  // namespace muster

#endif  // MUSTER_COMMON_INCOMING_FILE_H_
