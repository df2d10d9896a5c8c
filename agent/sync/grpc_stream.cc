#include "agent/sync/grpc_stream.h"

#include <grpcpp/grpcpp.h>

#include <deque>
#include <fstream>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "muster/v1/gateway.grpc.pb.h"

namespace muster::sync {
namespace {

constexpr size_t kPartBytes = 256 * 1024;

std::shared_ptr<grpc::Channel> Connect(const GatewayAddress& address) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = address.authority;
  tls.pem_private_key = address.key;
  tls.pem_cert_chain = address.certificate;
  grpc::ChannelArguments arguments;
  // A connection per agent, also where thousands live in one process; and no gRPC backoff beside
  // our own.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  if (!address.server_name.empty()) arguments.SetSslTargetNameOverride(address.server_name);
  return grpc::CreateCustomChannel(address.target, grpc::SslCredentials(tls), arguments);
}

absl::Status FromGrpc(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

// The call itself. Owned by gRPC until OnDone, and by the stream until that is gone; destroyed on
// the loop's thread.
class Call : public grpc::ClientBidiReactor<v1::AgentMessage, v1::ServerMessage>,
             public std::enable_shared_from_this<Call> {
 public:
  Call(const GatewayAddress& address, Scheduler& scheduler, StreamHandlers handlers)
      : scheduler_(scheduler),
        stub_(v1::AgentGateway::NewStub(Connect(address))),
        handlers_(std::move(handlers)) {}

  void Start() {
    self_ = shared_from_this();
    stub_->async()->Session(&context_, this);
    AddHold();  // writes come from the loop, not from reactions
    StartRead(&incoming_);
    StartCall();
  }

  void Send(v1::AgentMessage message) {
    absl::MutexLock lock(&mutex_);
    if (ended_) return;
    outgoing_.push_back(std::move(message));
    if (outgoing_.size() == 1) StartWrite(&outgoing_.front());
  }

  // On the loop's thread: no handler runs after this.
  void Abandon() {
    handlers_ = {};
    context_.TryCancel();
    End();
  }

  void OnReadInitialMetadataDone(bool ok) override {
    if (!ok) return;  // OnDone says why
    scheduler_.Post([self = shared_from_this()] {
      if (self->handlers_.on_open) self->handlers_.on_open();
    });
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End();
    scheduler_.Post([self = shared_from_this(), message = std::move(incoming_)] {
      if (self->handlers_.on_message) self->handlers_.on_message(message);
    });
    incoming_.Clear();
    StartRead(&incoming_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End();
    absl::MutexLock lock(&mutex_);
    outgoing_.pop_front();
    if (!ended_ && !outgoing_.empty()) StartWrite(&outgoing_.front());
  }

  void OnDone(const grpc::Status& status) override {
    // The last hold on the channel must not go on this thread, which is gRPC's: with the process's
    // last channel go the threads that run reactions, and this one can't wait for itself.
    scheduler_.Post([self = std::move(self_), status = FromGrpc(status)] {
      auto handlers = std::exchange(self->handlers_, {});
      if (handlers.on_closed) handlers.on_closed(status);
    });
  }

 private:
  void End() {
    {
      absl::MutexLock lock(&mutex_);
      if (ended_) return;
      ended_ = true;
    }
    RemoveHold();
  }

  Scheduler& scheduler_;
  const std::unique_ptr<v1::AgentGateway::Stub> stub_;
  grpc::ClientContext context_;
  StreamHandlers handlers_;  // touched on the loop's thread alone, once started
  std::shared_ptr<Call> self_;
  v1::ServerMessage incoming_;
  absl::Mutex mutex_;
  std::deque<v1::AgentMessage> outgoing_ ABSL_GUARDED_BY(mutex_);  // the front is being written
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

class GrpcStream : public Stream {
 public:
  explicit GrpcStream(std::shared_ptr<Call> call) : call_(std::move(call)) {}
  ~GrpcStream() override { call_->Abandon(); }
  void Send(v1::AgentMessage message) override { call_->Send(std::move(message)); }

 private:
  const std::shared_ptr<Call> call_;
};

}  // namespace

OpenStream GrpcOpener(GatewayAddress address, Scheduler& scheduler) {
  return [address = std::move(address), &scheduler](StreamHandlers handlers) {
    auto call = std::make_shared<Call>(address, scheduler, std::move(handlers));
    call->Start();
    return std::make_unique<GrpcStream>(std::move(call));
  };
}

absl::StatusOr<v1::EnrollResponse> Enroll(const GatewayAddress& address,
                                          const v1::EnrollRequest& request,
                                          absl::Duration timeout) {
  auto stub = v1::AgentGateway::NewStub(Connect(address));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  v1::EnrollResponse response;
  grpc::Status status = stub->Enroll(&context, request, &response);
  if (status.ok()) return response;
  return absl::Status(
      static_cast<absl::StatusCode>(status.error_code()),
      absl::StrCat("enrolling with ", address.target, ": ", status.error_message()));
}

absl::Status FetchPayload(const GatewayAddress& address, const std::string& sha256, uint64_t offset,
                          absl::Duration patience,
                          const std::function<absl::Status(absl::string_view)>& take) {
  auto stub = v1::AgentGateway::NewStub(Connect(address));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + patience));
  v1::FetchPayloadRequest request;
  request.set_sha256(sha256);
  request.set_offset(offset);
  auto reader = stub->FetchPayload(&context, request);
  v1::PayloadChunk chunk;
  absl::Status taken;
  while (taken.ok() && reader->Read(&chunk)) taken = take(chunk.data());
  if (!taken.ok()) context.TryCancel();
  const grpc::Status status = reader->Finish();
  return taken.ok() ? FromGrpc(status) : taken;
}

absl::Status UploadEvidence(const GatewayAddress& address, const v1::EvidenceHeader& header,
                            const std::filesystem::path& file, absl::Duration patience) {
  std::ifstream in(file, std::ios::binary);
  auto stub = v1::AgentGateway::NewStub(Connect(address));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + patience));
  v1::UploadEvidenceResponse response;
  auto writer = stub->UploadEvidence(&context, &response);
  v1::UploadEvidenceRequest part;
  *part.mutable_header() = header;
  bool taken = writer->Write(part);
  while (taken) {
    std::string& data = *part.mutable_data();
    data.resize(kPartBytes);
    in.read(data.data(), static_cast<std::streamsize>(data.size()));
    data.resize(static_cast<size_t>(in.gcount()));
    if (data.empty()) break;
    taken = writer->Write(part);
  }
  const bool whole = in.eof();
  if (taken && !whole) context.TryCancel();
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (taken && !whole) return absl::InternalError("the evidence could not be read from its file");
  return FromGrpc(status);
}

}  // namespace muster::sync
