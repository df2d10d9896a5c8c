// Who sends which set: when a thousand clones come with a set that the server has never seen, one
// sends it and the others wait for it.
#ifndef MUSTER_SERVER_INVENTORY_UPLOAD_BOARD_H_
#define MUSTER_SERVER_INVENTORY_UPLOAD_BOARD_H_

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/digest.h"
#include "muster/v1/inventory.pb.h"

namespace muster::inventory {

using SessionId = uint64_t;

struct UploadBoardOptions {
  // Sets that may be under way at once: each holds a digest list of up to 2 MiB in memory.
  size_t max_uploads = 64;
  // A sender that is silent for so long is passed over; what it still sends is taken all the same.
  absl::Duration patience = absl::Seconds(30);
};

// A session that wants a set to be stored.
struct Claim {
  SessionId session = 0;
  v1::SetKind kind = v1::SET_KIND_UNSPECIFIED;
  Digest set;
};

// Thread-safe. Methods that answer claims name those whose session is to send its set now.
class UploadBoard {
 public:
  explicit UploadBoard(UploadBoardOptions options) : options_(options) {}

  // True: send it. False: wait; a later answer names this claim, or Complete does.
  bool Join(const Claim& claim, absl::Time now);

  // What the sender announced: the set's whole list, and the items that the database lacks.
  void Announce(const Digest& set, std::vector<Digest> list, std::vector<Digest> missing,
                absl::Time now);
  // Of `items`, those that the set still misses are struck off. The list once nothing is missing
  // any more. Null while something is, or where nothing was announced.
  std::optional<std::vector<Digest>> Receive(const Digest& set, const std::vector<Digest>& items,
                                             absl::Time now);
  // True where the set misses this item.
  bool Misses(const Digest& set, const Digest& item) const;

  struct Completion {
    std::vector<Claim> waiting;   // every claim on the set, the sender's included
    std::vector<Claim> send_now;  // claims on other sets whose turn has come
  };
  // The set is stored.
  Completion Complete(const Digest& set);

  // The session is gone.
  std::vector<Claim> Leave(SessionId session, absl::Time now);
  // Passes over silent senders.
  std::vector<Claim> Tick(absl::Time now);

 private:
  struct Entry {
    std::list<Claim> claims;  // the first is the sender, once `sending`
    bool sending = false;
    absl::Time heard;
    std::vector<Digest> list;
    absl::flat_hash_set<Digest> missing;
    bool announced = false;
  };

  std::vector<Claim> StartQueued(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Erase(const Digest& set) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const UploadBoardOptions options_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<Digest, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::deque<Digest> queue_ ABSL_GUARDED_BY(mutex_);  // sets that nobody sends yet, oldest first
  size_t sending_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_UPLOAD_BOARD_H_
