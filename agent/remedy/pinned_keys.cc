#include "agent/remedy/pinned_keys.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/orders/key_set.h"

namespace muster::remedy {

absl::StatusOr<PinnedKeys> PinnedKeys::Load(const std::filesystem::path& file) {
  PinnedKeys pinned;
  pinned.file_ = file;
  auto content = ReadSmallFile(file);
  if (absl::IsNotFound(content.status())) return pinned;
  if (!content.ok()) return content.status();
  v1::KeySet keys;
  if (!keys.ParseFromString(*content) || !orders::CheckKeySet(keys).ok()) {
    return absl::DataLossError(
        absl::StrCat(file.string(), " is damaged: remove it, and enrol this machine again"));
  }
  pinned.keys_ = std::move(keys);
  return pinned;
}

absl::Status PinnedKeys::Keep(v1::KeySet set) {
  if (!file_.empty()) {
    absl::Status kept = ReplaceFileContent(file_, set.SerializeAsString(), FileMode::kShared);
    if (!kept.ok()) return kept;
  }
  keys_ = std::move(set);
  return absl::OkStatus();
}

absl::Status PinnedKeys::PinFirst(const v1::SignedKeySet& set) {
  if (keys_) return absl::OkStatus();
  v1::KeySet first;
  if (!first.ParseFromString(set.key_set())) {
    return absl::InvalidArgumentError("the server's key set cannot be read");
  }
  if (auto checked = orders::CheckKeySet(first); !checked.ok()) return checked;
  return Keep(std::move(first));
}

absl::Status PinnedKeys::Follow(absl::Span<const v1::SignedKeySet> changes) {
  for (const v1::SignedKeySet& change : changes) {
    v1::KeySet named;
    if (named.ParseFromString(change.key_set()) && named.serial() <= serial()) continue;
    // Without pins there is nothing to check a change against.
    if (!keys_) return absl::FailedPreconditionError("no operator keys are pinned: enrol again");
    auto next = orders::Follow(&*keys_, change);
    if (!next.ok()) return next.status();
    if (auto kept = Keep(*std::move(next)); !kept.ok()) return kept;
  }
  return absl::OkStatus();
}

}  // namespace muster::remedy
