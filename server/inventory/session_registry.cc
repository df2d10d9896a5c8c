#include "server/inventory/session_registry.h"

#include <utility>

namespace muster::inventory {

SessionId SessionRegistry::Add(const MachineId& machine, std::weak_ptr<SessionSink> sink) {
  absl::MutexLock lock(&mutex_);
  sessions_[++last_] = Entry{machine, std::move(sink), {}};
  return last_;
}

void SessionRegistry::Remove(SessionId session) {
  absl::MutexLock lock(&mutex_);
  sessions_.erase(session);
}

void SessionRegistry::SetPending(SessionId session, v1::SetKind kind, PendingSet pending) {
  absl::MutexLock lock(&mutex_);
  auto it = sessions_.find(session);
  if (it != sessions_.end()) it->second.pending[kind] = std::move(pending);
}

std::optional<PendingSet> SessionRegistry::Pending(SessionId session, v1::SetKind kind,
                                                   const Digest& set) const {
  absl::MutexLock lock(&mutex_);
  auto it = sessions_.find(session);
  if (it == sessions_.end()) return std::nullopt;
  auto pending = it->second.pending.find(kind);
  if (pending == it->second.pending.end() || pending->second.set != set) return std::nullopt;
  return pending->second;
}

void SessionRegistry::DropPending(SessionId session, v1::SetKind kind) {
  absl::MutexLock lock(&mutex_);
  auto it = sessions_.find(session);
  if (it != sessions_.end()) it->second.pending.erase(kind);
}

std::optional<MachineId> SessionRegistry::Machine(SessionId session) const {
  absl::MutexLock lock(&mutex_);
  auto it = sessions_.find(session);
  if (it == sessions_.end()) return std::nullopt;
  return it->second.machine;
}

void SessionRegistry::Answer(SessionId session, const v1::SetAnswer& answer) const {
  std::shared_ptr<SessionSink> sink;
  {
    absl::MutexLock lock(&mutex_);
    auto it = sessions_.find(session);
    if (it != sessions_.end()) sink = it->second.sink.lock();
  }
  if (sink) sink->OnSetAnswer(answer);
}

size_t SessionRegistry::size() const {
  absl::MutexLock lock(&mutex_);
  return sessions_.size();
}

}  // namespace muster::inventory
