// The sessions that this server holds, and what each is waiting for.
#ifndef MUSTER_SERVER_INVENTORY_SESSION_REGISTRY_H_
#define MUSTER_SERVER_INVENTORY_SESSION_REGISTRY_H_

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "muster/v1/gateway.pb.h"
#include "server/inventory/store.h"
#include "server/inventory/upload_board.h"

namespace muster::inventory {

// The far end of a session. Called from writer threads, never under a lock; must not block.
class SessionSink {
 public:
  virtual ~SessionSink() = default;
  // What the server wants of sets that Welcome left open, or has now stored.
  virtual void OnSetAnswers(v1::SetAnswers answers) = 0;
};

// A set that a session has and the server lacks.
struct PendingSet {
  v1::Outcome outcome;
  Digest set;
  std::optional<Digest> base;
  bool stored = false;  // by now
};

// Thread-safe.
class SessionRegistry {
 public:
  SessionId Add(const MachineId& machine, std::weak_ptr<SessionSink> sink);
  void Remove(SessionId session);

  void SetPending(SessionId session, v1::SetKind kind, PendingSet pending);
  // Null where the session is gone or has moved on to another set.
  std::optional<PendingSet> Pending(SessionId session, v1::SetKind kind, const Digest& set) const;
  void DropPending(SessionId session, v1::SetKind kind);

  // The set is stored now. True: so is everything else that the session waits for.
  bool MarkStored(SessionId session, v1::SetKind kind, const Digest& set, absl::Time now);
  // What is stored of what the session waits for.
  std::map<v1::SetKind, PendingSet> StoredSets(SessionId session) const;
  // Sessions that have waited since before `since` for the rest, with something stored.
  std::vector<SessionId> Overdue(absl::Time since);

  std::optional<MachineId> Machine(SessionId session) const;
  // Passes answers on; nothing happens where the session is gone.
  void Answer(SessionId session, v1::SetAnswers answers) const;
  size_t size() const;

 private:
  struct Entry {
    MachineId machine;
    std::weak_ptr<SessionSink> sink;
    std::map<v1::SetKind, PendingSet> pending;
    absl::Time waiting_since = absl::InfiniteFuture();  // with something stored
  };
  mutable absl::Mutex mutex_;
  SessionId last_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<SessionId, Entry> sessions_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_SESSION_REGISTRY_H_
