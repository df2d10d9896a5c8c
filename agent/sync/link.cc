#include "agent/sync/link.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "common/proto_time.h"

namespace muster::sync {
namespace {

constexpr uint32_t kProtocolVersion = 1;
// Of one Items message; the server takes 4 MiB.
constexpr size_t kMaxItemsMessageBytes = 1024 * 1024;
// A server that would have an agent hammer it, or fall silent for good, is not obeyed.
constexpr absl::Duration kMinDelay = absl::Milliseconds(100);
constexpr absl::Duration kMaxDelay = absl::Hours(1);

absl::Duration Sane(const google::protobuf::Duration& delay) {
  return std::clamp(FromProto(delay), kMinDelay, kMaxDelay);
}

}  // namespace

Link::Link(LinkOptions options, const Digest& machine, uint64_t seed, Scheduler& scheduler,
           OpenStream open, Acknowledgements& acknowledgements, IncidentSource& incidents,
           LinkObserver observer)
    : options_(std::move(options)),
      scheduler_(scheduler),
      open_(std::move(open)),
      acknowledgements_(acknowledgements),
      incidents_(incidents),
      observer_(std::move(observer)),
      backoff_(options_.backoff, machine, seed) {}

Link::~Link() {
  for (Scheduler::TimerId* timer :
       {&connect_timer_, &heartbeat_timer_, &resend_timer_, &logs_timer_}) {
    Disarm(*timer);
  }
}

void Link::Arm(Scheduler::TimerId& timer, absl::Duration delay, void (Link::*action)()) {
  Disarm(timer);
  timer = scheduler_.After(delay, [this, &timer, action] {
    timer = 0;
    (this->*action)();
  });
}

void Link::Disarm(Scheduler::TimerId& timer) {
  if (timer != 0) scheduler_.Cancel(timer);
  timer = 0;
}

void Link::Start() { Connect(); }

void Link::SetSnapshot(std::shared_ptr<const Snapshot> snapshot) {
  snapshot_ = std::move(snapshot);
  if (state_ == State::kStreaming) SendInventory();
}

void Link::Connect() {
  state_ = State::kConnecting;
  stream_ =
      open_({[this] { OnOpen(); }, [this](const v1::ServerMessage& message) { OnMessage(message); },
             [this](const absl::Status& status) { OnClosed(status); }});
}

void Link::OnOpen() {
  state_ = State::kGreeting;
  SendHello();
}

v1::Inventory Link::DescribeInventory() {
  described_ = snapshot_;
  v1::Inventory inventory;
  for (const auto& [kind, seen] : snapshot_->kinds) {
    v1::Inventory::State& state = *inventory.add_states();
    state.set_kind(kind);
    *state.mutable_outcome() = seen.outcome;
    if (seen.set) state.set_digest(seen.set->digest().ToBytes());
    if (const SetList* base = acknowledgements_.Base(kind)) {
      state.set_base(base->digest.ToBytes());
    }
  }
  for (const v1::InstallDate& date : snapshot_->install_dates) {
    *inventory.add_install_dates() = date;
  }
  *inventory.mutable_incidents() = snapshot_->incidents;
  return inventory;
}

void Link::SendHello() {
  v1::AgentMessage message;
  v1::Hello& hello = *message.mutable_hello();
  hello.set_protocol_version(kProtocolVersion);
  hello.set_agent_version(options_.agent_version);
  *hello.mutable_attributes() = snapshot_->attributes;
  *hello.mutable_inventory() = DescribeInventory();
  if (orders_ != nullptr) hello.set_key_set_serial(orders_->KeySetSerial());
  open_kinds_.clear();
  for (const auto& [kind, seen] : snapshot_->kinds) {
    if (seen.set) open_kinds_.insert(kind);
  }
  stream_->Send(std::move(message));
}

void Link::SendInventory() {
  v1::AgentMessage message;
  *message.mutable_inventory() = DescribeInventory();
  open_kinds_.clear();
  for (const auto& [kind, seen] : snapshot_->kinds) {
    if (seen.set) open_kinds_.insert(kind);
  }
  stream_->Send(std::move(message));
}

void Link::OnMessage(const v1::ServerMessage& message) {
  switch (message.message_case()) {
    case v1::ServerMessage::kWelcome:
      return OnWelcome(message.welcome());
    case v1::ServerMessage::kSetAnswers:
      for (const v1::SetAnswer& answer : message.set_answers().answers()) OnSetAnswer(answer);
      return ReportIfInSync();
    case v1::ServerMessage::kNeedItems:
      return OnNeedItems(message.need_items());
    case v1::ServerMessage::kIncidentAck:
      return OnIncidentAck(message.incident_ack());
    case v1::ServerMessage::kRetryLater:
      return OnRetryLater(message.retry_later());
    case v1::ServerMessage::kOrder:
      if (orders_ != nullptr) orders_->OnOrder(message.order());
      return;
    case v1::ServerMessage::kOrderAck:
      if (orders_ != nullptr) orders_->OnOrderAck(message.order_ack());
      return;
    case v1::ServerMessage::kOrderWithdrawal:
      if (orders_ != nullptr) orders_->OnWithdrawal(message.order_withdrawal());
      return;
    case v1::ServerMessage::kKeySetChanges:
      if (orders_ != nullptr) orders_->OnKeySets(message.key_set_changes());
      return;
    case v1::ServerMessage::MESSAGE_NOT_SET:
      return;  // of a newer server; nothing that this agent has to know
  }
}

void Link::OnWelcome(const v1::Welcome& welcome) {
  state_ = State::kStreaming;
  backoff_.Reset();
  heartbeat_interval_ = Sane(welcome.heartbeat_interval());
  Arm(heartbeat_timer_, heartbeat_interval_, &Link::Beat);
  observer_.on_welcome();
  for (const v1::SetAnswer& answer : welcome.sets()) OnSetAnswer(answer);
  // A scan may have ended while the greeting was on its way.
  if (described_ != snapshot_) SendInventory();
  if (orders_ != nullptr) orders_->OnConnected();
  LookAtLogs();
}

const ItemSet* Link::Named(v1::SetKind kind, const std::string& digest) const {
  auto it = snapshot_->kinds.find(kind);
  if (it == snapshot_->kinds.end() || !it->second.set) return nullptr;
  return it->second.set->digest().view() == digest ? it->second.set.get() : nullptr;
}

void Link::OnSetAnswer(const v1::SetAnswer& answer) {
  const ItemSet* set = Named(answer.kind(), answer.digest());
  if (set == nullptr) return;  // it speaks of a set that has been replaced meanwhile
  switch (answer.want()) {
    case v1::SetAnswer::HAVE:
      return Acknowledge(answer.kind(), *set);
    case v1::SetAnswer::NEED_CHANGE:
      return SendSetChange(answer.kind(), *set, /*against_base=*/true);
    default:
      return SendSetChange(answer.kind(), *set, /*against_base=*/false);
  }
}

void Link::Acknowledge(v1::SetKind kind, const ItemSet& set) {
  open_kinds_.erase(kind);
  const SetList* base = acknowledgements_.Base(kind);
  if (base != nullptr && base->digest == set.digest()) return;
  auto list = std::make_shared<SetList>(SetList{set.digest(), set.ItemDigests()});
  if (absl::Status status = acknowledgements_.SetBase(kind, std::move(list)); !status.ok()) {
    spdlog::warn(
        "the server's acknowledgement could not be kept, so more will be sent than needed: {}",
        status.ToString());
  }
}

void Link::SendSetChange(v1::SetKind kind, const ItemSet& set, bool against_base) {
  v1::AgentMessage message;
  v1::SetChange& change = *message.mutable_set_change();
  change.set_kind(kind);
  change.set_digest(set.digest().ToBytes());
  const SetList* base = against_base ? acknowledgements_.Base(kind) : nullptr;
  if (base != nullptr) change.set_base(base->digest.ToBytes());
  SetDifference difference =
      Difference(base != nullptr ? base->items : std::vector<Digest>(), set.ItemDigests());
  for (const Digest& digest : difference.added) change.add_added(digest.ToBytes());
  for (const Digest& digest : difference.removed) change.add_removed(digest.ToBytes());
  stream_->Send(std::move(message));
}

void Link::OnNeedItems(const v1::NeedItems& need) {
  const ItemSet* set = Named(need.kind(), need.set());
  if (set == nullptr) return;
  v1::AgentMessage message;
  size_t bytes = 0;
  auto flush = [&] {
    if (message.items().items_size() == 0) return;
    message.mutable_items()->set_kind(need.kind());
    message.mutable_items()->set_set(need.set());
    stream_->Send(std::exchange(message, {}));
    bytes = 0;
  };
  for (const std::string& wanted : need.digests()) {
    auto digest = Digest::FromBytes(wanted);
    const Item* item = digest.ok() ? set->Find(*digest) : nullptr;
    if (item == nullptr) continue;
    if (bytes + item->bytes.size() > kMaxItemsMessageBytes) flush();
    message.mutable_items()->add_items(item->bytes);
    bytes += item->bytes.size();
  }
  flush();
}

void Link::OnLogsChanged() {
  logs_exhausted_ = false;
  PumpIncidents();
}

void Link::LookAtLogs() {
  OnLogsChanged();
  Arm(logs_timer_, options_.incident_interval, &Link::LookAtLogs);
}

void Link::PumpIncidents() {
  if (state_ != State::kStreaming || !batch_in_flight_.empty() || resend_timer_ != 0) return;
  for (const std::string& source : incidents_.Sources()) {
    v1::LogPosition from = acknowledgements_.Position(source);
    auto batch = incidents_.Next(source, from);
    if (!batch.ok()) {
      spdlog::warn("reading {}: {}", source, batch.status().ToString());
      continue;
    }
    if (batch->to().SerializeAsString() == from.SerializeAsString()) continue;
    batch_in_flight_ = source;
    v1::AgentMessage message;
    *message.mutable_incidents() = *std::move(batch);
    stream_->Send(std::move(message));
    return;
  }
  logs_exhausted_ = true;
  ReportIfInSync();
}

void Link::OnIncidentAck(const v1::IncidentAck& ack) {
  if (ack.source() != batch_in_flight_) return;
  batch_in_flight_.clear();
  if (absl::Status status = acknowledgements_.SetPosition(ack.source(), ack.position());
      !status.ok()) {
    spdlog::warn("the position in {} could not be kept: {}", ack.source(), status.ToString());
    return;  // the next look at the logs tries again; the server takes no record twice
  }
  PumpIncidents();
}

void Link::OnRetryLater(const v1::RetryLater& retry) {
  spdlog::info("the server asks to wait: {}", retry.reason());
  batch_in_flight_.clear();
  Arm(resend_timer_, Sane(retry.delay()), &Link::Resend);
}

void Link::Resend() {
  if (state_ == State::kGreeting) return SendHello();
  if (state_ != State::kStreaming) return;
  SendInventory();
  PumpIncidents();
  if (orders_ != nullptr) orders_->OnConnected();
}

void Link::SendOrderReport(const v1::OrderReport& report) {
  if (state_ != State::kStreaming) return;
  v1::AgentMessage message;
  *message.mutable_order_report() = report;
  stream_->Send(std::move(message));
}

void Link::Beat() {
  v1::AgentMessage message;
  message.mutable_heartbeat();
  stream_->Send(std::move(message));
  Arm(heartbeat_timer_, heartbeat_interval_, &Link::Beat);
}

void Link::ReportIfInSync() {
  if (state_ == State::kStreaming && open_kinds_.empty() && logs_exhausted_ &&
      batch_in_flight_.empty()) {
    observer_.on_in_sync();
  }
}

void Link::OnClosed(const absl::Status& status) {
  Disarm(heartbeat_timer_);
  Disarm(resend_timer_);
  Disarm(logs_timer_);
  stream_.reset();
  batch_in_flight_.clear();
  state_ = State::kWaiting;
  absl::Duration delay = backoff_.Next();
  observer_.on_disconnect(status, delay);
  Arm(connect_timer_, delay, &Link::Connect);
}

}  // namespace muster::sync
