#include "server/gateway/payload_stream.h"

#include "absl/time/clock.h"
#include "server/gateway/agent_status.h"

namespace muster::gateway {
namespace {

// Of each machine that downloads, gRPC and TLS hold a few of these: with 256 KiB a thousand at once
// took 800 MiB, and went no faster.
constexpr size_t kChunkBytes = 64 * 1024;

}  // namespace

void PayloadStream::Begin(const absl::StatusOr<OpenedPayload>& payload, uint64_t offset) {
  if (!payload.ok()) return Finish(ToldToAgents(payload.status()));
  site_ = payload->site;
  in_.open(payload->file, std::ios::binary);
  in_.seekg(static_cast<std::streamoff>(offset));
  if (!in_) {
    return Finish({grpc::StatusCode::UNAVAILABLE, "the payload cannot be read just now"});
  }
  Next();
}

void PayloadStream::Next() {
  std::string& data = *chunk_.mutable_data();
  data.resize(kChunkBytes);
  in_.read(data.data(), static_cast<std::streamsize>(data.size()));
  data.resize(static_cast<size_t>(in_.gcount()));
  if (data.empty()) return Finish(grpc::Status::OK);
  const absl::Duration wait = rates_.Book(site_, data.size(), absl::Now());
  if (wait <= absl::Milliseconds(1)) return StartWrite(&chunk_);
  alarm_.Set(absl::ToChronoTime(absl::Now() + wait), [this](bool) { StartWrite(&chunk_); });
}

void PayloadStream::OnWriteDone(bool ok) {
  if (!ok) return Finish(grpc::Status::CANCELLED);
  Next();
}

}  // namespace muster::gateway
