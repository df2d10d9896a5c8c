// One Muster server: the database, the inventory, the agent gateway and the operator API, put
// together.
#ifndef MUSTER_SERVER_MAIN_SERVER_H_
#define MUSTER_SERVER_MAIN_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/trace/tracing.h"
#include "server/campaign/dispatcher.h"
#include "server/campaign/payloads.h"
#include "server/evidence/vault.h"
#include "server/gateway/gateway_service.h"
#include "server/inventory/ingest.h"
#include "server/notification/options.h"

namespace muster::server {

struct ServerOptions {
  std::string data_folder;      // authority, certificates, the first admin token
  std::string conninfo;         // of a given PostgreSQL; empty: embedded_folder
  std::string embedded_folder;  // of a private cluster
  int database_connections = 8;
  std::string agent_listen = "0.0.0.0:8443";
  std::string operator_listen = "127.0.0.1:8444";
  std::string metrics_listen;  // for Prometheus, over plain HTTP; empty: none
  trace::TracingOptions tracing = {};
  // DNS names and addresses that the server's certificate carries.
  std::vector<std::string> names = {"localhost", "127.0.0.1"};
  std::string version;       // of this program
  std::string rules_folder;  // empty: the built-in rules
  inventory::IngestOptions ingest = {};
  gateway::GatewayOptions gateway = {};
  campaign::DispatcherOptions dispatcher = {};
  campaign::PayloadOptions payloads = {};
  evidence::VaultOptions evidence = {};
  notification::SenderOptions notifications = {};
};

// Runs until it is destroyed: first no new calls are taken, then what is queued is committed, then
// the database is left.
class Server {
 public:
  // Everything is up when this answers. Errors say what to do.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options, Clock clock);
  ~Server();

  // To be called every second or so, from one thread: an embedded database that ended is started
  // again, at growing intervals where that fails; evidence that is old enough goes; what the
  // metrics say of the fleet is read anew.
  void Tend();

  int agent_port() const;
  int operator_port() const;
  int metrics_port() const;  // 0: none
  // The CA's certificate, which agents and operators trust.
  std::string authority_file() const;
  // Where the first start left a token for the role admin.
  std::string admin_token_file() const;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_MAIN_SERVER_H_
