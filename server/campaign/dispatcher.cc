#include "server/campaign/dispatcher.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/orders/manifest.h"
#include "common/proto_time.h"
#include "server/campaign/announcement.h"
#include "server/campaign/engine.h"

namespace muster::campaign {
namespace {

constexpr absl::Duration kKeyInterval = absl::Seconds(1);
// A tree of 100,000 targets is 6 MiB.
constexpr size_t kMaxDecks = 64;
// Several waves may begin and end in one turn, where they are empty.
constexpr int kMaxSteps = 200;

}  // namespace

Dispatcher::Dispatcher(Store& store, DispatcherOptions options, Clock clock,
                       std::function<void()> after_turn)
    : store_(store),
      options_(options),
      clock_(std::move(clock)),
      after_turn_(std::move(after_turn)),
      thread_([this] { Loop(); }) {}

Dispatcher::~Dispatcher() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void Dispatcher::Connected(const MachineId& machine, uint64_t key_set_serial,
                           std::weak_ptr<OrderSink> sink) {
  absl::MutexLock lock(&mutex_);
  peers_[machine] = {std::move(sink), {}, key_set_serial};
  arrivals_.push_back(machine);
}

void Dispatcher::Disconnected(const MachineId& machine, const OrderSink* sink) {
  absl::MutexLock lock(&mutex_);
  auto it = peers_.find(machine);
  if (it == peers_.end()) return;
  auto there = it->second.sink.lock();
  if (there == nullptr || there.get() == sink) peers_.erase(it);
}

bool Dispatcher::IsConnected(const MachineId& machine) {
  absl::MutexLock lock(&mutex_);
  return peers_.contains(machine);
}

void Dispatcher::Loop() {
  for (;;) {
    Turn();
    after_turn_();
    absl::MutexLock lock(&mutex_);
    const auto stop = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_; };
    if (mutex_.AwaitWithTimeout(absl::Condition(&stop), options_.interval)) return;
  }
}

void Dispatcher::Turn() {
  LearnKeys();
  GreetArrivals();
  SendAgain();
  Withdraw();
  auto open = store_.Open();
  if (!open.ok()) return;  // the database is away: whoever reports says so
  for (const std::string& campaign : *open) {
    const absl::Status stepped = Step(campaign);
    if (!stepped.ok() && !absl::IsAborted(stepped) && !absl::IsUnavailable(stepped)) {
      spdlog::error("campaigns/{} could not be moved on: {}", campaign, stepped.ToString());
    }
  }
}

void Dispatcher::LearnKeys() {
  const absl::Time now = absl::Now();
  if (now - keys_learnt_ < kKeyInterval) return;
  auto sets = store_.KeySets();
  if (!sets.ok()) return;
  keys_learnt_ = now;
  absl::MutexLock lock(&mutex_);
  key_sets_ = *std::move(sets);
}

absl::Status Dispatcher::Step(const std::string& campaign) {
  auto deck = DeckOf(campaign);
  if (!deck.ok()) return deck.status();
  std::vector<OrderRow> offered;
  absl::Status stepped =
      store_.Change(campaign, /*only_if_free=*/true, [&](CampaignTransaction& transaction) {
        const absl::Time now = clock_();
        // Who was at work when it was stopped has its deadline all the same.
        if (transaction.row().state != v1::Campaign::RUNNING) {
          return transaction.ExpireOverdue(now, absl::InfiniteFuture());
        }
        if (absl::Status advanced = Advance(transaction, **deck, now); !advanced.ok())
          return advanced;
        if (transaction.row().state != v1::Campaign::RUNNING) return absl::OkStatus();
        auto more = OfferMore(transaction, now);
        if (!more.ok()) return more.status();
        offered = *std::move(more);
        return absl::OkStatus();
      });
  if (stepped.ok()) Hand(offered);
  return stepped;
}

