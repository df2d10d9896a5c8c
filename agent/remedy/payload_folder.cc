#include "agent/remedy/payload_folder.h"

#include <spdlog/spdlog.h>

#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/orders/source.h"

namespace muster::remedy {
namespace {

namespace fs = std::filesystem;
constexpr size_t kReadBytes = 256 * 1024;
// Gives bytes from `offset` on to `take`.
using Giver = std::function<absl::Status(uint64_t offset, const Take& take)>;

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

// Adds what comes to `part`, which has `have` bytes; whole then.
absl::Status Append(const v1::Payload& payload, const Giver& giver, uint64_t have,
                    const fs::path& part) {
  std::ofstream out(part, have > 0 ? std::ios::binary | std::ios::app : std::ios::binary);
  if (!out) return Unwritable(part);
  absl::Status got = giver(have, [&](absl::string_view data) -> absl::Status {
    if (data.size() > payload.size() - have) {
      return absl::DataLossError("more came than the payload has");
    }
    have += data.size();
    out.write(data.data(), static_cast<std::streamsize>(data.size()));
    return out ? absl::OkStatus() : Unwritable(part);
  });
  out.close();
  if (got.ok() && !out) got = Unwritable(part);
  if (got.ok() && have < payload.size()) {
    got = absl::UnavailableError("it ended before the payload did");
  }
  return got;
}

fs::path FromUtf8(const std::string& text) {
  return fs::path(std::u8string(text.begin(), text.end()));
}

// Beside its final name, so that no half of it ever bears that.
absl::Status Download(const v1::Payload& payload, const Giver& giver, const fs::path& file) {
  fs::path part = file;
  part += ".part";
  for (;;) {
    std::error_code error;
    uint64_t have = fs::file_size(part, error);
    if (error || have > payload.size()) have = 0;
    const absl::Status got =
        have < payload.size() ? Append(payload, giver, have, part) : absl::OkStatus();
    if (!got.ok() && !absl::IsDataLoss(got)) return got;
    if (got.ok() && IsPayload(part, payload)) {
      fs::rename(part, file, error);
      return error ? Unwritable(file) : absl::OkStatus();
    }
    fs::remove(part, error);
    if (have == 0) {
      return got.ok() ? absl::DataLossError("what came is not what was signed") : got;
    }
    // What was there may have come from somebody else, and be wrong: once more, from the beginning.
  }
}

// From a folder.
absl::Status Copy(const v1::Payload& payload, const std::string& source, const fs::path& file) {
  std::error_code error;
  if (!fs::copy_file(FromUtf8(source) / payload.file_name(), file, error)) {
    return absl::UnavailableError(error.message());
  }
  if (IsPayload(file, payload)) return absl::OkStatus();
  fs::remove(file, error);  // not every system overwrites
  return absl::DataLossError("what it has is not what was signed");
}

}  // namespace

absl::StatusOr<fs::path> PayloadFolder::OrderFolder(const std::string& order) {
  const fs::path folder = folder_ / order;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Unwritable(folder);
  return folder;
}

absl::Status PayloadFolder::FetchFrom(const v1::Payload& payload, const std::string& source,
                                      const fs::path& file) {
  if (!orders::IsUrl(source)) return Copy(payload, source, file);
  if (downloader_ == nullptr) return absl::UnimplementedError("this agent takes nothing over HTTP");
  const std::string url = orders::FileUrl(source, payload.file_name());
  return Download(
      payload,
      [&](uint64_t offset, const Take& take) {
        return downloader_->Get(url, offset, payload.size(), take);
      },
      file);
}

absl::StatusOr<fs::path> PayloadFolder::Fetch(const v1::Payload& payload,
                                              const std::vector<std::string>& sources,
                                              const std::string& order) {
  auto folder = OrderFolder(order);
  if (!folder.ok()) return folder.status();
  const fs::path file = *folder / payload.file_name();
  if (IsPayload(file, payload)) return file;
  for (const std::string& source : sources) {
    const absl::Status got = FetchFrom(payload, source, file);
    if (got.ok()) {
      spdlog::info("{} came from {}", payload.file_name(), source);
      return file;
    }
    spdlog::warn("{} does not come from {}: {}", payload.file_name(), source, got.ToString());
  }
  const absl::Status got = Download(
      payload,
      [&](uint64_t offset, const Take& take) { return server_(payload.sha256(), offset, take); },
      file);
  if (!got.ok()) {
    return absl::Status(got.code(), absl::StrCat("from the server: ", got.message()));
  }
  spdlog::info("{} came from the server", payload.file_name());
  return file;
}

void PayloadFolder::Discard(const std::string& order) {
  std::error_code error;
  fs::remove_all(folder_ / order, error);
}

}  // namespace muster::remedy
