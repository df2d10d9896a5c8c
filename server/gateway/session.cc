#include "server/gateway/session.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log/log_field.h"
#include "common/proto_time.h"
#include "server/gateway/agent_status.h"

namespace muster::gateway {
namespace {

// Answers that wait to be written; an agent that reads nothing is cut off beyond this.
constexpr size_t kMaxOutgoing = 64;

bool IsTransient(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsAborted(status) || absl::IsInternal(status);
}

}  // namespace

Session* Session::Start(const SessionDeps& deps, const inventory::MachineId& machine,
                        const SessionOptions& options) {
  std::shared_ptr<Session> session(new Session(deps, machine, options));
  session->self_ = session;
  session->id_ = deps.ingest.Open(machine, session);
  session->StartSendInitialMetadata();
  session->ReadNext();
  return session.get();
}

void Session::ReadNext() {
  absl::MutexLock lock(&mutex_);
  if (ended_) return;
  incoming_.Clear();
  StartRead(&incoming_);
}

void Session::OnReadDone(bool ok) {
  if (!ok) return End(grpc::Status::OK);
  deps_.ingest.Heard(machine_);
  Handle();
}

void Session::Handle() {
  if (!greeted_ && !incoming_.has_hello()) {
    return End({grpc::StatusCode::FAILED_PRECONDITION, "a session must open with Hello"});
  }
  inventory::Job job = NewJob();
  switch (incoming_.message_case()) {
    case v1::AgentMessage::kHello:
      return HandleHello(*incoming_.mutable_hello());
    case v1::AgentMessage::kInventory:
      return HandleInventory(*incoming_.mutable_inventory());
    case v1::AgentMessage::kSetChange:
      job.work = inventory::ChangeWork{std::move(*incoming_.mutable_set_change()),
                                       [self = shared_from_this()](v1::NeedItems need) {
                                         if (need.digests_size() > 0) {
                                           v1::ServerMessage message;
                                           *message.mutable_need_items() = std::move(need);
                                           self->Send(std::move(message));
                                         }
                                         self->ReadNext();
                                       }};
      return Submit(std::move(job));
    case v1::AgentMessage::kItems:
      job.work = inventory::ItemsWork{std::move(*incoming_.mutable_items()),
                                      [self = shared_from_this()] { self->ReadNext(); }};
      return Submit(std::move(job));
    case v1::AgentMessage::kIncidents:
      job.work = inventory::IncidentWork{std::move(*incoming_.mutable_incidents()),
                                         [self = shared_from_this()](v1::IncidentAck ack) {
                                           v1::ServerMessage message;
                                           *message.mutable_incident_ack() = std::move(ack);
                                           self->Send(std::move(message));
                                           self->ReadNext();
                                         }};
      return Submit(std::move(job));
    case v1::AgentMessage::kOrderReport:
      return HandleOrderReport(*incoming_.mutable_order_report());
    case v1::AgentMessage::kHeartbeat:
      return ReadNext();
    case v1::AgentMessage::MESSAGE_NOT_SET:
      return End({grpc::StatusCode::INVALID_ARGUMENT,
                  "this server does not know that message: is the agent newer than the server?"});
  }
}

inventory::Job Session::NewJob() {
  inventory::Job job;
  job.session = id_;
  job.machine = machine_;
  job.bytes = incoming_.ByteSizeLong();
  job.fail = [self = shared_from_this()](const absl::Status& status) {
    if (!IsTransient(status)) {
      const LogField machine("machine", self->machine_.ToHex());
      spdlog::warn("a session ended, its message was at fault: {}", status.ToString());
      return self->End(ToldToAgents(status));
    }
    self->SendRetryLater(status);
    self->ReadNext();
  };
  return job;
}

inventory::InventoryWork Session::ToWork(v1::Inventory& inventory,
                                         std::function<void(std::vector<v1::SetAnswer>)> done) {
  inventory::InventoryWork work;
  work.inventory = std::move(inventory);
  work.done = std::move(done);
  return work;
}

void Session::HandleHello(v1::Hello& hello) {
  if (hello.protocol_version() != kProtocolVersion) {
    return End({grpc::StatusCode::FAILED_PRECONDITION,
                absl::StrCat("this server speaks protocol version ", kProtocolVersion,
                             ", the agent version ", hello.protocol_version(),
                             ": bring both to one release")});
  }
  inventory::Job job = NewJob();
  inventory::InventoryWork work = ToWork(
      *hello.mutable_inventory(), [self = shared_from_this(), serial = hello.key_set_serial()](
                                      std::vector<v1::SetAnswer> answers) {
        v1::ServerMessage message;
        v1::Welcome& welcome = *message.mutable_welcome();
        welcome.set_protocol_version(kProtocolVersion);
        *welcome.mutable_heartbeat_interval() = ToProto(self->options_.heartbeat_interval);
        for (v1::SetAnswer& answer : answers) *welcome.add_sets() = std::move(answer);
        self->greeted_ = true;
        self->Send(std::move(message));
        self->deps_.dispatcher.Connected(self->machine_, serial, self);
        self->ReadNext();
      });
  work.attributes = std::move(*hello.mutable_attributes());
  work.agent_version = std::move(*hello.mutable_agent_version());
  job.work = std::move(work);
  Submit(std::move(job));
}

void Session::HandleInventory(v1::Inventory& inventory) {
  inventory::Job job = NewJob();
  job.work = ToWork(inventory, [self = shared_from_this()](std::vector<v1::SetAnswer> answers) {
    v1::SetAnswers message;
    message.mutable_answers()->Assign(answers.begin(), answers.end());
    if (!answers.empty()) self->OnSetAnswers(std::move(message));
    self->ReadNext();
  });
  Submit(std::move(job));
}

void Session::HandleOrderReport(v1::OrderReport& report) {
  absl::Status taken =
      deps_.reports.Submit(machine_, std::move(report),
                           [self = shared_from_this()](const absl::StatusOr<v1::OrderAck>& ack) {
                             if (ack.ok()) {
                               v1::ServerMessage message;
                               *message.mutable_order_ack() = *ack;
                               self->Send(std::move(message));
                             } else {
                               self->SendRetryLater(ack.status());
                             }
                             self->ReadNext();
                           });
  if (taken.ok()) return;
  if (!IsTransient(taken)) return End(ToldToAgents(taken));
  SendRetryLater(taken);
  ReadNext();
}

void Session::OnOrderMessage(v1::ServerMessage message) { Send(std::move(message)); }

void Session::Submit(inventory::Job job) {
  auto fail = job.fail;
  absl::Status status = deps_.ingest.Submit(std::move(job));
  if (!status.ok()) fail(status);
}

void Session::OnSetAnswers(v1::SetAnswers answers) {
  if (!greeted_) return;  // its Hello was not stored, comes again, and is answered then
  v1::ServerMessage message;
  *message.mutable_set_answers() = std::move(answers);
  Send(std::move(message));
}

void Session::SendRetryLater(const absl::Status& reason) {
  v1::ServerMessage message;
  *message.mutable_retry_later()->mutable_delay() = ToProto(options_.retry_delay);
  message.mutable_retry_later()->set_reason(ToldToAgents(reason).error_message());
  Send(std::move(message));
}

void Session::Send(v1::ServerMessage message) {
  bool overrun = false;
  {
    absl::MutexLock lock(&mutex_);
    if (ended_) return;
    overrun = outgoing_.size() >= kMaxOutgoing;
    if (!overrun) {
      outgoing_.push_back(std::move(message));
      if (outgoing_.size() == 1) StartWrite(&outgoing_.front());
    }
  }
  if (overrun) End({grpc::StatusCode::RESOURCE_EXHAUSTED, "the agent does not read its answers"});
}

void Session::OnWriteDone(bool ok) {
  if (!ok) return End(grpc::Status::OK);
  absl::MutexLock lock(&mutex_);
  outgoing_.pop_front();
  if (!ended_ && !outgoing_.empty()) StartWrite(&outgoing_.front());
}

void Session::End(const grpc::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    if (ended_) return;
    ended_ = true;
  }
  Finish(status);
}

void Session::OnCancel() { End(grpc::Status::CANCELLED); }

void Session::OnDone() {
  deps_.dispatcher.Disconnected(machine_, this);
  deps_.ingest.Close(id_);
  self_.reset();
}

}  // namespace muster::gateway
