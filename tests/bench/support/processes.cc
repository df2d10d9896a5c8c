#include "tests/bench/support/processes.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace muster::bench {
namespace {

namespace fs = std::filesystem;
constexpr absl::Duration kPatience = absl::Minutes(1);

// Fields of /proc/PID/stat after the program's name, which may hold blanks (proc(5)).
std::vector<std::string> Stat(const fs::path& process) {
  std::ifstream in(process / "stat");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(text.substr(name_end + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

constexpr size_t kParent = 1, kUserTicks = 11, kSystemTicks = 12;

}  // namespace

ScratchFolder::ScratchFolder() {
  std::string pattern = (fs::temp_directory_path() / "muster_bench_XXXXXX").string();
  path_ = mkdtemp(pattern.data());
  fs::permissions(path_, fs::perms(0755));  // PostgreSQL and nginx run as users of their own
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "benchmark: %s\n", status.ToString().c_str());
  std::_Exit(2);
}

std::unique_ptr<store::ChildProcess> StartProgram(const std::vector<std::string>& command,
                                                  const fs::path& log,
                                                  const std::function<bool()>& ready) {
  store::ChildOptions options;
  options.command = command;
  options.log_file = log.string();
  options.working_directory = log.parent_path().string();
  options.parent_death_signal = SIGTERM;
  auto program = store::ChildProcess::Start(options);
  Require(program.status());
  const absl::Time deadline = absl::Now() + kPatience;
  while (!ready()) {
    if ((*program)->Wait(absl::Milliseconds(20)) || absl::Now() > deadline) {
      Require(absl::InternalError(absl::StrCat(command[0], " did not start: see ", log.string())));
    }
  }
  return *std::move(program);
}

void StopProgram(store::ChildProcess& program) {
  program.Signal(SIGTERM);
  program.Wait(kPatience);
}

absl::Duration ProcessorTime(pid_t process) {
  int64_t ticks = 0;
  std::vector<std::string> family = {absl::StrCat(process)};
  for (size_t i = 0; i < family.size(); ++i) {
    const auto own = Stat(fs::path("/proc") / family[i]);
    if (own.size() > kSystemTicks)
      ticks += std::stoll(own[kUserTicks]) + std::stoll(own[kSystemTicks]);
    for (const auto& entry : fs::directory_iterator("/proc")) {
      if (!isdigit(static_cast<unsigned char>(entry.path().filename().string()[0]))) continue;
      const auto stat = Stat(entry.path());
      if (stat.size() > kParent && stat[kParent] == family[i]) {
        family.push_back(entry.path().filename().string());
      }
    }
  }
  return absl::Seconds(1) * static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

size_t ResidentBytes(pid_t process) {
  std::ifstream in(absl::StrCat("/proc/", process, "/statm"));
  size_t total = 0, resident = 0;
  in >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

fs::path ProgramFolder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

void RaiseFileLimit(size_t files) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < files) {
    Require(absl::FailedPreconditionError(absl::StrCat(
        "this takes ", files, " open files, and ", limit.rlim_max, " are allowed: ulimit -Hn")));
  }
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

double Median(std::vector<double> values) { return Percentile(std::move(values), 50); }

double Percentile(std::vector<double> values, double percent) {
  std::ranges::sort(values);
  const auto place = static_cast<size_t>(static_cast<double>(values.size()) * percent / 100);
  return values[std::min(place, values.size() - 1)];
}

}  // namespace muster::bench
