// The servers that are struck: each this very program once more, as a process that can be killed.
#ifndef MUSTER_TESTS_CHAOS_SERVER_PROCESS_H_
#define MUSTER_TESTS_CHAOS_SERVER_PROCESS_H_

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/store/child_process.h"

namespace muster::chaos {

struct Serving {
  std::filesystem::path data;  // with the file that sets its clock
  std::string conninfo;
  int agents = 0, operators = 0;  // ports
};

// Runs this program with --serve and its ports; killed with whoever holds the process.
absl::StatusOr<std::unique_ptr<store::ChildProcess>> StartServing(const Serving& serving,
                                                                  const std::string& log_file);

// A muster-server as it is, but for its clock. Until it is killed.
[[noreturn]] void Serve(const Serving& serving);

}  // namespace muster::chaos

#endif  // MUSTER_TESTS_CHAOS_SERVER_PROCESS_H_
