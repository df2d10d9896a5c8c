#include "server/main/server.h"

#include <grpcpp/grpcpp.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/pki/pki.h"
#include "common/proto_time.h"
#include "common/telemetry/listener.h"
#include "common/verdict/verdict.h"
#include "rules/builtin_rules.h"
#include "server/campaign/campaigns.h"
#include "server/identity/access.h"
#include "server/identity/authority_files.h"
#include "server/identity/enrollment.h"
#include "server/identity/users.h"
#include "server/notification/sender.h"
#include "server/operator/operator_services.h"
#include "server/store/campaign_store.h"
#include "server/store/database.h"
#include "server/store/embedded_postgres.h"
#include "server/store/evidence_store.h"
#include "server/store/fleet_reader.h"
#include "server/store/health_store.h"
#include "server/store/identity_store.h"
#include "server/store/inventory_store.h"
#include "server/store/notification_store.h"
#include "server/store/overview_reader.h"
#include "server/store/user_store.h"
#include "server/telemetry/metrics.h"

namespace muster::server {
namespace {

constexpr absl::Duration kFirstPatience = absl::Seconds(1);
constexpr absl::Duration kMostPatience = absl::Minutes(1);

// Operators' calls that are under way get so long to end.
constexpr std::chrono::seconds kShutdownGrace(5);
constexpr char kAdminTokenFile[] = "admin.token";
constexpr char kPayloadFolder[] = "payloads";
constexpr char kEvidenceFolder[] = "evidence";
constexpr absl::Duration kPruneInterval = absl::Hours(1);
constexpr absl::Duration kFleetInterval = absl::Seconds(30);
// The loop that tends the server hangs where it was not seen for so long.
constexpr absl::Duration kMostAbsence = absl::Minutes(2);

absl::StatusOr<std::shared_ptr<const verdict::RuleBook>> LoadRules(const std::string& folder) {
  return folder.empty() ? verdict::RuleBook::Parse(rules::BuiltinRules())
                        : verdict::RuleBook::Load(folder);
}

// The first start makes a token with which all others are made.
absl::Status EnsureAdminToken(identity::Access& access, const std::filesystem::path& file) {
  auto tokens = access.ListApiTokens();
  if (!tokens.ok()) return tokens.status();
  if (!tokens->empty()) return absl::OkStatus();
  auto token = access.CreateApiToken({"server", "muster.v1.AccessService.CreateApiToken"},
                                     "made at the first start", v1::ADMIN,
                                     identity::kDefaultApiTokenLifetime);
  if (!token.ok()) return token.status();
  return ReplaceFileContent(file, token->text + "\n", FileMode::kPrivate);
}

absl::StatusOr<std::unique_ptr<grpc::Server>> Listen(
    grpc::ServerBuilder& builder, const std::string& address,
    std::shared_ptr<grpc::ServerCredentials> credentials, int& port) {
  builder.AddListeningPort(address, std::move(credentials), &port);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server || port == 0) {
    return absl::UnavailableError(absl::StrCat(
        "listening on ", address, " failed: is the port in use, or the address not this host's?"));
  }
  return server;
}

}  // namespace

// Members are destroyed from the last to the first: the ports before what answers them, the
// database last.
class Server::Impl {
 public:
  Impl(const ServerOptions& options, Clock clock) : options_(options), clock_(std::move(clock)) {}

  ~Impl() {
    // Neither sessions nor watches end by themselves, and an agent that is cut off starts over:
    // nothing to wait for.
    if (feed_) feed_->Stop();
    if (agent_server_) agent_server_->Shutdown(std::chrono::system_clock::now());
    if (operator_server_) {
      operator_server_->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
    }
  }

