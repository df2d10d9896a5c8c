#include "server/campaign/payloads.h"

#include <algorithm>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/pki/signing_key.h"
#include "common/proto_time.h"
#include "common/servicing/msu/msu.h"

namespace muster::campaign {
namespace {

namespace fs = std::filesystem;
constexpr size_t kChunkBytes = 256 * 1024;

absl::Status CannotWrite(const fs::path& path) {
  return absl::ResourceExhaustedError(
      absl::StrCat("writing ", path.string(), " failed: is the server's disk full?"));
}

bool IsMsuName(const std::string& name) {
  return absl::EndsWithIgnoreCase(name, ".msu") && name.size() <= 200 && name.size() > 4 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '+';
         });
}

std::string NewFolderName() {
  return absl::StrCat("upload-", Sha256(pki::RandomBytes(16)).ToHex().substr(0, 16));
}

}  // namespace

Payloads::Payloads(Store& store, fs::path folder, PayloadOptions options, Clock clock)
    : store_(store), folder_(std::move(folder)), options_(options), clock_(std::move(clock)) {}

Payloads::Upload::Upload(Payloads& payloads, fs::path folder, std::string file_name)
    : payloads_(payloads),
      folder_(std::move(folder)),
      file_name_(std::move(file_name)),
      out_(folder_ / file_name_, std::ios::binary) {}

Payloads::Upload::~Upload() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

absl::StatusOr<std::unique_ptr<Payloads::Upload>> Payloads::Begin(const std::string& file_name) {
  if (!IsMsuName(file_name)) {
    return absl::InvalidArgumentError(
        "file_name: must be a plain name that ends in .msu: Windows6.1-KB2749655-x64.msu");
  }
  const fs::path folder = folder_ / NewFolderName();
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return CannotWrite(folder);
  return std::unique_ptr<Upload>(new Upload(*this, folder, file_name));
}

absl::Status Payloads::Upload::Append(absl::string_view data) {
  size_ += data.size();
  if (size_ > payloads_.options_.max_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a payload has at most ", payloads_.options_.max_bytes >> 20, " MiB"));
  }
  digest_.Update(data);
  out_.write(data.data(), static_cast<std::streamsize>(data.size()));
  return out_ ? absl::OkStatus() : CannotWrite(folder_ / file_name_);
}

absl::StatusOr<v1::StoredPayload> Payloads::Upload::Finish(const std::string& by) {
  out_.close();
  if (!out_) return CannotWrite(folder_ / file_name_);
  auto msu = servicing::ReadMsu(folder_ / file_name_, folder_);
  if (!msu.ok()) return msu.status();
  const absl::Time now = payloads_.clock_();
  absl::Status holds = servicing::CheckMsuCatalogs(*msu, now, payloads_.options_.catalog_margin);
  if (!holds.ok()) return holds;
  v1::StoredPayload stored;
  v1::Payload& payload = *stored.mutable_payload();
  payload.set_sha256(digest_.Finish().ToBytes());
  payload.set_size(size_);
  payload.set_file_name(file_name_);
  payload.set_kb(msu->kb);
  payload.set_architecture(msu->architecture);
  stored.set_uploaded_by(by);
  *stored.mutable_uploaded_at() = ToProto(now);
  stored.set_catalogs(static_cast<uint32_t>(msu->catalogs.size()));
  absl::Time breaks_at = absl::InfiniteFuture();
  for (const servicing::MsuCatalog& catalog : msu->catalogs) {
    breaks_at = std::min(breaks_at, catalog.breaks_at);
  }
  if (breaks_at != absl::InfiniteFuture()) *stored.mutable_breaks_at() = ToProto(breaks_at);
  std::ifstream in(folder_ / file_name_, std::ios::binary);
  const auto read = [&]() -> absl::StatusOr<std::string> {
    std::string chunk(kChunkBytes, '\0');
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    chunk.resize(static_cast<size_t>(in.gcount()));
    return chunk;
  };
  if (absl::Status put = payloads_.store_.PutPayload(stored, read); !put.ok()) return put;
  return payloads_.store_.FindPayload(*Digest::FromBytes(payload.sha256()));
}

absl::StatusOr<fs::path> Payloads::File(const Digest& digest) {
  const fs::path file = folder_ / digest.ToHex();
  absl::MutexLock lock(&fetching_);
  auto stored = store_.FindPayload(digest);
  if (!stored.ok()) return stored.status();
  std::error_code error;
  if (fs::file_size(file, error) == stored->payload().size() && !error) return file;
  fs::create_directories(folder_, error);
  const fs::path part = folder_ / absl::StrCat(digest.ToHex(), ".part");
  std::ofstream out(part, std::ios::binary);
  Sha256Stream hash;
  absl::Status read = store_.ReadPayload(digest, [&](absl::string_view data) {
    hash.Update(data);
    out.write(data.data(), static_cast<std::streamsize>(data.size()));
    return out ? absl::OkStatus() : CannotWrite(part);
  });
  if (!read.ok()) return read;
  out.close();
  if (!out) return CannotWrite(part);
  if (hash.Finish() != digest) {
    return absl::InternalError("a payload in the database is not what it was: upload it again");
  }
  fs::rename(part, file, error);
  if (error) return CannotWrite(file);
  return file;
}

}  // namespace muster::campaign
