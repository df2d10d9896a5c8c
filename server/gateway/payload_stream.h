// One payload on its way to one machine.
#ifndef MUSTER_SERVER_GATEWAY_PAYLOAD_STREAM_H_
#define MUSTER_SERVER_GATEWAY_PAYLOAD_STREAM_H_

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/statusor.h"
#include "muster/v1/gateway.grpc.pb.h"
#include "server/gateway/rate_limit.h"

namespace muster::gateway {

// Where a payload lies, and at which site the machine is that asks.
struct OpenedPayload {
  std::filesystem::path file;
  std::string site;
};

// Deletes itself when gRPC is done with it. Waits for its rate without holding a thread.
class PayloadStream : public grpc::ServerWriteReactor<v1::PayloadChunk> {
 public:
  explicit PayloadStream(RateLimit& rates) : rates_(rates) {}

  // Once: begins at `offset`, or ends with the error.
  void Begin(const absl::StatusOr<OpenedPayload>& payload, uint64_t offset);

  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  void Next();

  RateLimit& rates_;
  std::ifstream in_;
  std::string site_;
  v1::PayloadChunk chunk_;
  grpc::Alarm alarm_;
};

}  // namespace muster::gateway

#endif  // MUSTER_SERVER_GATEWAY_PAYLOAD_STREAM_H_
