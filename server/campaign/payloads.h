// Payloads: checked when they come, kept in the database, served from files beside it.
#ifndef MUSTER_SERVER_CAMPAIGN_PAYLOADS_H_
#define MUSTER_SERVER_CAMPAIGN_PAYLOADS_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/incoming_file.h"
#include "muster/v1/campaign.pb.h"
#include "server/campaign/store.h"

namespace muster::campaign {

struct PayloadOptions {
  // Muster refuses to roll out an update whose catalogs lapse within this.
  absl::Duration catalog_margin = absl::Hours(24 * 30);
  uint64_t max_bytes = uint64_t{2} << 30;
};

// Thread-safe; blocks. The store must outlive it.
class Payloads {
 public:
  // `folder` is for uploads under way and for the files that are served: it may be emptied at any
  // time.
  Payloads(Store& store, std::filesystem::path folder, PayloadOptions options, Clock clock);

  // One file that comes in pieces. Nothing of it stays unless Finish answers OK. Used by one
  // thread.
  class Upload {
   public:
    // As IncomingFile::Append.
    absl::Status Append(absl::string_view data) { return file_->Append(data); }
    // Checks what came, and stores it. INVALID_ARGUMENT or FAILED_PRECONDITION says what is wrong
    // with the package.
    absl::StatusOr<v1::StoredPayload> Finish(const std::string& by);

   private:
    friend class Payloads;
    Upload(Payloads& payloads, std::unique_ptr<IncomingFile> file)
        : payloads_(payloads), file_(std::move(file)) {}
    Payloads& payloads_;
    const std::unique_ptr<IncomingFile> file_;
  };
  // INVALID_ARGUMENT: not a plain file name that ends in .msu.
  absl::StatusOr<std::unique_ptr<Upload>> Begin(const std::string& file_name);

  // A file that holds the payload; fetched from the database where it is not there yet. NOT_FOUND.
  absl::StatusOr<std::filesystem::path> File(const Digest& digest);

 private:
  Store& store_;
  const std::filesystem::path folder_;
  const PayloadOptions options_;
  const Clock clock_;
  absl::Mutex fetching_;  // one at a time: machines ask for one and the same
};

}  // namespace muster::campaign

#endif  // MUSTER_SERVER_CAMPAIGN_PAYLOADS_H_
