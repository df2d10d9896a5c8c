#include "tests/testdata/files.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace muster::testdata {

absl::StatusOr<std::string> ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("cannot open ", path.string()));
  std::ostringstream bytes;
  if (in.peek() != std::ifstream::traits_type::eof()) bytes << in.rdbuf();
  if (in.bad() || bytes.bad()) {
    return absl::DataLossError(absl::StrCat("cannot read ", path.string(), " to its end"));
  }
  return bytes.str();
}

absl::Status WriteFile(const std::filesystem::path& path, absl::string_view bytes) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) {
    return absl::UnavailableError(
        absl::StrCat("cannot write ", path.string(), ": is the folder writable, the disk full?"));
  }
  return absl::OkStatus();
}

std::optional<std::filesystem::path> SharedData() {
  const char* source = std::getenv("MUSTER_SOURCE_DIR");
  if (source == nullptr) return std::nullopt;
  const std::filesystem::path data = std::filesystem::path(source) / ".." / "shared" / "data";
  return std::filesystem::is_directory(data) ? std::optional(data) : std::nullopt;
}

}  // namespace muster::testdata