  absl::Status Start() {
    auto rules = LoadRules(options_.rules_folder);
    if (!rules.ok()) return rules.status();
    if (absl::Status status = OpenDatabase(); !status.ok()) return status;
    auto files =
        identity::LoadOrCreateAuthorityFiles(options_.data_folder, options_.names, clock_());
    if (!files.ok()) return files.status();
    files_.emplace(*std::move(files));
    spdlog::info("certificates end: authority {}, server {}",
                 absl::FormatTime("%Y-%m-%d", files_->authority_expires_at, absl::UTCTimeZone()),
                 absl::FormatTime("%Y-%m-%d", files_->server_expires_at, absl::UTCTimeZone()));
    access_ = std::make_unique<identity::Access>(*identity_store_, *user_store_, clock_);
    users_ = std::make_unique<identity::Users>(*user_store_, *access_, clock_);
    if (absl::Status status = EnsureAdminToken(*access_, admin_token_file()); !status.ok()) {
      return status;
    }
    enrollment_ =
        std::make_unique<identity::Enrollment>(*identity_store_, files_->authority, clock_);
    ingest_ = std::make_unique<inventory::Ingest>(*inventory_store_, *rules, options_.ingest,
                                                  clock_, metrics_, tracing_.tracer());
    absl::Status judged = ingest_->verdicts().JudgeFleet(*inventory_store_, clock_());
    if (!judged.ok()) return judged;
    StartCampaigns(**rules);
    if (absl::Status status = TakePulse(); !status.ok()) return status;
    if (absl::Status status = StartOperators(*rules); !status.ok()) return status;
    if (absl::Status status = StartAgents(); !status.ok()) return status;
    return StartMetrics();
  }

  void Tend() {
    tended_at_ = absl::Now();
    Restart();
    if (absl::Status beat = pulse_->Beat(); !beat.ok() && !absl::IsUnavailable(beat)) {
      spdlog::warn("this server could not say that it works: {}", beat.ToString());
    }
    if (metrics_listener_) ReadFleet();
    if (absl::Now() < next_prune_) return;
    next_prune_ = absl::Now() + kPruneInterval;
    absl::Status pruned = evidence_->Prune();
    pruned.Update(user_store_->Prune(clock_()));
    if (!pruned.ok()) spdlog::warn("what is old is still there: {}", pruned.ToString());
  }

  // For the metrics. What was read last stands until the database answers again.
  void ReadFleet() {
    if (absl::Now() < next_reading_) return;
    next_reading_ = absl::Now() + kFleetInterval;
    auto summary = fleet_reader_->SummarizeVerdicts({}, clock_());
    auto tally = health_store_->Count();
    if (!summary.ok() || !tally.ok()) return;  // the store has said why
    telemetry::FleetReadings fleet;
    fleet.read_at = clock_();
    fleet.tally = *std::move(tally);
    for (const auto& row : summary->rows()) {
      for (const auto& count : row.counts()) fleet.machines[count.state()] += count.machines();
    }
    metrics_.SetFleet(std::move(fleet));
  }

  // An embedded database that ended.
  void Restart() {
    if (cluster_ == nullptr || absl::Now() < next_try_) return;
    const absl::StatusOr<bool> restarted = cluster_->RestartIfEnded();
    if (restarted.ok()) {
      if (*restarted) spdlog::warn("the embedded database had ended: it was started again");
      patience_ = kFirstPatience;
      return;
    }
    spdlog::error("the embedded database ended, next try to start it in {}: {}",
                  absl::FormatDuration(patience_), std::string(restarted.status().message()));
    next_try_ = absl::Now() + patience_;
    patience_ = std::min(2 * patience_, kMostPatience);
  }

  int agent_port() const { return agent_port_; }
  int operator_port() const { return operator_port_; }
  int metrics_port() const { return metrics_listener_ ? metrics_listener_->port() : 0; }
  std::string authority_file() const { return files_->authority_path.string(); }
  std::filesystem::path admin_token_file() const {
    return std::filesystem::path(options_.data_folder) / kAdminTokenFile;
  }

