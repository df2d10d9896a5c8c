// The operator keys that this agent obeys. Pinned when it enrols; changed only by what a pinned key
// signed.
#ifndef MUSTER_AGENT_REMEDY_PINNED_KEYS_H_
#define MUSTER_AGENT_REMEDY_PINNED_KEYS_H_

#include <filesystem>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "muster/v1/order.pb.h"

namespace muster::remedy {

// Used by one thread at a time.
class PinnedKeys {
 public:
  // Kept in memory alone: for simulated machines and tests.
  PinnedKeys() = default;
  // What the file holds; nothing is pinned where there is none. DATA_LOSS where it cannot be read:
  // the agent then obeys nobody until it enrols again.
  static absl::StatusOr<PinnedKeys> Load(const std::filesystem::path& file);

  // Null: none are pinned.
  const v1::KeySet* keys() const { return keys_ ? &*keys_ : nullptr; }
  uint64_t serial() const { return keys_ ? keys_->serial() : 0; }

  // Pins these, where none are. What is pinned stays otherwise. INVALID_ARGUMENT where it is no
  // whole set.
  absl::Status PinFirst(const v1::SignedKeySet& set);
  // Takes each in turn that follows the pinned set; those that are known already are passed over.
  // The first that does not follow ends it, with an error.
  absl::Status Follow(absl::Span<const v1::SignedKeySet> changes);

 private:
  absl::Status Keep(v1::KeySet set);

  std::filesystem::path file_;  // empty: in memory
  std::optional<v1::KeySet> keys_;
};

}  // namespace muster::remedy

#endif  // MUSTER_AGENT_REMEDY_PINNED_KEYS_H_
