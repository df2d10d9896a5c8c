// A file of a bundle while it is written: its digest, and the masking of text.
#ifndef MUSTER_AGENT_BUNDLE_FILE_WRITER_H_
#define MUSTER_AGENT_BUNDLE_FILE_WRITER_H_

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/bundle/masker.h"
#include "common/digest.h"
#include "muster/v1/bundle.pb.h"

namespace muster::bundle {

// Not thread-safe.
class FileWriter {
 public:
  // RESOURCE_EXHAUSTED where the disk is full.
  static absl::StatusOr<std::unique_ptr<FileWriter>> Create(const std::filesystem::path& root,
                                                            const std::string& path);

  absl::Status Write(absl::string_view bytes);
  // Closes it; `path`, size and digest.
  absl::StatusOr<v1::BundleManifest::File> Finish();

 private:
  FileWriter(std::ofstream file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  absl::Status Failed() const;

  std::ofstream file_;
  std::string path_;
  uint64_t size_ = 0;
  Sha256Stream digest_;
};

// Hands text on line by line, masked; lines may come in pieces of any size. Holds a line, or of a
// longer one 64 KiB.
class MaskedText {
 public:
  MaskedText(Masker& masker, FileWriter& out) : masker_(masker), out_(out) {}
  absl::Status Feed(absl::string_view bytes);
  absl::Status Finish();

 private:
  Masker& masker_;
  FileWriter& out_;
  std::string line_;
};

}  // namespace muster::bundle

#endif  // MUSTER_AGENT_BUNDLE_FILE_WRITER_H_