 private:
  absl::Status OpenDatabase() {
    std::string conninfo = options_.conninfo;
    if (!options_.embedded_folder.empty()) {
      auto cluster = store::EmbeddedPostgres::Start({.directory = options_.embedded_folder});
      if (!cluster.ok()) return cluster.status();
      cluster_ = *std::move(cluster);
      conninfo = cluster_->conninfo();
    }
    auto database =
        store::Database::Open({.conninfo = conninfo, .pool_size = options_.database_connections});
    if (!database.ok()) {
      if (!absl::IsUnavailable(database.status()) || cluster_ != nullptr) return database.status();
      return absl::UnavailableError(
          "no way to the database: check that it runs, and the connection string that --postgres "
          "gives (what was tried is above)");
    }
    database_ = *std::move(database);
    inventory_store_ = std::make_unique<store::InventoryStore>(database_.get());
    identity_store_ = std::make_unique<store::IdentityStore>(database_.get());
    user_store_ = std::make_unique<store::UserStore>(database_.get());
    campaign_store_ = std::make_unique<store::CampaignStore>(database_.get());
    notification_store_ = std::make_unique<store::NotificationStore>(database_.get());
    evidence_store_ = std::make_unique<store::EvidenceStore>(database_.get());
    fleet_reader_ = std::make_unique<store::FleetReader>(database_.get());
    overview_reader_ = std::make_unique<store::OverviewReader>(database_.get());
    health_store_ = std::make_unique<store::HealthStore>(database_.get());
    return absl::OkStatus();
  }

  void StartCampaigns(const verdict::RuleBook& rules) {
    std::vector<std::string> ids;
    for (const v1::Rule& rule : rules.rules()) ids.push_back(rule.id());
    campaigns_ = std::make_unique<campaign::Campaigns>(*campaign_store_, std::move(ids), clock_);
    payloads_ = std::make_unique<campaign::Payloads>(
        *campaign_store_, std::filesystem::path(options_.data_folder) / kPayloadFolder,
        options_.payloads, clock_);
    evidence_ = std::make_unique<evidence::Vault>(
        *evidence_store_, std::filesystem::path(options_.data_folder) / kEvidenceFolder,
        options_.evidence, clock_);
    feed_ = std::make_unique<campaign::CampaignFeed>(
        [this](const std::string& id) { return campaigns_->Get(id); },
        campaign::CampaignFeedOptions());
    remediation_.emplace(operator_api::RemediationDeps{
        *campaign_store_, *campaigns_, *feed_, *payloads_, *notification_store_, *evidence_store_});
    sender_ = std::make_unique<notification::Sender>(*notification_store_, options_.notifications,
                                                     clock_);
    reports_ = std::make_unique<campaign::ReportQueue>(*campaign_store_, clock_);
    // Verdicts say REMEDIATING while an order is under way: whoever moves campaigns on sees to it.
    dispatcher_ = std::make_unique<campaign::Dispatcher>(
        *campaign_store_, options_.dispatcher, clock_, [this] {
          auto judged = ingest_->verdicts().FollowOrders(*inventory_store_, clock_());
          if (!judged.ok() && !absl::IsUnavailable(judged.status())) {
            spdlog::warn("verdicts could not follow orders: {}", judged.status().ToString());
          }
        });
  }

  absl::Status TakePulse() {
    std::vector<v1::Health::Certificate> certificates;
    for (const auto& [pem, subject, purpose] :
         {std::tuple(files_->authority.certificate_pem(), "the authority",
                     "authority that agents and operators trust"),
          std::tuple(files_->server_certificate_pem, "this server",
                     "certificate of this server")}) {
      auto info = pki::ReadCertificate(pem);
      if (!info.ok()) return info.status();
      v1::Health::Certificate& certificate = certificates.emplace_back();
      certificate.set_subject(info->common_name.empty() ? subject : info->common_name);
      certificate.set_purpose(purpose);
      *certificate.mutable_not_before() = ToProto(info->not_before);
      *certificate.mutable_not_after() = ToProto(info->not_after);
    }
    metrics_.SetCertificates(certificates);
    pulse_ = std::make_unique<health::Pulse>(
        *health_store_, std::move(certificates),
        [this](v1::Health::Server& server) {
          server.set_version(options_.version);
          server.set_address(absl::StrCat(options_.names.back(), ":", agent_port_.load()));
          server.set_sessions(static_cast<int64_t>(ingest_->sessions()));
          server.set_queued_reports(static_cast<int64_t>(ingest_->queued()));
          server.set_queue_capacity(static_cast<int64_t>(ingest_->capacity()));
          server.set_rejected_reports(ingest_->refused());
        },
        clock_);
    return absl::OkStatus();
  }

