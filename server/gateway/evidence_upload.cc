#include "server/gateway/evidence_upload.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "common/log/log_field.h"
#include "server/gateway/agent_status.h"

namespace muster::gateway {

EvidenceUpload::EvidenceUpload(grpc::CallbackServerContext& context, evidence::Vault& vault,
                               WorkerPool& workers, const Digest& machine)
    : context_(context), vault_(vault), workers_(workers), machine_(machine) {
  StartRead(&part_);
}

void EvidenceUpload::End(const absl::Status& status) {
  const LogField machine("machine", machine_.ToHex());
  if (absl::IsInternal(status)) spdlog::error("evidence was not stored: {}", status.ToString());
  upload_.reset();
  Finish(ToldToAgents(status));
}

void EvidenceUpload::OnWorker(std::function<void()> work) {
  if (!workers_.Run(std::move(work))) {
    End(absl::UnavailableError("too many machines ask at once: try again in a minute"));
  }
}

void EvidenceUpload::OnReadDone(bool ok) {
  if (!ok && context_.IsCancelled()) return End(absl::CancelledError("the machine has gone"));
  if (upload_ == nullptr) {
    if (!ok || !part_.has_header()) {
      return End(absl::InvalidArgumentError("header: must come first"));
    }
    return OnWorker([this] { Begin(); });
  }
  if (!ok) return OnWorker([this] { Store(); });
  if (part_.part_case() != v1::UploadEvidenceRequest::kData) {
    return End(absl::InvalidArgumentError("data: must be all that comes after the header"));
  }
  if (absl::Status taken = upload_->Append(part_.data()); !taken.ok()) return End(taken);
  StartRead(&part_);
}

void EvidenceUpload::Begin() {
  auto upload = vault_.Begin(machine_, part_.header());
  if (!upload.ok()) return End(upload.status());
  upload_ = *std::move(upload);
  StartRead(&part_);
}

void EvidenceUpload::Store() { End(upload_->Finish()); }

}  // namespace muster::gateway
