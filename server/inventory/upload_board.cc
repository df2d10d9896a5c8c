#include "server/inventory/upload_board.h"

#include <utility>

namespace muster::inventory {

bool UploadBoard::Join(const Claim& claim, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  auto [it, fresh] = entries_.try_emplace(claim.set);
  Entry& entry = it->second;
  for (const Claim& other : entry.claims) {
    if (other.session != claim.session || other.kind != claim.kind) continue;
    return entry.sending && &other == &entry.claims.front();
  }
  entry.claims.push_back(claim);
  if (!fresh) return false;
  if (sending_ >= options_.max_uploads) {
    queue_.push_back(claim.set);
    return false;
  }
  entry.sending = true;
  entry.heard = now;
  ++sending_;
  return true;
}

void UploadBoard::Announce(const Digest& set, std::vector<Digest> list, std::vector<Digest> missing,
                           absl::Time now) {
  absl::MutexLock lock(&mutex_);
  auto it = entries_.find(set);
  if (it == entries_.end()) return;
  Entry& entry = it->second;
  entry.heard = now;
  entry.announced = true;
  entry.list = std::move(list);
  entry.missing = {missing.begin(), missing.end()};
}

std::optional<std::vector<Digest>> UploadBoard::Receive(const Digest& set,
                                                        const std::vector<Digest>& items,
                                                        absl::Time now) {
  absl::MutexLock lock(&mutex_);
  auto it = entries_.find(set);
  if (it == entries_.end() || !it->second.announced) return std::nullopt;
  Entry& entry = it->second;
  entry.heard = now;
  for (const Digest& item : items) entry.missing.erase(item);
  if (!entry.missing.empty()) return std::nullopt;
  return entry.list;
}

bool UploadBoard::Misses(const Digest& set, const Digest& item) const {
  absl::MutexLock lock(&mutex_);
  auto it = entries_.find(set);
  return it != entries_.end() && it->second.missing.contains(item);
}

UploadBoard::Completion UploadBoard::Complete(const Digest& set) {
  absl::MutexLock lock(&mutex_);
  Completion completion;
  auto it = entries_.find(set);
  if (it == entries_.end()) return completion;
  completion.waiting.assign(it->second.claims.begin(), it->second.claims.end());
  absl::Time now = it->second.heard;
  Erase(set);
  completion.send_now = StartQueued(now);
  return completion;
}

std::vector<Claim> UploadBoard::Leave(SessionId session, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  std::vector<Claim> send_now;
  std::vector<Digest> deserted;
  for (auto& [set, entry] : entries_) {
    bool was_sender = entry.sending && entry.claims.front().session == session;
    entry.claims.remove_if([&](const Claim& claim) { return claim.session == session; });
    if (entry.claims.empty()) {
      deserted.push_back(set);
    } else if (was_sender) {
      entry.heard = now;
      send_now.push_back(entry.claims.front());
    }
  }
  for (const Digest& set : deserted) Erase(set);
  for (const Claim& claim : StartQueued(now)) send_now.push_back(claim);
  return send_now;
}

std::vector<Claim> UploadBoard::Tick(absl::Time now) {
  absl::MutexLock lock(&mutex_);
  std::vector<Claim> send_now;
  for (auto& [set, entry] : entries_) {
    if (!entry.sending || now - entry.heard < options_.patience) continue;
    entry.heard = now;
    entry.claims.splice(entry.claims.end(), entry.claims, entry.claims.begin());
    send_now.push_back(entry.claims.front());
  }
  return send_now;
}

std::vector<Claim> UploadBoard::StartQueued(absl::Time now) {
  std::vector<Claim> send_now;
  while (sending_ < options_.max_uploads && !queue_.empty()) {
    auto it = entries_.find(queue_.front());
    queue_.pop_front();
    if (it == entries_.end() || it->second.sending) continue;
    it->second.sending = true;
    it->second.heard = now;
    ++sending_;
    send_now.push_back(it->second.claims.front());
  }
  return send_now;
}

void UploadBoard::Erase(const Digest& set) {
  auto it = entries_.find(set);
  if (it->second.sending) --sending_;
  entries_.erase(it);
}

}  // namespace muster::inventory
