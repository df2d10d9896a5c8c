#include "agent/remedy/payload_folder.h"

#include <spdlog/spdlog.h>

#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/digest.h"

namespace muster::remedy {
namespace {

namespace fs = std::filesystem;
constexpr size_t kReadBytes = 256 * 1024;

// Hashes a file of exactly this size.
bool IsPayload(const fs::path& file, const v1::Payload& payload) {
  std::error_code error;
  if (fs::file_size(file, error) != payload.size() || error) return false;
  std::ifstream in(file, std::ios::binary);
  Sha256Stream digest;
  std::string buffer(kReadBytes, '\0');
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
    digest.Update({buffer.data(), static_cast<size_t>(in.gcount())});
  }
  return in.eof() && digest.Finish().view() == payload.sha256();
}

absl::Status Unwritable(const fs::path& path) {
  return absl::ResourceExhaustedError(
      absl::StrCat("writing ", path.string(), " failed: is the disk full?"));
}

fs::path FromUtf8(const std::string& text) {
  return fs::path(std::u8string(text.begin(), text.end()));
}

}  // namespace

absl::StatusOr<fs::path> PayloadFolder::OrderFolder(const std::string& order) {
  const fs::path folder = folder_ / order;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Unwritable(folder);
  return folder;
}

absl::Status PayloadFolder::Download(const v1::Payload& payload, const fs::path& part) {
  std::error_code error;
  uint64_t have = fs::file_size(part, error);
  if (error || have > payload.size()) have = 0;
  std::ofstream out(part, have > 0 ? std::ios::binary | std::ios::app : std::ios::binary);
  if (!out) return Unwritable(part);
  absl::Status got = server_(payload.sha256(), have, [&](absl::string_view data) -> absl::Status {
    have += data.size();
    if (have > payload.size()) {
      return absl::DataLossError("the server sent more than the payload has");
    }
    out.write(data.data(), static_cast<std::streamsize>(data.size()));
    return out ? absl::OkStatus() : Unwritable(part);
  });
  out.close();
  if (got.ok() && !out) got = Unwritable(part);
  if (got.ok() && have < payload.size()) {
    got = absl::UnavailableError("the server ended before the payload did");
  }
  return got;
}

absl::StatusOr<fs::path> PayloadFolder::Fetch(const v1::Payload& payload,
                                              const std::vector<std::string>& sources,
                                              const std::string& order) {
  auto folder = OrderFolder(order);
  if (!folder.ok()) return folder.status();
  const fs::path file = *folder / payload.file_name();
  if (IsPayload(file, payload)) return file;
  std::error_code error;
  for (const std::string& source : sources) {
    const fs::path there = FromUtf8(source) / payload.file_name();
    fs::remove(file, error);  // what another source had instead; not every system overwrites
    if (!fs::copy_file(there, file, error)) {
      spdlog::info("{}: {}", source, error.message());
      continue;
    }
    if (IsPayload(file, payload)) return file;
    spdlog::warn("what {} has is not what was signed", there.string());
  }
  // Beside its final name, so that no half of it ever bears that.
  const fs::path part =
      folder_ / absl::StrCat(Digest::FromBytes(payload.sha256())->ToHex(), ".part");
  if (absl::Status got = Download(payload, part); !got.ok()) {
    if (absl::IsDataLoss(got)) fs::remove(part, error);
    return got;
  }
  if (!IsPayload(part, payload)) {
    fs::remove(part, error);
    return absl::DataLossError("what the server sent is not what was signed");
  }
  fs::rename(part, file, error);
  if (error) return Unwritable(file);
  return file;
}

void PayloadFolder::Discard(const std::string& order) {
  std::error_code error;
  fs::remove_all(folder_ / order, error);
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (entry.path().extension() == ".part") fs::remove(entry.path(), error);
  }
}

}  // namespace muster::remedy
