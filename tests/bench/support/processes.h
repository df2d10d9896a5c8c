// What a benchmark needs of the programs it measures: start, wait for, what they used.
#ifndef MUSTER_TESTS_BENCH_SUPPORT_PROCESSES_H_
#define MUSTER_TESTS_BENCH_SUPPORT_PROCESSES_H_

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/store/child_process.h"

namespace muster::bench {

// A folder of this run's own, deleted with it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Ends the program with code 2 where it is not OK: a benchmark that cannot measure.
void Require(const absl::Status& status);

// Starts a program, and waits until `ready` says so; its output goes to `log`.
std::unique_ptr<store::ChildProcess> StartProgram(const std::vector<std::string>& command,
                                                  const std::filesystem::path& log,
                                                  const std::function<bool()>& ready);
// Asks it to end with SIGTERM, and waits.
void StopProgram(store::ChildProcess& program);

// Processor time so far of a process, its children and theirs.
absl::Duration ProcessorTime(pid_t process);
// The process's own resident memory, bytes.
size_t ResidentBytes(pid_t process);

// The folder that this program is in.
std::filesystem::path ProgramFolder();
// Lets this process and its children open so many files; ends the program where the system does
// not.
void RaiseFileLimit(size_t files);

double Median(std::vector<double> values);
// The value below which `percent` of them are; of at least one.
double Percentile(std::vector<double> values, double percent);

}  // namespace muster::bench

#endif  // MUSTER_TESTS_BENCH_SUPPORT_PROCESSES_H_
