// An image that simulated machines are cloned from: collected once by the agent's own collectors,
// varied a little per machine.
#ifndef MUSTER_TESTS_LOAD_GOLDEN_IMAGE_H_
#define MUSTER_TESTS_LOAD_GOLDEN_IMAGE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/sync/snapshot.h"

namespace muster::load {

// Immutable, shared between machines.
class GoldenImage {
 public:
  // Collects the Windows volume at `directory`, with a few variants of its update list.
  static absl::StatusOr<std::shared_ptr<const GoldenImage>> Collect(const std::string& name,
                                                                    const std::string& directory,
                                                                    int variants);

  const std::string& name() const { return name_; }
  // What machine number `index` of the fleet has: sets shared with its fellow clones, attributes
  // and dates of its own.
  std::shared_ptr<const sync::Snapshot> Clone(int index, uint64_t seed,
                                              const std::string& machine_name) const;
  // The image's log, as a machine's log follower would hand it out.
  std::vector<v1::IncidentBatch> incidents() const { return incidents_; }

 private:
  GoldenImage() = default;
  std::string name_;
  sync::Snapshot snapshot_;
  std::vector<std::shared_ptr<const ItemSet>> update_variants_;
  std::vector<v1::IncidentBatch> incidents_;
};

}  // namespace muster::load

#endif  // MUSTER_TESTS_LOAD_GOLDEN_IMAGE_H_
