// How a log and a place in it are known again, though logs are renamed and begun anew.
#ifndef MUSTER_AGENT_COLLECT_LOG_PLACE_H_
#define MUSTER_AGENT_COLLECT_LOG_PLACE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/host/host.h"

namespace muster::collect {

// Lines are compared by at most this many of their bytes.
inline constexpr size_t kLineBytes = 4096;

// One log, open. Movable.
struct LogPlace {
  std::string path;
  std::unique_ptr<host::FileReader> file;
  std::string identity;  // digest of the first line, 32 bytes
  std::string mark;      // byte order mark at its start; may be empty
};

// NOT_FOUND also where the file has no whole first line yet: it cannot be known again.
absl::StatusOr<LogPlace> OpenLog(host::Host& host, absl::string_view path);

// Digest of the line that ends before `offset`; empty where the file is shorter than that.
absl::StatusOr<std::string> LastLineDigest(host::FileReader& file, uint64_t offset);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_LOG_PLACE_H_
