#include "server/notification/sender.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/backoff.h"
#include "common/sigpipe.h"
#include "server/notification/outcome.h"
#include "server/notification/transport.h"

namespace muster::notification {
namespace {

constexpr size_t kMaxUnderWay = 16;
// Results that the store does not take: beyond these, nothing more is sent.
constexpr size_t kMaxUnwritten = 256;
// A lease outlives the attempt by this much, for the store to be told of it.
constexpr absl::Duration kLeaseMargin = absl::Seconds(30);
// What is under way at the end usually ends well within this; each one aborted is one sent twice.
constexpr std::chrono::milliseconds kGrace{300};

}  // namespace

Sender::Sender(Store& store, SenderOptions options, Clock clock)
    : store_(store),
      options_(std::move(options)),
      clock_(std::move(clock)),
      transport_(std::make_unique<Transport>(options_)),
      random_(std::random_device{}()) {
  thread_ = std::thread([this] { Run(); });
}

Sender::~Sender() {
  stopping_ = true;
  transport_->EndBy(Steady::now() + kGrace);
  thread_.join();
}

void Sender::Wake() {
  woken_ = true;
  transport_->Wakeup();
}

void Sender::Run() {
  BlockSigpipe();
  while (!stopping_) {
    if (Steady::now() >= next_write_) WriteDown();
    if (HasRoom() && (woken_.exchange(false) || Steady::now() >= next_look_)) Look();
    Keep(transport_->Poll(UntilNextStep()));
  }
  const Steady::time_point end = Steady::now() + kGrace;
  while (transport_->under_way() > 0 && Steady::now() < end) {
    Keep(transport_->Poll(end - Steady::now()));
  }
  WriteDown();
}

bool Sender::HasRoom() const {
  return transport_->under_way() < kMaxUnderWay && unwritten_.size() < kMaxUnwritten;
}

Sender::Steady::duration Sender::UntilNextStep() const {
  // Without room, the end of an attempt ends the wait, or a result that could be written.
  Steady::time_point next = HasRoom() ? next_look_ : Steady::time_point::max();
  if (!unwritten_.empty()) next = std::min(next, next_write_);
  const Steady::time_point now = Steady::now();
  return next <= now ? Steady::duration::zero() : next - now;
}

void Sender::Look() {
  const size_t room = kMaxUnderWay - transport_->under_way();
  next_look_ = Steady::now() + absl::ToChronoNanoseconds(options_.poll_interval);
  const absl::Time now = clock_();
  auto due = store_.TakeDue(now, options_.timeout + kLeaseMargin, static_cast<int>(room));
  NoteStore(due.status());
  if (!due.ok()) return;
  size_t started = 0;
  for (Delivery& delivery : *due) {
    // The lease was too short for it: the clock was turned, or the store did not take the result.
    if (transport_->IsUnderWay(delivery.id) || IsUnwritten(delivery.id)) continue;
    transport_->Start(std::move(delivery), now);
    ++started;
  }
  // There may be more, to be looked for as soon as there is room.
  if (started > 0 && due->size() >= room) next_look_ = Steady::now();
}

void Sender::Keep(const std::vector<Finished>& finished) {
  for (const Finished& one : finished) {
    if (one.outcome.kind == Outcome::Kind::kAborted) continue;
    unwritten_.push_back(Decide(one));
    next_write_ = Steady::now();
  }
}

Sender::Result Sender::Decide(const Finished& finished) {
  const auto& [delivery, outcome] = finished;
  const absl::Time now = clock_();
  if (outcome.kind == Outcome::Kind::kSent) return {Result::Kind::kSent, delivery.id, "", now};
  const int attempts = delivery.attempts + 1;
  const bool retry = outcome.kind == Outcome::Kind::kRetry && attempts < options_.max_attempts;
  if (!retry) {
    spdlog::warn("notification {} ({}) is given up after attempt {}: {}", delivery.id,
                 PrintableLine(delivery.event), attempts, outcome.error);
    return {Result::Kind::kGivenUp, delivery.id, outcome.error, now};
  }
  const absl::Duration pause = Pause(finished);
  // A millisecond late rather than early: the store hands nothing out before its time.
  next_look_ = std::min(next_look_,
                        Steady::now() + absl::ToChronoNanoseconds(pause + absl::Milliseconds(1)));
  return {Result::Kind::kFailed, delivery.id, outcome.error, now + pause};
}

absl::Duration Sender::Pause(const Finished& finished) {
  Backoff backoff(
      {options_.first_pause, options_.max_pause, /*multiplier=*/2, absl::ZeroDuration()}, Digest{},
      random_());
  absl::Duration pause = backoff.Next();
  for (int i = 0; i < finished.delivery.attempts && i < options_.max_attempts; ++i) {
    pause = backoff.Next();
  }
  return std::min(std::max(pause, finished.outcome.retry_after), options_.max_pause);
}

void Sender::WriteDown() {
  std::vector<Result> kept;
  bool reachable = true;
  for (Result& result : unwritten_) {
    absl::Status status = absl::OkStatus();
    if (reachable) {
      status = WriteDown(result);
      NoteStore(status);
      if (status.ok()) continue;
      // One result that is refused must not keep the others; a store that is away is not asked for
      // each of them.
      reachable = !absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status);
    }
    kept.push_back(std::move(result));
  }
  unwritten_ = std::move(kept);
  next_write_ = Steady::now() + absl::ToChronoNanoseconds(options_.poll_interval);
}

absl::Status Sender::WriteDown(const Result& result) {
  absl::Status status;
  switch (result.kind) {
    case Result::Kind::kSent:
      status = store_.MarkSent(result.id, result.at);
      break;
    case Result::Kind::kFailed:
      status = store_.MarkFailed(result.id, result.error, result.at);
      break;
    case Result::Kind::kGivenUp:
      status = store_.MarkGivenUp(result.id, result.error, result.at);
      break;
  }
  // Nobody waits for the result of what was deleted meanwhile.
  return absl::IsNotFound(status) ? absl::OkStatus() : status;
}

bool Sender::IsUnwritten(int64_t id) const {
  return std::any_of(unwritten_.begin(), unwritten_.end(),
                     [&](const Result& result) { return result.id == id; });
}

void Sender::NoteStore(const absl::Status& status) {
  if (!status.ok() && !store_failed_) {
    spdlog::warn("notifications wait for the database: {}", status.ToString());
  }
  store_failed_ = !status.ok();
}

}  // namespace muster::notification
