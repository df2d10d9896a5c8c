// EvidenceService: what machines sent because an order asked for it.
#ifndef MUSTER_SERVER_OPERATOR_EVIDENCE_SERVICE_H_
#define MUSTER_SERVER_OPERATOR_EVIDENCE_SERVICE_H_

#include "muster/v1/evidence.grpc.pb.h"
#include "server/evidence/store.h"
#include "server/identity/access.h"
#include "server/operator/guard.h"

namespace muster::operator_api {

// Thread-safe; what it is given must outlive it. Whoever reads a bundle is in the audit log.
class EvidenceService : public v1::EvidenceService::Service {
 public:
  EvidenceService(evidence::Store& store, identity::Access& access, Guard guard)
      : store_(store), access_(access), guard_(guard) {}

  grpc::Status ListEvidenceBundles(grpc::ServerContext* context,
                                   const v1::ListEvidenceBundlesRequest* request,
                                   v1::ListEvidenceBundlesResponse* response) override;
  grpc::Status DownloadEvidenceBundle(
      grpc::ServerContext* context, const v1::DownloadEvidenceBundleRequest* request,
      grpc::ServerWriter<v1::DownloadEvidenceBundleResponse>* writer) override;
  grpc::Status DeleteEvidenceBundle(grpc::ServerContext* context,
                                    const v1::DeleteEvidenceBundleRequest* request,
                                    google::protobuf::Empty* response) override;

 private:
  evidence::Store& store_;
  identity::Access& access_;
  Guard guard_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_EVIDENCE_SERVICE_H_
