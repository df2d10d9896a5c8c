#include "server/inventory/session_registry.h"

#include <algorithm>
#include <utility>

namespace muster::inventory {

SessionId SessionRegistry::Add(const MachineId& machine, std::weak_ptr<SessionSink> sink) {
  absl::MutexLock lock(&mutex_);
  Entry& entry = sessions_[++last_];
  entry.machine = machine;
  entry.sink = std::move(sink);
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

bool SessionRegistry::MarkStored(SessionId session, v1::SetKind kind, const Digest& set,
                                 absl::Time now) {
  absl::MutexLock lock(&mutex_);
  auto it = sessions_.find(session);
  if (it == sessions_.end()) return false;
  Entry& entry = it->second;
  auto pending = entry.pending.find(kind);
  if (pending == entry.pending.end() || pending->second.set != set) return false;
  pending->second.stored = true;
  entry.waiting_since = std::min(entry.waiting_since, now);
  return std::ranges::all_of(entry.pending, [](const auto& each) { return each.second.stored; });
}

std::map<v1::SetKind, PendingSet> SessionRegistry::StoredSets(SessionId session) const {
  absl::MutexLock lock(&mutex_);
  auto it = sessions_.find(session);
  if (it == sessions_.end()) return {};
  std::map<v1::SetKind, PendingSet> stored = it->second.pending;
  std::erase_if(stored, [](const auto& each) { return !each.second.stored; });
  return stored;
}

std::vector<SessionId> SessionRegistry::Overdue(absl::Time since) {
  absl::MutexLock lock(&mutex_);
  std::vector<SessionId> overdue;
  for (auto& [session, entry] : sessions_) {
    if (entry.waiting_since > since) continue;
    entry.waiting_since = absl::InfiniteFuture();
    overdue.push_back(session);
  }
  return overdue;
}

void SessionRegistry::Answer(SessionId session, v1::SetAnswers answers) const {
  std::shared_ptr<SessionSink> sink;
  {
    absl::MutexLock lock(&mutex_);
    auto it = sessions_.find(session);
    if (it != sessions_.end()) sink = it->second.sink.lock();
  }
  if (sink) sink->OnSetAnswers(std::move(answers));
}

size_t SessionRegistry::size() const {
  absl::MutexLock lock(&mutex_);
  return sessions_.size();
}

}  // namespace muster::inventory
