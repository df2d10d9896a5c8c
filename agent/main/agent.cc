#include "agent/main/agent.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "agent/collect/collect.h"
#include "agent/collect/log_files.h"
#include "agent/main/enrollment.h"
#include "agent/main/evidence.h"
#include "agent/main/machine_identity.h"
#include "agent/main/orders.h"
#include "agent/main/process.h"
#include "agent/main/scan_requests.h"
#include "agent/main/state_folder.h"
#include "agent/main/version.h"
#include "agent/sync/grpc_stream.h"
#include "common/backoff.h"
#include "common/directory_lock.h"

namespace muster::agent {
namespace {

constexpr absl::Duration kBeatInterval = absl::Seconds(5);
// For one try at a payload; the next goes on where it ended.
constexpr absl::Duration kPayloadPatience = absl::Hours(1);

std::shared_ptr<const sync::Snapshot> ToSnapshot(const collect::Collection& collection,
                                                 const v1::MachineAttributes& given) {
  auto snapshot = std::make_shared<sync::Snapshot>();
  snapshot->attributes = collection.attributes;
  snapshot->attributes.MergeFrom(given);
  snapshot->incidents = collection.incidents_outcome;
  snapshot->install_dates = collection.install_dates;
  for (const auto& [kind, collected] : collection.sets) {
    snapshot->kinds[kind] = {collected.outcome, collected.set};
  }
  return snapshot;
}

// One agent, from the first look at the volume to the signal that ends it.
class Agent {
 public:
  Agent(const AgentOptions& options, StopRequest& stop, AgentObserver observer,
        Installation installation, AgentState::Enrolment enrolment,
        std::unique_ptr<sync::AcknowledgementFile> acknowledgements)
      : options_(options),
        stop_(stop),
        observer_(std::move(observer)),
        installation_(std::move(installation)),
        enrolment_(std::move(enrolment)),
        acknowledgements_(std::move(acknowledgements)),
        logs_(*installation_.host, installation_.system.get(), options.once) {}

  void Run() {
    Post([this] { Beat(); });
    Collect();
    Post([this] {
      link_ = MakeLink();
      link_->SetSnapshot(snapshot_);
      OpenOrders();
      link_->Start();
    });
    if (installation_.watch) {
      watch_ = installation_.watch(collect::kLogsDirectory,
                                   [this] { Post([this] { link_->OnLogsChanged(); }); });
    }
    while (scans_.Await(options_.interval, stop_)) {
      const uint64_t answers = scans_.Begin();
      Collect();
      Post([this, answers] {
        scans_sent_ = answers;
        link_->SetSnapshot(snapshot_);
      });
    }
  }

 private:
  // Looks at the volume on the caller's thread; the loop goes on meanwhile.
  void Collect() {
    const BackgroundWork background;
    collect::Collection collection =
        collect::Collect(*installation_.host, installation_.system.get(), nullptr, &trust_);
    auto snapshot = ToSnapshot(collection, enrolment_.settings.attributes);
    absl::Duration utc_offset = collection.utc_offset.value_or(absl::ZeroDuration());
    for (const collect::LogFile& log : collection.logs) {
      if (log.utc_offset != absl::ZeroDuration()) utc_offset = log.utc_offset;
    }
    Post([this, snapshot, utc_offset, failures = std::move(collection.failed_updates)] {
      snapshot_ = snapshot;
      logs_.SetUtcOffset(utc_offset);
      logs_.SetFailedUpdates(failures);
    });
  }

  // Of a machine that cannot take orders the inventory is worth all the more.
  void OpenOrders() {
    const AgentState state(options_.state_folder);
    auto orders = Orders::Open(
        state, enrolment_.machine,
        {installation_.control.get(), installation_.downloader.get(), loop_, state.payloads(),
         [this](const std::string& sha256, uint64_t offset,
                const std::function<absl::Status(absl::string_view)>& take) {
           return sync::FetchPayload(Address(), sha256, offset, kPayloadPatience, take);
         },
         [this](bool mask, const std::string& campaign, const std::filesystem::path& folder) {
           return SendEvidence(installation_, Address(), mask, campaign, folder);
         },
         [this](const v1::OrderReport& report) { link_->SendOrderReport(report); },
         [this] { scans_.Request(); }});
    if (!orders.ok()) {
      spdlog::error("no orders are taken: {}", orders.status().ToString());
      return;
    }
    orders_ = *std::move(orders);
    link_->SetOrderHandler(orders_.get());
    orders_->Start();
  }

  sync::GatewayAddress Address() {
    absl::MutexLock lock(&address_mutex_);
    return address_;
  }

