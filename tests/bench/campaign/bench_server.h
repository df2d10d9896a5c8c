// What the benchmarks of campaigns share: the real server as a process beside them, with a database
// of its own, and an operator with every right.
#ifndef MUSTER_TESTS_BENCH_CAMPAIGN_BENCH_SERVER_H_
#define MUSTER_TESTS_BENCH_CAMPAIGN_BENCH_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/pki/signing_key.h"
#include "server/store/child_process.h"

namespace muster::bench {

// End the process with the error, where there is one.
void Require(const absl::Status& status);
void Require(const grpc::Status& status);

// Where this program and the others of the build are.
std::filesystem::path ProgramFolder();

// A program beside this one, since a process has too few file descriptors for both ends of
// thousands of connections, and so that the times of both are told apart. Ended with this.
std::unique_ptr<store::ChildProcess> StartProgram(std::vector<std::string> command,
                                                  const std::filesystem::path& log);
// What a program writes once it is up: lines of name=value.
std::map<std::string, std::string> AwaitAnnouncement(const std::filesystem::path& file);
// Processor time of a process and its children that live, in seconds.
double ProcessorSeconds(pid_t process);

class BenchServer {
 public:
  BenchServer();
  ~BenchServer();

  void PublishKey(const pki::SigningKey& key);
  std::string NewEnrollmentToken(int uses);
  std::unique_ptr<grpc::ClientContext> Context() const;

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }  // operators'
  const std::string& agents() const { return agents_; }                       // HOST:PORT
  const std::string& authority() const { return authority_; }                 // PEM
  const std::filesystem::path& folder() const { return folder_; }
  const std::filesystem::path& data() const { return data_; }  // with server.secret.pem
  pid_t pid() const { return process_->pid(); }

 private:
  std::filesystem::path folder_, data_;
  std::unique_ptr<store::ChildProcess> process_;
  std::string agents_, authority_, token_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace muster::bench

#endif  // MUSTER_TESTS_BENCH_CAMPAIGN_BENCH_SERVER_H_
