// What it takes to send one message to each of many machines without anything of ours: the simplest
// gRPC server with the same TLS, and the agents' own streams.
#ifndef MUSTER_TESTS_BENCH_CAMPAIGN_BARE_STREAMS_H_
#define MUSTER_TESTS_BENCH_CAMPAIGN_BARE_STREAMS_H_

#include <filesystem>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "agent/sync/grpc_stream.h"

namespace muster::bench {

// Serves until the process is ended: takes streams, and sends each a message of `bytes` when a
// message comes on any. Writes its port to `port_file`. `secret`: a file with key and certificate.
[[noreturn]] void ServeBare(const std::filesystem::path& secret, const std::string& authority,
                            size_t bytes, const std::filesystem::path& port_file);

// Opens a stream to the bare server at `target` as each machine, has it send, and answers the time
// until the last has its message.
absl::Duration TimeBare(std::vector<sync::GatewayAddress> machines, const std::string& target);

}  // namespace muster::bench

#endif  // MUSTER_TESTS_BENCH_CAMPAIGN_BARE_STREAMS_H_