  std::unique_ptr<sync::Link> MakeLink() {
    sync::LinkObserver observer;
    observer.on_welcome = [this] {
      spdlog::info("connected");
      observer_.on_connected();
    };
    observer.on_in_sync = [this] {
      spdlog::info("in sync: everything that was seen is stored at the server");
      if (orders_ != nullptr && scans_sent_ > scans_told_) {
        scans_told_ = scans_sent_;
        orders_->OnScanned();
      }
      if (options_.once) stop_.Request();
    };
    observer.on_disconnect = [this](const absl::Status& reason, absl::Duration retry_in) {
      observer_.on_disconnected(reason);
      spdlog::warn("no connection, next try in {}: {}",
                   absl::FormatDuration(absl::Ceil(retry_in, absl::Seconds(1))), reason.ToString());
    };
    sync::LinkOptions options;
    options.agent_version = kVersion;
    options.incident_interval = options_.log_interval;
    sync::OpenStream open = [this](sync::StreamHandlers handlers) {
      // Before each connection: an agent that slept past its certificate's end comes back.
      enrolment_ =
          RenewIfDue(AgentState(options_.state_folder), std::move(enrolment_), absl::Now());
      {
        absl::MutexLock lock(&address_mutex_);
        address_ = {enrolment_.settings.server, enrolment_.authority_pem, enrolment_.key_pem,
                    enrolment_.certificate_pem, ""};
      }
      return sync::GrpcOpener(Address(), loop_)(std::move(handlers));
    };
    return std::make_unique<sync::Link>(options, enrolment_.machine, std::random_device()(), loop_,
                                        std::move(open), *acknowledgements_, logs_,
                                        std::move(observer));
  }

  void Post(std::function<void()> work) { loop_.Post(std::move(work)); }

  void Beat() {
    observer_.on_beat();
    loop_.After(kBeatInterval, [this] { Beat(); });
  }

  const AgentOptions options_;
  StopRequest& stop_;
  const AgentObserver observer_;
  const Installation installation_;
  AgentState::Enrolment enrolment_;  // on the loop, once it runs
  const std::unique_ptr<sync::AcknowledgementFile> acknowledgements_;
  collect::CatalogTrust trust_;  // of the thread that collects
  InstallationLogs logs_;
  ScanRequests scans_;
  uint64_t scans_sent_ = 0, scans_told_ = 0;  // on the loop: which requests the last scans answered
  absl::Mutex address_mutex_;
  sync::GatewayAddress address_ ABSL_GUARDED_BY(address_mutex_);  // payloads come on other threads
  std::unique_ptr<Orders> orders_;                                // on the loop
  std::shared_ptr<const sync::Snapshot> snapshot_;                // on the loop
  std::unique_ptr<sync::Link> link_;                              // on the loop
  std::unique_ptr<host::FolderWatch> watch_;
  sync::EventLoop& loop_ =
      *new sync::EventLoop;  // lives as long as the process: gRPC's last words come late
};

// Enrols by the invitation, with growing pauses, until it succeeds or `stop` comes.
absl::Status EnrolInvited(const AgentState& state, StopRequest& stop,
                          const AgentObserver& observer) {
  const auto invitation = state.LoadInvitation();
  if (absl::IsNotFound(invitation.status())) return absl::OkStatus();  // Load says what to do
  if (!invitation.ok()) return invitation.status();
  Backoff backoff({}, Sha256(invitation->settings.attributes.name()), std::random_device()());
  for (;;) {
    const absl::Status status = EnrolMachine(state, *invitation, "the kept authority.pem");
    if (status.ok()) {
      spdlog::info("enrolled with {}", invitation->settings.server);
      return status;
    }
    absl::Duration pause = backoff.Next();
    spdlog::warn("enrolment failed, next try in {}: {}",
                 absl::FormatDuration(absl::Ceil(pause, absl::Seconds(1))), status.ToString());
    // Alive, though there is nothing to react to yet.
    for (; pause > absl::ZeroDuration(); pause -= kBeatInterval) {
      observer.on_beat();
      if (stop.WaitFor(std::min(pause, kBeatInterval))) return absl::OkStatus();
    }
  }
}

}  // namespace

absl::Status RunAgent(const AgentOptions& options, StopRequest& stop,
                      const AgentObserver& observer) {
  AgentState state(options.state_folder);
  if (absl::Status status = PrepareStateFolder(options.state_folder); !status.ok()) return status;
  auto lock = DirectoryLock::Take(options.state_folder);
  if (!lock.ok()) return lock.status();
  auto installation = OpenInstallation(options.image);
  if (!installation.ok()) return installation.status();
  if (installation->system != nullptr) {
    absl::Status status = ClaimIdentity(*installation->system, state);
    if (!status.ok()) return status;
  }
  if (!state.IsEnrolled()) {
    if (absl::Status status = EnrolInvited(state, stop, observer); !status.ok()) return status;
    if (stop.WaitFor(absl::ZeroDuration())) return absl::OkStatus();
  }
  auto enrolment = state.Load();
  if (!enrolment.ok()) return enrolment.status();
  auto acknowledgements = sync::AcknowledgementFile::Open(state.acknowledged().string());
  if (!acknowledgements.ok()) return acknowledgements.status();
  spdlog::info("speaking for {} as {}, machine {}", installation->label,
               enrolment->settings.attributes.name(), enrolment->machine.ToHex());
  // Leaked: the process ends without waiting for gRPC's threads, whose work is safe to lose.
  auto* agent = new Agent(options, stop, observer, *std::move(installation), *std::move(enrolment),
                          *std::move(acknowledgements));
  agent->Run();
  return absl::OkStatus();
}

}  // namespace muster::agent
