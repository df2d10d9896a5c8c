// Central operations, over the API of servers that come and go.
#ifndef MUSTER_TESTS_CHAOS_OPERATOR_H_
#define MUSTER_TESTS_CHAOS_OPERATOR_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "common/digest.h"
#include "common/pki/signing_key.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "muster/v1/operator.grpc.pb.h"

namespace muster::chaos {

// One thread at a time. A server that is away is asked again, and then another, for a minute; what
// is to be done between two tries is the caller's.
class Operator {
 public:
  Operator(const std::vector<std::string>& servers, const std::string& authority_pem,
           std::string token, std::function<void()> between_tries);

  absl::Status PublishKey();
  absl::StatusOr<std::string> EnrollmentToken(int uses);
  absl::StatusOr<int64_t> CountMachines(const std::string& filter);

  // Drafted, submitted and approved; not begun.
  absl::StatusOr<v1::Campaign> Prepare(const v1::CampaignSpec& spec);
  absl::StatusOr<std::vector<Digest>> Targets(const v1::Campaign& campaign);
  absl::Status Start(const std::string& campaign);
  // What failed is tried again, and it goes on.
  absl::Status GoOn(const std::string& campaign);
  absl::StatusOr<v1::Campaign> Get(const std::string& campaign);

 private:
  // An answer that was lost on the way makes the next try fail: FAILED_PRECONDITION is then no
  // error.
  template <typename Service, typename Request, typename Response>
  absl::Status Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                    const Request& request, Response* response);
  std::unique_ptr<grpc::ClientContext> Context() const;
  // `channel` is the one that is asked next.
  void AwaitNextTry(grpc::Channel& channel);

  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  const std::string token_;
  const std::function<void()> between_tries_;
  const pki::SigningKey key_ = pki::SigningKey::Generate();
};

}  // namespace muster::chaos

#endif  // MUSTER_TESTS_CHAOS_OPERATOR_H_