absl::Status Dispatcher::Advance(CampaignTransaction& transaction, const Deck& deck,
                                 absl::Time now) {
  CampaignRow& row = transaction.row();
  v1::OrderManifest manifest;
  manifest.ParseFromString(row.manifest);
  absl::Status done = transaction.ExpireOverdue(now, FromProto(manifest.not_after()));
  if (done.ok() && !row.spec.rule().empty()) done = transaction.NoteRelapses(row.spec.rule(), now);
  if (!done.ok()) return done;
  const auto pause = [&](v1::Campaign::PauseReason reason, const std::string& detail) {
    row.state = v1::Campaign::PAUSED;
    row.pause_reason = reason;
    row.pause_detail = detail;
    spdlog::warn("campaigns/{} paused: {}", row.id, detail);
    return Announce(transaction, "campaign.paused", detail, now);
  };
  if (now + options_.payload_margin > deck.payload_breaks_at) {
    return pause(v1::Campaign::PAYLOAD_LAPSES,
                 absl::StrCat("a catalog of the payload itself lapses at ",
                              absl::FormatTime(absl::RFC3339_sec, deck.payload_breaks_at,
                                               absl::UTCTimeZone())));
  }
  for (int step = 0; step < kMaxSteps; ++step) {
    auto waves = transaction.Waves(now);
    if (!waves.ok()) return waves.status();
    const Decision decision = Decide(row.spec.waves(), *waves, now);
    if (decision.kind == Decision::Kind::kNothing) return absl::OkStatus();
    if (decision.kind == Decision::Kind::kPause) {
      return pause(decision.reason, decision.detail);
    }
    if (decision.kind == Decision::Kind::kComplete) {
      row.state = v1::Campaign::COMPLETED;
      row.ended_at = now;
      spdlog::info("campaigns/{} is complete", row.id);
      return Announce(transaction, "campaign.completed", "every machine has its result", now);
    }
    WaveRow& wave = (*waves)[static_cast<size_t>(decision.wave - 1)];
    if (decision.kind == Decision::Kind::kStart) {
      wave.state = v1::Wave::ACTIVE;
      wave.started_at = now;
    } else if (decision.kind == Decision::Kind::kSoak) {
      wave.state = v1::Wave::SOAKING;
      wave.soaks_since = now;
    } else {
      wave.state = v1::Wave::DONE;
      wave.ended_at = now;
      done = Announce(transaction, "campaign.wave_done",
                      absl::StrCat("wave ", wave.number, " is done"), now);
      if (!done.ok()) return done;
    }
    ++row.version;
    if (absl::Status put = transaction.PutWave(wave); !put.ok()) return put;
    if (decision.kind == Decision::Kind::kStart) return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<OrderRow>> Dispatcher::OfferMore(CampaignTransaction& transaction,
                                                            absl::Time now) {
  const CampaignRow& row = transaction.row();
  auto scheduled = transaction.Scheduled();
  if (!scheduled.ok()) return scheduled.status();
  std::vector<OrderRow> offers;
  if (scheduled->empty()) return offers;
  auto waves = transaction.Waves(now);
  if (!waves.ok()) return waves.status();
  std::vector<int64_t> slots;
  for (const WaveRow& wave : *waves) {
    slots.push_back(FreeSlots(row.spec.waves(wave.number - 1), wave));
  }
  std::vector<MachineId> quiet;
  for (const ScheduledOrder& order : *scheduled) {
    if (!IsConnected(order.machine)) continue;
    const v1::WavePolicy& policy = row.spec.waves(order.wave - 1);
    if (int64_t& free = slots[static_cast<size_t>(order.wave - 1)]; free > 0) {
      --free;
      OrderRow& offer = offers.emplace_back();
      offer.machine = order.machine;
      offer.campaign = row.id;
      offer.wave = order.wave;
      offer.leaf = order.leaf;
      offer.attempt = order.attempt;
      offer.deadline_at = now + FromProto(policy.deadline());
    } else if (order.last_seen.value_or(absl::InfinitePast()) <
               now - FromProto(policy.offline_after()) / 2) {
      quiet.push_back(order.machine);  // it waits for its turn, and is not offline
    }
  }
  if (!quiet.empty()) {
    if (absl::Status touched = transaction.Touch(quiet, now); !touched.ok()) return touched;
  }
  if (!offers.empty()) {
    if (absl::Status offered = transaction.Offer(offers, now); !offered.ok()) return offered;
  }
  return offers;
}

absl::StatusOr<std::shared_ptr<const Dispatcher::Deck>> Dispatcher::DeckOf(
    const std::string& campaign) {
  if (auto it = decks_.find(campaign); it != decks_.end()) return it->second;
  auto row = store_.Find(campaign);
  if (!row.ok()) return row.status();
  auto approvals = store_.Approvals(campaign);
  if (!approvals.ok()) return approvals.status();
  auto targets = store_.Targets(campaign);
  if (!targets.ok()) return targets.status();
  if (targets->empty()) return absl::InternalError("a running campaign has no targets");
  auto deck = std::make_shared<Deck>();
  if (const v1::Payload* payload = orders::PayloadOf(row->spec.action())) {
    auto stored = store_.FindPayload(*Digest::FromBytes(payload->sha256()));
    if (!stored.ok()) return stored.status();
    if (stored->has_breaks_at()) deck->payload_breaks_at = FromProto(stored->breaks_at());
  }
  deck->signed_manifest.set_manifest(row->manifest);
  for (const ApprovalRow& approval : *approvals) {
    *deck->signed_manifest.add_signatures() = approval.signature;
  }
  deck->tree = std::make_unique<orders::MerkleTree>(*std::move(targets));
  if (decks_.size() >= kMaxDecks) decks_.clear();
  decks_[campaign] = deck;
  return deck;
}

// What is lost on the way is offered again when the machine comes back, or says nothing.
void Dispatcher::Hand(const std::vector<OrderRow>& orders) {
  for (const OrderRow& order : orders) {
    auto deck = DeckOf(order.campaign);
    if (!deck.ok()) {
      spdlog::error("campaigns/{}: {}", order.campaign, deck.status().ToString());
      return;
    }
    v1::ServerMessage message;
    v1::Order& offer = *message.mutable_order();
    *offer.mutable_signed_manifest() = (*deck)->signed_manifest;
    offer.set_leaf(order.leaf);
    for (const Digest& sibling : (*deck)->tree->Proof(order.leaf)) {
      offer.add_proof(sibling.ToBytes());
    }
    offer.set_attempt(order.attempt);
    Send(order.machine, std::move(message));
  }
}

void Dispatcher::Send(const MachineId& machine, v1::ServerMessage message) {
  std::shared_ptr<OrderSink> sink;
  v1::ServerMessage keys;
  {
    absl::MutexLock lock(&mutex_);
    auto it = peers_.find(machine);
    if (it == peers_.end()) return;
    sink = it->second.sink.lock();
    for (uint64_t serial = it->second.key_set_serial; serial < key_sets_.size(); ++serial) {
      *keys.mutable_key_set_changes()->add_key_sets() = key_sets_[serial];
    }
    it->second.key_set_serial = std::max<uint64_t>(it->second.key_set_serial, key_sets_.size());
  }
  if (sink == nullptr) return;
  if (keys.has_key_set_changes()) sink->OnOrderMessage(std::move(keys));
  sink->OnOrderMessage(std::move(message));
}

void Dispatcher::GreetArrivals() {
  std::vector<MachineId> arrivals;
  {
    absl::MutexLock lock(&mutex_);
    arrivals.swap(arrivals_);
  }
  if (arrivals.empty()) return;
  auto unanswered = store_.Unanswered(arrivals);
  if (!unanswered.ok()) {
    absl::MutexLock lock(&mutex_);
    arrivals_.insert(arrivals_.end(), arrivals.begin(), arrivals.end());
    return;
  }
  Hand(*unanswered);
}

// Whether an offer was committed is not known where the database went away with the answer: nobody
// has handed such an order out.
void Dispatcher::SendAgain() {
  const absl::Time now = absl::Now();
  if (now - sent_again_ < options_.patience) return;
  auto unanswered = store_.UnansweredSince(clock_() - options_.patience);
  if (!unanswered.ok()) return;  // the next turn looks again
  sent_again_ = now;
  std::erase_if(*unanswered, [this](const OrderRow& row) { return !IsConnected(row.machine); });
  Hand(*unanswered);
}

void Dispatcher::Withdraw() {
  auto cancelled = store_.Cancelled();
  if (!cancelled.ok()) return;  // the next turn looks again
  for (const OrderRow& order : *cancelled) {
    {
      absl::MutexLock lock(&mutex_);
      auto peer = peers_.find(order.machine);
      if (peer == peers_.end() || !peer->second.withdrawn.insert(order.campaign).second) continue;
    }
    v1::ServerMessage message;
    message.mutable_order_withdrawal()->set_campaign(absl::StrCat("campaigns/", order.campaign));
    Send(order.machine, std::move(message));
  }
}

}  // namespace muster::campaign
