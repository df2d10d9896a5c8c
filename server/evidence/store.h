// What evidence needs of a database. server/store implements it.
#ifndef MUSTER_SERVER_EVIDENCE_STORE_H_
#define MUSTER_SERVER_EVIDENCE_STORE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/digest.h"
#include "muster/v1/evidence.pb.h"

namespace muster::evidence {

// One machine's bundle for one campaign.
struct BundleRow {
  std::string id;  // 16 hex digits
  Digest machine;
  std::string campaign;  // its id
  uint64_t size = 0;     // bytes
  Digest sha256;
  bool masked = false;
  absl::Time created_at;
};

// Thread-safe. Errors as inventory::Transaction's.
class Store {
 public:
  virtual ~Store() = default;

  // Whether an order of this campaign that collects evidence is under way on the machine.
  virtual absl::StatusOr<bool> IsAskedFor(const Digest& machine, const std::string& campaign) = 0;
  // Takes the place of what the machine sent for the campaign before. `read` gives the bytes piece
  // by piece, at the end an empty one.
  virtual absl::Status Put(const BundleRow& row,
                           const std::function<absl::StatusOr<std::string>()>& read) = 0;
  // `request` has a page size; its parent is a machine, by id or name, or a campaign. NOT_FOUND: no
  // such machine.
  virtual absl::StatusOr<v1::ListEvidenceBundlesResponse> List(
      const v1::ListEvidenceBundlesRequest& request) = 0;
  // The bytes, piece by piece. NOT_FOUND.
  virtual absl::Status Read(const std::string& id,
                            const std::function<absl::Status(absl::string_view)>& take) = 0;
  // NOT_FOUND.
  virtual absl::Status Delete(const std::string& id) = 0;
  // How many were older, and are gone.
  virtual absl::StatusOr<int64_t> DeleteOlderThan(absl::Time time) = 0;
};

}  // namespace muster::evidence

#endif  // MUSTER_SERVER_EVIDENCE_STORE_H_