  absl::StatusOr<v1::EnrollResponse> Enroll(const v1::EnrollRequest& request) {
    auto response = enrollment_->Enroll(request);
    if (!response.ok()) return response;
    auto keys = campaign_store_->KeySets();
    if (!keys.ok()) return keys.status();
    if (!keys->empty()) *response->mutable_key_set() = keys->back();
    return response;
  }

  absl::StatusOr<gateway::OpenedPayload> OpenPayload(const Digest& machine, const Digest& digest) {
    auto file = payloads_->File(digest);
    if (!file.ok()) return file.status();
    gateway::OpenedPayload opened{*file, ""};
    if (options_.gateway.payload_rates.per_site == 0) return opened;
    auto site = campaign_store_->SiteOf(machine);
    if (!site.ok()) return site.status();
    opened.site = *std::move(site);
    return opened;
  }

  absl::Status StartAgents() {
    gateway_ = std::make_unique<gateway::GatewayService>(
        gateway::GatewayDeps{{*ingest_, *dispatcher_, *reports_},
                             [this](const v1::EnrollRequest& request) { return Enroll(request); },
                             [this](const Digest& machine, const Digest& digest) {
                               return OpenPayload(machine, digest);
                             },
                             *evidence_},
        options_.gateway);
    grpc::ServerBuilder builder;
    gateway::ConfigureGateway(builder);
    int port = 0;
    builder.RegisterService(gateway_.get());
    auto server =
        Listen(builder, options_.agent_listen,
               gateway::GatewayCredentials(files_->server_key_pem, files_->server_certificate_pem,
                                           files_->authority.certificate_pem()),
               port);
    if (!server.ok()) return server.status();
    agent_port_ = port;
    agent_server_ = *std::move(server);
    return absl::OkStatus();
  }

  absl::Status StartOperators(const std::shared_ptr<const verdict::RuleBook>& rules) {
    operator_services_ = operator_api::MakeOperatorServices(
        {*fleet_reader_, *overview_reader_, rules, *access_, *users_, clock_, tracing_.tracer(),
         &*remediation_, pulse_.get()});
    grpc::ServerBuilder builder;
    operator_api::ConfigureOperatorApi(builder);
    for (const auto& service : operator_services_) builder.RegisterService(service.get());
    auto server = Listen(
        builder, options_.operator_listen,
        operator_api::OperatorCredentials(files_->server_key_pem, files_->server_certificate_pem),
        operator_port_);
    if (!server.ok()) return server.status();
    operator_server_ = *std::move(server);
    return absl::OkStatus();
  }

  absl::Status StartMetrics() {
    if (options_.metrics_listen.empty()) return absl::OkStatus();
    auto listener = telemetry::Listener::Start(
        options_.metrics_listen,
        {[this] { return metrics_.Text(); },
         [this] {
           return absl::Now() - tended_at_.load() > kMostAbsence ? "the server's main loop hangs"
                                                                 : "";
         },
         [this] { return pulse_->beats() ? "" : "the database does not answer"; }});
    if (!listener.ok()) return listener.status();
    metrics_listener_ = *std::move(listener);
    return absl::OkStatus();
  }

