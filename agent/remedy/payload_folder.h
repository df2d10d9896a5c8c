// Payloads on this machine: by digest, got in pieces, verified before use.
#ifndef MUSTER_AGENT_REMEDY_PAYLOAD_FOLDER_H_
#define MUSTER_AGENT_REMEDY_PAYLOAD_FOLDER_H_

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/host/downloader.h"
#include "muster/v1/order.pb.h"

namespace muster::remedy {

using Take = host::Downloader::Take;
// Gives a payload's bytes from `offset` on to `take`, in order; ends early where that answers an
// error, with it.
using PayloadSource =
    std::function<absl::Status(const std::string& sha256, uint64_t offset, const Take& take)>;

// One thread at a time. Blocks.
class PayloadFolder {
 public:
  // `downloader` (null: addresses are passed over) must outlive it.
  PayloadFolder(std::filesystem::path folder, PayloadSource server, host::Downloader* downloader)
      : folder_(std::move(folder)), server_(std::move(server)), downloader_(downloader) {}

  // The payload as a file with its own name, in a folder of `order`: from what is here already,
  // from the folders and addresses that `sources` names (common/orders/source.h), else from the
  // server, going on where an earlier try ended, whoever it was with. It is read and hashed whole
  // before this answers. DATA_LOSS: the server's bytes are not what was signed. Other errors pass:
  // UNAVAILABLE, RESOURCE_EXHAUSTED (the disk).
  absl::StatusOr<std::filesystem::path> Fetch(const v1::Payload& payload,
                                              const std::vector<std::string>& sources,
                                              const std::string& order);
  // A folder for the order's own files, made.
  absl::StatusOr<std::filesystem::path> OrderFolder(const std::string& order);
  // Removes the order's folder, and what it had of its payload.
  void Discard(const std::string& order);

 private:
  absl::Status FetchFrom(const v1::Payload& payload, const std::string& source,
                         const std::filesystem::path& file);

  const std::filesystem::path folder_;
  const PayloadSource server_;
  host::Downloader* const downloader_;
};

}  // namespace muster::remedy

#endif  // MUSTER_AGENT_REMEDY_PAYLOAD_FOLDER_H_
