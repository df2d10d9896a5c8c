#include "tests/bench/campaign/bench_server.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/orders/key_set.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "muster/v1/operator.grpc.pb.h"

namespace muster::bench {

namespace fs = std::filesystem;

void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "the benchmark failed: %s\n", status.ToString().c_str());
  std::_Exit(2);
}

void Require(const grpc::Status& status) {
  if (!status.ok()) Require(absl::InternalError(status.error_message()));
}

fs::path ProgramFolder() { return fs::read_symlink("/proc/self/exe").parent_path(); }

std::unique_ptr<store::ChildProcess> StartProgram(std::vector<std::string> command,
                                                  const fs::path& log) {
  auto child = store::ChildProcess::Start({.command = std::move(command),
                                           .log_file = log.string(),
                                           .working_directory = "/",
                                           .user = {},
                                           .parent_death_signal = SIGTERM});
  Require(child.status());
  return *std::move(child);
}

std::map<std::string, std::string> AwaitAnnouncement(const fs::path& file) {
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  auto text = ReadSmallFile(file);
  for (; !text.ok() && absl::Now() < deadline; text = ReadSmallFile(file)) {
    absl::SleepFor(absl::Milliseconds(50));
  }
  Require(text.status());
  std::map<std::string, std::string> values;
  for (absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    values.insert(absl::StrSplit(line, absl::MaxSplits('=', 1)));
  }
  return values;
}

// proc(5): after the name in brackets, the fields from the state (3) on; utime is the 14th.
double ProcessorSeconds(pid_t process) {
  double ticks = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    int id = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &id)) continue;
    std::ifstream file(entry.path() / "stat");
    std::string line;
    std::getline(file, line);
    const size_t close = line.rfind(") ");
    if (close == std::string::npos) continue;
    const std::vector<std::string> fields = absl::StrSplit(line.substr(close + 2), ' ');
    if (id == process || fields[1] == absl::StrCat(process)) {
      ticks += std::stod(fields[11]) + std::stod(fields[12]);
    }
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

BenchServer::BenchServer() {
  std::string pattern = (fs::temp_directory_path() / "muster_bench_XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  fs::permissions(folder_, fs::perms(0755));
  data_ = folder_ / "server";
  const fs::path announcement = folder_ / "announcement";
  process_ = StartProgram(
      {(ProgramFolder() / "muster-server").string(), "--data", data_.string(),
       "--embedded-postgres", (folder_ / "postgres").string(), "--agent-listen", "127.0.0.1:0",
       "--operator-listen", "127.0.0.1:0", "--announce", announcement.string()},
      folder_ / "server.log");
  auto said = AwaitAnnouncement(announcement);
  agents_ = "127.0.0.1:" + said["agent_port"];
  authority_ = *ReadSmallFile(said["authority"]);
  token_ = std::string(absl::StripAsciiWhitespace(*ReadSmallFile(said["admin_token"])));
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = authority_;
  channel_ = grpc::CreateChannel("127.0.0.1:" + said["operator_port"], grpc::SslCredentials(tls));
}

BenchServer::~BenchServer() {
  process_->Signal(SIGTERM);  // it ends its cluster, too
  process_->Wait(absl::Seconds(30));
  fs::remove_all(folder_);
}

std::unique_ptr<grpc::ClientContext> BenchServer::Context() const {
  auto context = std::make_unique<grpc::ClientContext>();
  context->AddMetadata("authorization", "Bearer " + token_);
  return context;
}

void BenchServer::PublishKey(const pki::SigningKey& key) {
  v1::KeySet set;
  set.set_serial(1);
  set.set_min_approvals(1);
  *set.add_keys() = orders::DescribeKey(key, "bench");
  v1::PublishKeySetRequest request;
  request.mutable_signed_key_set()->set_key_set(set.SerializeAsString());
  v1::KeySet published;
  Require(v1::KeyService::NewStub(channel_)->PublishKeySet(Context().get(), request, &published));
}

std::string BenchServer::NewEnrollmentToken(int uses) {
  v1::CreateEnrollmentTokenRequest request;
  request.set_max_uses(uses);
  v1::EnrollmentToken token;
  Require(v1::AccessService::NewStub(channel_)->CreateEnrollmentToken(Context().get(), request,
                                                                      &token));
  return token.token();
}

}  // namespace muster::bench
