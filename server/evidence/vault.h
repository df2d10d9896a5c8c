// Evidence on its way into the database: who may send, how much, and whether it is whole.
#ifndef MUSTER_SERVER_EVIDENCE_VAULT_H_
#define MUSTER_SERVER_EVIDENCE_VAULT_H_

#include <filesystem>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "common/incoming_file.h"
#include "muster/v1/gateway.pb.h"
#include "server/evidence/store.h"

namespace muster::evidence {

struct VaultOptions {
  uint64_t max_bytes = uint64_t{256} << 20;  // of one bundle
  size_t max_uploads = 16;                   // at once; each may hold max_bytes of disk
  // Bundles name machines and their logs: they go by themselves.
  absl::Duration keep = absl::Hours(24 * 30);
};

// Thread-safe; blocks. The store must outlive it.
class Vault {
 public:
  // `folder` is for uploads under way.
  Vault(Store& store, std::filesystem::path folder, VaultOptions options, Clock clock);

  // One bundle that comes in pieces. Nothing of it stays unless Finish answers OK. Used by one
  // thread at a time; must not outlive the vault.
  class Upload {
   public:
    ~Upload();
    // As IncomingFile::Append.
    absl::Status Append(absl::string_view data) { return file_->Append(data); }
    // Stores it. DATA_LOSS where it is not what its header says.
    absl::Status Finish();

   private:
    friend class Vault;
    Upload(Vault& vault, BundleRow row) : vault_(vault), row_(std::move(row)) {}
    Vault& vault_;
    BundleRow row_;
    std::unique_ptr<IncomingFile> file_;
  };
  // Errors: those of AgentGateway.UploadEvidence.
  absl::StatusOr<std::unique_ptr<Upload>> Begin(const Digest& machine,
                                                const v1::EvidenceHeader& header);

  // Drops what is older than it is kept.
  absl::Status Prune();

 private:
  Store& store_;
  const std::filesystem::path folder_;
  const VaultOptions options_;
  const Clock clock_;
  absl::Mutex mutex_;
  absl::flat_hash_set<Digest> sending_ ABSL_GUARDED_BY(mutex_);  // machines
};

}  // namespace muster::evidence

#endif  // MUSTER_SERVER_EVIDENCE_VAULT_H_
