#include "server/evidence/vault.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/pki/signing_key.h"

namespace muster::evidence {
namespace {

constexpr char kFileName[] = "evidence.zip";

absl::StatusOr<BundleRow> ReadHeader(const v1::EvidenceHeader& header) {
  BundleRow row;
  absl::string_view campaign = header.campaign();
  if (!absl::ConsumePrefix(&campaign, "campaigns/") || campaign.empty()) {
    return absl::InvalidArgumentError("campaign: must be campaigns/{id}");
  }
  auto sha256 = Digest::FromBytes(header.sha256());
  if (!sha256.ok()) return absl::InvalidArgumentError("sha256: must be 32 bytes");
  row.campaign = std::string(campaign);
  row.sha256 = *sha256;
  row.size = header.size();
  row.masked = header.masked();
  return row;
}

}  // namespace

Vault::Vault(Store& store, std::filesystem::path folder, VaultOptions options, Clock clock)
    : store_(store), folder_(std::move(folder)), options_(options), clock_(std::move(clock)) {}

Vault::Upload::~Upload() {
  absl::MutexLock lock(&vault_.mutex_);
  vault_.sending_.erase(row_.machine);
}

absl::StatusOr<std::unique_ptr<Vault::Upload>> Vault::Begin(const Digest& machine,
                                                            const v1::EvidenceHeader& header) {
  auto row = ReadHeader(header);
  if (!row.ok()) return row.status();
  if (row->size > options_.max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat("the evidence has ", row->size >> 20,
                                                     " MiB, and at most ", options_.max_bytes >> 20,
                                                     " are taken"));
  }
  auto asked = store_.IsAskedFor(machine, row->campaign);
  if (!asked.ok()) return asked.status();
  if (!*asked) {
    return absl::FailedPreconditionError(
        "no order under way asks this machine for evidence of that campaign");
  }
  {
    absl::MutexLock lock(&mutex_);
    if (sending_.size() >= options_.max_uploads || !sending_.insert(machine).second) {
      return absl::UnavailableError("too much evidence comes in at once: try again in a minute");
    }
  }
  row->machine = machine;
  std::unique_ptr<Upload> upload(new Upload(*this, *std::move(row)));
  auto file = IncomingFile::Create(folder_, kFileName, upload->row_.size);
  if (!file.ok()) return file.status();
  upload->file_ = *std::move(file);
  return upload;
}

absl::Status Vault::Upload::Finish() {
  auto digest = file_->Finish();
  if (!digest.ok()) return digest.status();
  if (file_->size() != row_.size || *digest != row_.sha256) {
    return absl::DataLossError("the evidence that came is not what was announced: send it again");
  }
  row_.id = absl::BytesToHexString(pki::RandomBytes(8));
  row_.created_at = vault_.clock_();
  return vault_.store_.Put(row_, [this] { return file_->ReadNext(); });
}

absl::Status Vault::Prune() {
  auto gone = store_.DeleteOlderThan(clock_() - options_.keep);
  if (gone.ok() && *gone > 0) {
    spdlog::info("{} bundles of evidence were older than {} and are gone", *gone,
                 absl::FormatDuration(options_.keep));
  }
  return gone.status();
}

}  // namespace muster::evidence
