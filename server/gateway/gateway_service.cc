#include "server/gateway/gateway_service.h"

#include <grpcpp/security/auth_context.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "server/gateway/agent_status.h"
#include "server/gateway/evidence_upload.h"

namespace muster::gateway {
namespace {

// A message of 65,536 digests is 2.2 MiB.
constexpr int kMaxMessageBytes = 4 * 1024 * 1024;

// The machine that the client certificate was issued to: its common name is the machine's id.
absl::StatusOr<inventory::MachineId> PeerMachine(const grpc::CallbackServerContext& context) {
  auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) {
    return absl::UnauthenticatedError(
        "a session needs the machine's client certificate: enrol with `muster-agent enroll`");
  }
  auto names = auth->FindPropertyValues(GRPC_X509_CN_PROPERTY_NAME);
  if (names.size() != 1) return absl::UnauthenticatedError("the certificate names no machine");
  auto id = Digest::FromHex(absl::string_view(names[0].data(), names[0].size()));
  if (!id.ok()) return absl::UnauthenticatedError("the certificate is not a machine's");
  return id;
}

// Ends a session that may not be.
class RefusedSession : public grpc::ServerBidiReactor<v1::AgentMessage, v1::ServerMessage> {
 public:
  explicit RefusedSession(const absl::Status& reason) { Finish(ToldToAgents(reason)); }
  void OnDone() override { delete this; }
};

// The same of an upload.
class RefusedUpload : public grpc::ServerReadReactor<v1::UploadEvidenceRequest> {
 public:
  explicit RefusedUpload(const absl::Status& reason) { Finish(ToldToAgents(reason)); }
  void OnDone() override { delete this; }
};

}  // namespace

GatewayService::GatewayService(GatewayDeps deps, GatewayOptions options)
    : deps_(std::move(deps)),
      options_(options),
      payload_rates_(options.payload_rates),
      enrollments_(options.enrollment_threads, options.max_waiting_enrollments),
      payloads_(options.payload_threads, options.max_waiting_payloads) {}

grpc::ServerUnaryReactor* GatewayService::Enroll(grpc::CallbackServerContext* context,
                                                 const v1::EnrollRequest* request,
                                                 v1::EnrollResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  bool taken = enrollments_.Run([this, reactor, request, response] {
    auto enrolled = deps_.enroll(*request);
    const absl::Status status = enrolled.status();
    if (status.ok()) *response = *std::move(enrolled);
    if (absl::IsInternal(status) || absl::IsAborted(status)) {
      spdlog::error("an enrolment failed: {}", status.ToString());
    }
    reactor->Finish(ToldToAgents(status));
  });
  if (!taken) {
    reactor->Finish({grpc::StatusCode::RESOURCE_EXHAUSTED,
                     "too many machines are enrolling at once: try again in a minute"});
  }
  return reactor;
}

grpc::ServerBidiReactor<v1::AgentMessage, v1::ServerMessage>* GatewayService::Session(
    grpc::CallbackServerContext* context) {
  auto machine = PeerMachine(*context);
  if (!machine.ok()) return new RefusedSession(machine.status());
  return gateway::Session::Start(deps_.session, *machine, options_.session);
}

grpc::ServerWriteReactor<v1::PayloadChunk>* GatewayService::FetchPayload(
    grpc::CallbackServerContext* context, const v1::FetchPayloadRequest* request) {
  auto* stream = new PayloadStream(payload_rates_);
  auto machine = PeerMachine(*context);
  auto digest = Digest::FromBytes(request->sha256());
  if (!machine.ok() || !digest.ok()) {
    stream->Begin(machine.ok() ? digest.status() : machine.status(), 0);
    return stream;
  }
  const bool taken = payloads_.Run(
      [this, stream, machine = *machine, digest = *digest, offset = request->offset()] {
        stream->Begin(deps_.open_payload(machine, digest), offset);
      });
  if (!taken) stream->Begin(absl::ResourceExhaustedError("too many machines ask at once"), 0);
  return stream;
}

grpc::ServerReadReactor<v1::UploadEvidenceRequest>* GatewayService::UploadEvidence(
    grpc::CallbackServerContext* context, v1::UploadEvidenceResponse*) {
  auto machine = PeerMachine(*context);
  if (!machine.ok()) return new RefusedUpload(machine.status());
  return new EvidenceUpload(*context, deps_.evidence, payloads_, *machine);
}

std::shared_ptr<grpc::ServerCredentials> GatewayCredentials(const std::string& key_pem,
                                                            const std::string& certificate_pem,
                                                            const std::string& authority_pem) {
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = authority_pem;
  options.pem_key_cert_pairs.push_back({key_pem, certificate_pem});
  return grpc::SslServerCredentials(options);
}

void ConfigureGateway(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 120'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20'000);
  // One stream a connection is what an agent needs; a few leave room for a renewal.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 4);
}

}  // namespace muster::gateway