  telemetry::Readings Read() const {
    telemetry::Readings read;
    read.sessions = static_cast<int64_t>(ingest_->sessions());
    read.queued_reports = static_cast<int64_t>(ingest_->queued());
    read.queue_capacity_reports = static_cast<int64_t>(ingest_->capacity());
    read.queued_bytes = static_cast<int64_t>(ingest_->queued_bytes());
    read.queue_capacity_bytes = static_cast<int64_t>(ingest_->capacity_bytes());
    read.refused_reports = ingest_->refused();
    const store::DatabaseCounts database = database_->counts();
    read.transactions = database.transactions;
    for (const auto& [code, count] : database.errors) {
      read.database_errors[absl::StatusCodeToString(code)] = count;
    }
    read.connections_in_use = database.connections_in_use;
    read.max_connections = database.max_connections;
    const trace::ExporterCounts spans = tracing_.counts();
    read.exported_spans = spans.exported;
    read.dropped_spans = spans.dropped;
    return read;
  }

  const ServerOptions options_;
  const Clock clock_;
  const trace::Tracing tracing_{options_.tracing, "muster-server", options_.version};
  telemetry::Metrics metrics_{options_.version, [this] { return Read(); }};
  std::unique_ptr<store::EmbeddedPostgres> cluster_;
  absl::Time next_try_ = absl::InfinitePast();  // to start it again
  absl::Duration patience_ = kFirstPatience;
  absl::Time next_prune_ = absl::InfinitePast();
  absl::Time next_reading_ = absl::InfinitePast();  // of the fleet
  std::atomic<absl::Time> tended_at_ = absl::Now();
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::InventoryStore> inventory_store_;
  std::unique_ptr<store::IdentityStore> identity_store_;
  std::unique_ptr<store::UserStore> user_store_;
  std::unique_ptr<store::CampaignStore> campaign_store_;
  std::unique_ptr<store::NotificationStore> notification_store_;
  std::unique_ptr<store::EvidenceStore> evidence_store_;
  std::unique_ptr<store::FleetReader> fleet_reader_;
  std::unique_ptr<store::OverviewReader> overview_reader_;
  std::unique_ptr<store::HealthStore> health_store_;
  std::optional<identity::AuthorityFiles> files_;
  std::unique_ptr<identity::Access> access_;
  std::unique_ptr<identity::Users> users_;
  std::unique_ptr<identity::Enrollment> enrollment_;
  std::unique_ptr<inventory::Ingest> ingest_;
  std::unique_ptr<campaign::Campaigns> campaigns_;
  std::unique_ptr<campaign::CampaignFeed> feed_;
  std::unique_ptr<campaign::Payloads> payloads_;
  std::unique_ptr<evidence::Vault> evidence_;
  std::optional<operator_api::RemediationDeps> remediation_;
  std::unique_ptr<notification::Sender> sender_;
  std::unique_ptr<campaign::ReportQueue> reports_;
  std::unique_ptr<campaign::Dispatcher> dispatcher_;
  std::unique_ptr<health::Pulse> pulse_;
  std::vector<std::unique_ptr<grpc::Service>> operator_services_;
  std::unique_ptr<gateway::GatewayService> gateway_;
  std::atomic<int> agent_port_ = 0;
  int operator_port_ = 0;
  std::unique_ptr<grpc::Server> operator_server_;
  std::unique_ptr<grpc::Server> agent_server_;
  std::unique_ptr<telemetry::Listener> metrics_listener_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Clock clock) {
  auto impl = std::make_unique<Impl>(options, std::move(clock));
  if (absl::Status status = impl->Start(); !status.ok()) return status;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

void Server::Tend() { impl_->Tend(); }
int Server::agent_port() const { return impl_->agent_port(); }
int Server::operator_port() const { return impl_->operator_port(); }
int Server::metrics_port() const { return impl_->metrics_port(); }
std::string Server::authority_file() const { return impl_->authority_file(); }
std::string Server::admin_token_file() const { return impl_->admin_token_file().string(); }

}  // namespace muster::server
