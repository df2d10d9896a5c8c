// muster-server in a process of its own, with its own PostgreSQL, and an operator of it.
#ifndef MUSTER_TESTS_BENCH_SUPPORT_SERVER_PROCESS_H_
#define MUSTER_TESTS_BENCH_SUPPORT_SERVER_PROCESS_H_

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "common/pki/signing_key.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "muster/v1/operator.grpc.pb.h"
#include "server/store/child_process.h"
#include "server/store/embedded_postgres.h"

namespace muster::bench {

// Whatever fails ends the program: see Require.
class ServerProcess {
 public:
  // Everything it keeps is in `folder`.
  explicit ServerProcess(const std::filesystem::path& folder);
  ~ServerProcess();

  pid_t pid() const { return program_->pid(); }
  std::string agent_target() const { return "127.0.0.1:" + said_.at("agent_port"); }
  const std::string& authority_file() const { return said_.at("authority"); }
  std::string authority_pem() const;
  // The server's own key and certificate, and the folder it keeps them in.
  std::filesystem::path secret_file() const;
  std::string database() const { return cluster_->conninfo(); }

  // A new connection to the operator API, and a call's context with the first admin token.
  std::shared_ptr<grpc::Channel> Operators() const;
  std::unique_ptr<grpc::ClientContext> Admin() const;

  std::string NewEnrollmentToken(int uses);
  // Makes this the one key that agents obey who enrol from now on.
  void PublishKey(const pki::SigningKey& key);
  v1::StoredPayload Upload(const std::string& name, const std::string& bytes);

 private:
  std::unique_ptr<store::EmbeddedPostgres> cluster_;
  std::unique_ptr<store::ChildProcess> program_;
  std::map<std::string, std::string> said_;
};

// Ends the program where a call failed.
void Require(const grpc::Status& status);

}  // namespace muster::bench

#endif  // MUSTER_TESTS_BENCH_SUPPORT_SERVER_PROCESS_H_
