// Payloads on this machine: by digest, got in pieces, verified before use.
#ifndef MUSTER_AGENT_REMEDY_PAYLOAD_FOLDER_H_
#define MUSTER_AGENT_REMEDY_PAYLOAD_FOLDER_H_

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "muster/v1/order.pb.h"

namespace muster::remedy {

// Gives a payload's bytes from `offset` on to `take`, in order; ends early where that answers an
// error, with it.
using PayloadSource =
    std::function<absl::Status(const std::string& sha256, uint64_t offset,
                               const std::function<absl::Status(absl::string_view)>& take)>;

// One thread at a time. Blocks.
class PayloadFolder {
 public:
  PayloadFolder(std::filesystem::path folder, PayloadSource server)
      : folder_(std::move(folder)), server_(std::move(server)) {}

  // The payload as a file with its own name, in a folder of `order`: from what is here already,
  // from the folders that `sources` names, else from the server, going on where an earlier try
  // ended. It is read and hashed whole before this answers. DATA_LOSS: the server's bytes are not
  // what was signed. Other errors pass: UNAVAILABLE, RESOURCE_EXHAUSTED (the disk).
  absl::StatusOr<std::filesystem::path> Fetch(const v1::Payload& payload,
                                              const std::vector<std::string>& sources,
                                              const std::string& order);
  // A folder for the order's own files, made.
  absl::StatusOr<std::filesystem::path> OrderFolder(const std::string& order);
  // Removes the order's folder, and parts of payloads that nobody goes on with.
  void Discard(const std::string& order);

 private:
  absl::Status Download(const v1::Payload& payload, const std::filesystem::path& part);

  const std::filesystem::path folder_;
  const PayloadSource server_;
};

}  // namespace muster::remedy

#endif  // MUSTER_AGENT_REMEDY_PAYLOAD_FOLDER_H_
