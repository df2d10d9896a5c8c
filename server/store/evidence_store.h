// evidence::Store on PostgreSQL.
#ifndef MUSTER_SERVER_STORE_EVIDENCE_STORE_H_
#define MUSTER_SERVER_STORE_EVIDENCE_STORE_H_

#include <functional>
#include <string>

#include "server/evidence/store.h"
#include "server/store/database.h"

namespace muster::store {

// Thread-safe.
class EvidenceStore : public evidence::Store {
 public:
  // `database` must outlive the store.
  explicit EvidenceStore(Database* database) : database_(database) {}

  absl::StatusOr<bool> IsAskedFor(const Digest& machine, const std::string& campaign) override;
  absl::Status Put(const evidence::BundleRow& row,
                   const std::function<absl::StatusOr<std::string>()>& read) override;
  absl::StatusOr<v1::ListEvidenceBundlesResponse> List(
      const v1::ListEvidenceBundlesRequest& request) override;
  absl::Status Read(const std::string& id,
                    const std::function<absl::Status(absl::string_view)>& take) override;
  absl::Status Delete(const std::string& id) override;
  absl::StatusOr<int64_t> DeleteOlderThan(absl::Time time) override;

 private:
  Database* const database_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_EVIDENCE_STORE_H_
