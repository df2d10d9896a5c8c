// One WatchCampaign call: a campaign on its way to one operator.
#ifndef MUSTER_SERVER_OPERATOR_CAMPAIGN_WATCH_H_
#define MUSTER_SERVER_OPERATOR_CAMPAIGN_WATCH_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/trace/span.h"
#include "muster/v1/campaign.pb.h"
#include "server/campaign/campaign_feed.h"

namespace muster::operator_api {

// Lives until gRPC is done with it. Holds no thread, and of what its caller has not yet taken the
// last alone.
class CampaignWatch : public grpc::ServerWriteReactor<v1::Campaign>,
                      public campaign::CampaignWatcher {
 public:
  // The reactor for one call, whose span ends with it.
  static std::shared_ptr<CampaignWatch> Start(trace::Span span);
  const trace::Span& span() const { return span_; }

  void OnCampaign(std::shared_ptr<const v1::Campaign> campaign) override;
  // After what was said before has been written.
  void OnEnd(const absl::Status& status) override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { self_.reset(); }

 private:
  explicit CampaignWatch(trace::Span span) : span_(std::move(span)) {}
  void WriteOrFinish() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::shared_ptr<CampaignWatch> self_;
  trace::Span span_;
  absl::Mutex mutex_;
  std::shared_ptr<const v1::Campaign> writing_ ABSL_GUARDED_BY(mutex_), next_
      ABSL_GUARDED_BY(mutex_);
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_CAMPAIGN_WATCH_H_
