// One bundle of evidence on its way from one machine.
#ifndef MUSTER_SERVER_GATEWAY_EVIDENCE_UPLOAD_H_
#define MUSTER_SERVER_GATEWAY_EVIDENCE_UPLOAD_H_

#include <grpcpp/grpcpp.h>

#include <memory>

#include "common/digest.h"
#include "common/worker_pool.h"
#include "muster/v1/gateway.grpc.pb.h"
#include "server/evidence/vault.h"

namespace muster::gateway {

// Deletes itself when gRPC is done with it. What asks the database runs on `workers`; the next part
// is read once the one before is on the disk.
class EvidenceUpload : public grpc::ServerReadReactor<v1::UploadEvidenceRequest> {
 public:
  EvidenceUpload(grpc::CallbackServerContext& context, evidence::Vault& vault, WorkerPool& workers,
                 const Digest& machine);

  void OnReadDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  void Begin();
  void Store();
  void End(const absl::Status& status);
  // Has `work` done, or ends the upload.
  void OnWorker(std::function<void()> work);

  grpc::CallbackServerContext& context_;
  evidence::Vault& vault_;
  WorkerPool& workers_;
  const Digest machine_;
  v1::UploadEvidenceRequest part_;
  std::unique_ptr<evidence::Vault::Upload> upload_;
};

}  // namespace muster::gateway

#endif  // MUSTER_SERVER_GATEWAY_EVIDENCE_UPLOAD_H_
