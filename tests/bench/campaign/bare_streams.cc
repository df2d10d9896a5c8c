#include "tests/bench/campaign/bare_streams.h"

#include <grpcpp/grpcpp.h>

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "agent/sync/event_loop.h"
#include "common/files.h"
#include "muster/v1/gateway.grpc.pb.h"
#include "tests/bench/support/processes.h"

namespace muster::bench {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(5);

class BareGateway : public v1::AgentGateway::CallbackService {
 public:
  explicit BareGateway(size_t bytes) {
    message_.mutable_retry_later()->set_reason(std::string(bytes, 'x'));
  }

 private:
  class Reactor : public grpc::ServerBidiReactor<v1::AgentMessage, v1::ServerMessage> {
   public:
    explicit Reactor(BareGateway& gateway) : gateway_(gateway) {
      StartSendInitialMetadata();
      StartRead(&incoming_);
    }
    void Send() { StartWrite(&gateway_.message_); }

   private:
    void OnReadDone(bool ok) override {
      if (ok) return gateway_.SendAll();
      Finish(grpc::Status::OK);
    }
    void OnDone() override {}  // lives as long as the process: streams are counted, not reused

    BareGateway& gateway_;
    v1::AgentMessage incoming_;
  };

  grpc::ServerBidiReactor<v1::AgentMessage, v1::ServerMessage>* Session(
      grpc::CallbackServerContext*) override {
    absl::MutexLock lock(&mutex_);
    return streams_.emplace_back(std::make_unique<Reactor>(*this)).get();
  }
  void SendAll() {
    absl::MutexLock lock(&mutex_);
    for (auto& stream : streams_) stream->Send();
  }

  v1::ServerMessage message_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<Reactor>> streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

void ServeBare(const std::filesystem::path& secret, const std::string& authority, size_t bytes,
               const std::filesystem::path& port_file) {
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = *ReadSmallFile(authority);
  const std::string pem = *ReadSmallFile(secret);
  tls.pem_key_cert_pairs.push_back({pem, pem});
  BareGateway service(bytes);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  Require(ReplaceFileContent(port_file, absl::StrCat(port), FileMode::kPrivate));
  for (;;) absl::SleepFor(absl::Hours(1));
}

absl::Duration TimeBare(std::vector<sync::GatewayAddress> machines, const std::string& target) {
  static auto& loop = *new sync::EventLoop;  // gRPC's last words come late
  struct Counts {
    absl::Mutex mutex;
    size_t open ABSL_GUARDED_BY(mutex) = 0, received ABSL_GUARDED_BY(mutex) = 0;
  };
  const auto counts = std::make_shared<Counts>();
  const auto await = [&](size_t Counts::*count, const char* what) {
    absl::MutexLock lock(&counts->mutex);
    const auto all = [&] { return (*counts).*count == machines.size(); };
    if (counts->mutex.AwaitWithTimeout(absl::Condition(&all), kPatience)) return;
    Require(absl::DeadlineExceededError(absl::StrCat("not all bare streams were ", what)));
  };
  std::vector<std::unique_ptr<sync::Stream>> streams;
  for (sync::GatewayAddress& machine : machines) {
    machine.target = target;
    sync::StreamHandlers handlers;
    handlers.on_open = [counts] {
      absl::MutexLock lock(&counts->mutex);
      ++counts->open;
    };
    handlers.on_message = [counts](const v1::ServerMessage&) {
      absl::MutexLock lock(&counts->mutex);
      ++counts->received;
    };
    streams.push_back(sync::GrpcOpener(machine, loop)(std::move(handlers)));
  }
  await(&Counts::open, "opened");
  const absl::Time begin = absl::Now();
  v1::AgentMessage go;
  go.mutable_heartbeat();
  streams.front()->Send(go);
  await(&Counts::received, "served");
  const absl::Duration time = absl::Now() - begin;
  // Streams end on the loop's thread.
  loop.Post([ended = std::make_shared<decltype(streams)>(std::move(streams))] { ended->clear(); });
  return time;
}

}  // namespace muster::bench
