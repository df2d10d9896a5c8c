// How fast CBS.log is read, against grep over the same warm file in the same run. Makes the file by
// repeating a real log, then times plain read(), grep -c (bytes and default locale) and what a scan
// does: every record looked at, those that say something went wrong counted by signature. Fails
// where the scan is slower than a third of grep.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "agent/servicing/cbs/cbs_log.h"
#include "tests/testdata/files.h"

namespace muster {
namespace {

constexpr size_t kPieceBytes = 256 * 1024;
constexpr double kMebibyte = 1024.0 * 1024.0;
constexpr double kLeastRatio = 1.0 / 3.0;

// The best of `rounds`, in MiB per second.
double Measure(uint64_t bytes, int rounds, const std::function<void()>& work) {
  double best = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(bytes) / kMebibyte / took.count());
  }
  return best;
}

void ReadPieces(const std::string& path, const std::function<void(absl::string_view)>& take) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    std::perror(path.c_str());
    std::exit(2);
  }
  std::vector<char> buffer(kPieceBytes);
  ssize_t got = 0;
  while ((got = read(file, buffer.data(), buffer.size())) > 0) {
    take(absl::string_view(buffer.data(), static_cast<size_t>(got)));
  }
  close(file);
}

struct Scan {
  servicing::CbsLogStatistics statistics;
  absl::flat_hash_map<servicing::CbsSignature, uint64_t> failures;
};

Scan ScanLog(const std::string& path) {
  Scan scan;
  servicing::CbsLogReader reader([&scan](const servicing::CbsRecord& record) {
    if (!servicing::SaysSomethingWentWrong(record)) return;
    ++scan.failures[servicing::MakeSignature(record)];
  });
  ReadPieces(path, [&reader](absl::string_view piece) { reader.Feed(piece); });
  reader.Finish();
  scan.statistics = reader.statistics();
  return scan;
}

void WriteRepeated(const std::string& path, const std::string& log, uint64_t bytes) {
  std::ofstream out(path, std::ios::binary);
  for (uint64_t written = 0; written < bytes; written += log.size()) out << log;
  if (!out.flush()) {
    std::fprintf(stderr, "%s: could not be written; is there room for %llu bytes?\n", path.c_str(),
                 static_cast<unsigned long long>(bytes));
    std::exit(2);
  }
}

// The count goes through a pipe: GNU grep stops at the first match where it writes to /dev/null.
void Grep(const std::string& environment, const std::string& path) {
  const std::string command = absl::StrCat(environment, " grep -c HRESULT '", path, "'");
  FILE* pipe = popen(command.c_str(), "r");
  unsigned long long count = 0;
  const bool counted = pipe != nullptr && std::fscanf(pipe, "%llu", &count) == 1;
  if (pipe == nullptr || pclose(pipe) != 0 || !counted) {
    std::fprintf(stderr, "failed: %s\n", command.c_str());
    std::exit(2);
  }
}

long PeakKibibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

int Run(const std::string& path, uint64_t bytes, int rounds) {
  const double plain =
      Measure(bytes, rounds, [&path] { ReadPieces(path, [](absl::string_view) {}); });
  const double grep = Measure(bytes, rounds, [&path] { Grep("LC_ALL=C", path); });
  const double grep_locale = Measure(bytes, rounds, [&path] { Grep("", path); });
  Scan scan;
  const double ours = Measure(bytes, rounds, [&path, &scan] { scan = ScanLog(path); });
  const double ratio = ours / grep;
  std::printf("file                   %8.0f MiB, %llu records, %zu signatures of failures\n",
              static_cast<double>(bytes) / kMebibyte,
              static_cast<unsigned long long>(scan.statistics.records), scan.failures.size());
  std::printf("read()                 %8.0f MiB/s\n", plain);
  std::printf("grep -c, LC_ALL=C      %8.0f MiB/s\n", grep);
  std::printf("grep -c, this locale   %8.0f MiB/s\n", grep_locale);
  std::printf(
      "scan                   %8.0f MiB/s, %.2f of grep (at least %.2f), %.2f in this locale\n",
      ours, ratio, kLeastRatio, ours / grep_locale);
  std::printf("peak memory            %8.1f MiB\n", static_cast<double>(PeakKibibytes()) / 1024.0);
  return ratio >= kLeastRatio ? 0 : 1;
}

}  // namespace
}  // namespace muster

int main(int argc, char** argv) {
  CLI::App app{"CBS.log parse speed against grep -c"};
  uint64_t megabytes = 1024;
  int rounds = 3;
  std::string source;
  app.add_option("--size", megabytes, "Size of the file, MiB")->check(CLI::Range(1, 16384));
  app.add_option("--rounds", rounds, "The best of so many runs counts")->check(CLI::Range(1, 100));
  app.add_option("--log", source, "The log to repeat; default: the shared Windows 7 log");
  CLI11_PARSE(app, argc, argv);

  const auto shared = muster::testdata::SharedData();
  if (source.empty() && shared) source = *shared / "cbs/win7_loghub_first1000.log";
  const auto log = muster::testdata::ReadFile(source);
  if (!log.ok() || log->empty()) {
    std::fprintf(stderr, "No log to repeat: set MUSTER_SOURCE_DIR or pass --log FILE\n");
    return 2;
  }
  std::string folder = std::filesystem::temp_directory_path() / "muster-bench-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    std::perror(folder.c_str());
    return 2;
  }
  const std::string path = folder + "/CBS.log";
  muster::WriteRepeated(path, *log, megabytes * 1024 * 1024);
  const int result = muster::Run(path, std::filesystem::file_size(path), rounds);
  std::filesystem::remove_all(folder);
  return result;
}
