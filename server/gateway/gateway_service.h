// The agent gateway's gRPC service.
#ifndef MUSTER_SERVER_GATEWAY_GATEWAY_SERVICE_H_
#define MUSTER_SERVER_GATEWAY_GATEWAY_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/worker_pool.h"
#include "muster/v1/gateway.grpc.pb.h"
#include "server/evidence/vault.h"
#include "server/gateway/payload_stream.h"
#include "server/gateway/rate_limit.h"
#include "server/gateway/session.h"
#include "server/inventory/ingest.h"

namespace muster::gateway {

struct GatewayOptions {
  SessionOptions session;
  // Enrolments sign and ask the database: they run on threads of their own.
  int enrollment_threads = 2;
  size_t max_waiting_enrollments = 20'000;
  RateOptions payload_rates;
  // Payloads are opened, and evidence is stored, on threads of their own, too: they ask the
  // database for much.
  int payload_threads = 2;
  size_t max_waiting_payloads = 20'000;
};

// Signs a machine in; blocks. server/identity has the real one.
using EnrollFunction =
    std::function<absl::StatusOr<v1::EnrollResponse>(const v1::EnrollRequest& request)>;

// Where a payload lies for a machine; blocks. NOT_FOUND.
using OpenPayloadFunction = std::function<absl::StatusOr<OpenedPayload>(
    const inventory::MachineId& machine, const Digest& digest)>;

// What sessions and downloads stand on; must outlive the gRPC server that the service is registered
// with.
struct GatewayDeps {
  SessionDeps session;
  EnrollFunction enroll;
  OpenPayloadFunction open_payload;
  evidence::Vault& evidence;
};

// Thread-safe.
class GatewayService : public v1::AgentGateway::CallbackService {
 public:
  GatewayService(GatewayDeps deps, GatewayOptions options);

  grpc::ServerUnaryReactor* Enroll(grpc::CallbackServerContext* context,
                                   const v1::EnrollRequest* request,
                                   v1::EnrollResponse* response) override;
  grpc::ServerBidiReactor<v1::AgentMessage, v1::ServerMessage>* Session(
      grpc::CallbackServerContext* context) override;
  grpc::ServerWriteReactor<v1::PayloadChunk>* FetchPayload(
      grpc::CallbackServerContext* context, const v1::FetchPayloadRequest* request) override;
  grpc::ServerReadReactor<v1::UploadEvidenceRequest>* UploadEvidence(
      grpc::CallbackServerContext* context, v1::UploadEvidenceResponse* response) override;

 private:
  const GatewayDeps deps_;
  const GatewayOptions options_;
  RateLimit payload_rates_;
  WorkerPool enrollments_;
  WorkerPool payloads_;
};

// TLS 1.3 with this certificate (PEM). A client certificate is asked for, and verified against
// `authority_pem` where one comes: Enroll does without, Session does not.
std::shared_ptr<grpc::ServerCredentials> GatewayCredentials(const std::string& key_pem,
                                                            const std::string& certificate_pem,
                                                            const std::string& authority_pem);

// Message sizes, keep-alive and limits that the gateway runs with.
void ConfigureGateway(grpc::ServerBuilder& builder);

}  // namespace muster::gateway

#endif  // MUSTER_SERVER_GATEWAY_GATEWAY_SERVICE_H_
