#include "server/campaign/payloads.h"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "common/servicing/msu/msu.h"

namespace muster::campaign {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

Payloads::Payloads(Store& store, fs::path folder, PayloadOptions options, Clock clock)
    : store_(store), folder_(std::move(folder)), options_(options), clock_(std::move(clock)) {}

absl::StatusOr<std::unique_ptr<Payloads::Upload>> Payloads::Begin(const std::string& file_name) {
  if (!IsMsuName(file_name)) {
    return absl::InvalidArgumentError(
        "file_name: must be a plain name that ends in .msu: Windows6.1-KB2749655-x64.msu");
  }
  auto file = IncomingFile::Create(folder_, file_name, options_.max_bytes);
  if (!file.ok()) return file.status();
  return std::unique_ptr<Upload>(new Upload(*this, *std::move(file)));
}

absl::StatusOr<v1::StoredPayload> Payloads::Upload::Finish(const std::string& by) {
  auto digest = file_->Finish();
  if (!digest.ok()) return digest.status();
  auto msu = servicing::ReadMsu(file_->path(), file_->path().parent_path());
  if (!msu.ok()) return msu.status();
  const absl::Time now = payloads_.clock_();
  absl::Status holds = servicing::CheckMsuCatalogs(*msu, now, payloads_.options_.catalog_margin);
  if (!holds.ok()) return holds;
  v1::StoredPayload stored;
  v1::Payload& payload = *stored.mutable_payload();
  payload.set_sha256(digest->ToBytes());
  payload.set_size(file_->size());
  payload.set_file_name(file_->path().filename().string());
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
  absl::Status put = payloads_.store_.PutPayload(stored, [this] { return file_->ReadNext(); });
  if (!put.ok()) return put;
  return payloads_.store_.FindPayload(*digest);
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
