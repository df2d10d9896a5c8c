#include "server/operator/campaign_watch.h"

#include <utility>

#include "common/trace/conventions.h"
#include "server/operator/guard.h"

namespace muster::operator_api {

std::shared_ptr<CampaignWatch> CampaignWatch::Start(trace::Span span) {
  std::shared_ptr<CampaignWatch> watch(new CampaignWatch(std::move(span)));
  watch->self_ = watch;
  return watch;
}

void CampaignWatch::OnCampaign(std::shared_ptr<const v1::Campaign> campaign) {
  absl::MutexLock lock(&mutex_);
  if (end_) return;
  next_ = std::move(campaign);
  WriteOrFinish();
}

void CampaignWatch::OnEnd(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (end_) return;
  end_ = ToGrpc(status);
  WriteOrFinish();
}

void CampaignWatch::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = nullptr;
  if (!ok) {
    next_ = nullptr;
    end_ = grpc::Status::CANCELLED;
  }
  WriteOrFinish();
}

void CampaignWatch::OnCancel() {
  absl::MutexLock lock(&mutex_);
  next_ = nullptr;
  end_ = grpc::Status::CANCELLED;
  WriteOrFinish();
}

void CampaignWatch::WriteOrFinish() {
  if (writing_ != nullptr || finished_) return;  // OnWriteDone goes on
  if (next_ != nullptr) {
    writing_ = std::exchange(next_, nullptr);
    StartWrite(writing_.get());
  } else if (end_) {
    finished_ = true;
    trace::SetRpcStatus(trace::SpanKind::kServer, static_cast<absl::StatusCode>(end_->error_code()),
                        span_);
    Finish(*end_);
  }
}

}  // namespace muster::operator_api
