#include "agent/main/run_command.h"

#include <pthread.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "agent/collect/checksur_follower.h"
#include "agent/collect/collect.h"
#include "agent/collect/log_files.h"
#include "agent/collect/log_follower.h"
#include "agent/host/image/image_host.h"
#include "agent/main/agent_state.h"
#include "agent/main/enroll_command.h"
#include "agent/main/version.h"
#include "agent/sync/grpc_stream.h"
#include "agent/sync/link.h"
#include "common/directory_lock.h"

namespace muster::agent {
namespace {

constexpr char kCbsLog[] = "CBS.log";
constexpr uint64_t kMaxLogBytesPerBatch = 64 * 1024 * 1024;

struct RunOptions {
  std::string state_folder;
  std::string image;
  double interval_seconds = 900;
  double log_interval_seconds = 60;
  bool once = false;
};

// The volume's logs, as the link asks for them. Used on the loop's thread.
class VolumeLogs : public sync::IncidentSource {
 public:
  // `once`: nobody will look again, so a log's last record is taken as it stands.
  VolumeLogs(host::Host& host, bool once)
      : once_(once),
        cbs_(host, absl::StrCat(collect::kLogsDirectory, "/", kCbsLog)),
        checksur_(host) {}

  void SetUtcOffset(absl::Duration offset) { checksur_.SetUtcOffset(offset); }

  std::vector<std::string> Sources() override { return {kCbsLog, collect::kCheckSurSource}; }

  absl::StatusOr<v1::IncidentBatch> Next(const std::string& source,
                                         const v1::LogPosition& from) override {
    if (source != kCbsLog) return checksur_.NextBatch(from);
    auto batch = cbs_.NextBatch(from, kMaxLogBytesPerBatch);
    const bool nothing_new =
        batch.ok() && batch->to().SerializeAsString() == from.SerializeAsString();
    // The follower holds the last record back until it has seen the log twice.
    return once_ && nothing_new ? cbs_.NextBatch(from, kMaxLogBytesPerBatch) : std::move(batch);
  }

 private:
  const bool once_;
  collect::LogFollower cbs_;
  collect::CheckSurFollower checksur_;
};

std::shared_ptr<const sync::Snapshot> ToSnapshot(const collect::Collection& collection,
                                                 const v1::MachineAttributes& given) {
  auto snapshot = std::make_shared<sync::Snapshot>();
  snapshot->attributes = collection.attributes;
  snapshot->attributes.MergeFrom(given);
  snapshot->incidents = collection.incidents_outcome;
  for (const auto& [kind, collected] : collection.sets) {
    snapshot->kinds[kind] = {collected.outcome, collected.set};
  }
  return snapshot;
}

// One agent, from the first look at the volume to the signal that ends it.
class Agent {
 public:
  Agent(const RunOptions& options, std::unique_ptr<host::Host> host,
        AgentState::Enrolment enrolment,
        std::unique_ptr<sync::AcknowledgementFile> acknowledgements)
      : options_(options),
        host_(std::move(host)),
        enrolment_(std::move(enrolment)),
        acknowledgements_(std::move(acknowledgements)),
        logs_(*host_, options.once) {}

  void Run(const sigset_t& signals) {
    Collect();
    Post([this] {
      link_ = MakeLink();
      link_->SetSnapshot(snapshot_);
      link_->Start();
    });
    for (;;) {
      if (Wait(signals, absl::Seconds(options_.interval_seconds))) return;
      Collect();
      Post([this] { link_->SetSnapshot(snapshot_); });
    }
  }

 private:
  // Looks at the volume on the caller's thread; the loop goes on meanwhile.
  void Collect() {
    collect::Collection collection = collect::Collect(*host_, nullptr);
    auto snapshot = ToSnapshot(collection, enrolment_.settings.attributes);
    absl::Duration utc_offset;
    for (const collect::LogFile& log : collection.logs) {
      if (log.utc_offset != absl::ZeroDuration()) utc_offset = log.utc_offset;
    }
    Post([this, snapshot, utc_offset] {
      snapshot_ = snapshot;
      logs_.SetUtcOffset(utc_offset);
    });
  }

  std::unique_ptr<sync::Link> MakeLink() {
    sync::LinkObserver observer;
    observer.on_welcome = [] { spdlog::info("connected"); };
    observer.on_in_sync = [this] {
      spdlog::info("in sync: everything that was seen is stored at the server");
      if (options_.once) kill(getpid(), SIGTERM);
    };
    observer.on_disconnect = [](const absl::Status& reason, absl::Duration retry_in) {
      spdlog::warn("no connection, next try in {}: {}",
                   absl::FormatDuration(absl::Ceil(retry_in, absl::Seconds(1))), reason.ToString());
    };
    sync::LinkOptions options;
    options.agent_version = kVersion;
    options.incident_interval = absl::Seconds(options_.log_interval_seconds);
    sync::OpenStream open = [this](sync::StreamHandlers handlers) {
      // Before each connection: an agent that slept past its certificate's end comes back.
      enrolment_ =
          RenewIfDue(AgentState(options_.state_folder), std::move(enrolment_), absl::Now());
      sync::GatewayAddress address{enrolment_.settings.server, enrolment_.authority_pem,
                                   enrolment_.key_pem, enrolment_.certificate_pem, ""};
      return sync::GrpcOpener(address, loop_)(std::move(handlers));
    };
    return std::make_unique<sync::Link>(options, enrolment_.machine, std::random_device()(), loop_,
                                        std::move(open), *acknowledgements_, logs_,
                                        std::move(observer));
  }

  void Post(std::function<void()> work) { loop_.Post(std::move(work)); }

  // True: a signal came.
  static bool Wait(const sigset_t& signals, absl::Duration duration) {
    timespec timeout = absl::ToTimespec(duration);
    return sigtimedwait(&signals, nullptr, &timeout) > 0;
  }

  const RunOptions options_;
  const std::unique_ptr<host::Host> host_;
  AgentState::Enrolment enrolment_;  // on the loop, once it runs
  const std::unique_ptr<sync::AcknowledgementFile> acknowledgements_;
  VolumeLogs logs_;
  std::shared_ptr<const sync::Snapshot> snapshot_;  // on the loop
  std::unique_ptr<sync::Link> link_;                // on the loop
  sync::EventLoop& loop_ =
      *new sync::EventLoop;  // lives as long as the process: gRPC's last words come late
};

absl::Status Run(const RunOptions& options, const sigset_t& signals) {
  AgentState state(options.state_folder);
  auto enrolment = state.Load();
  if (!enrolment.ok()) return enrolment.status();
  auto lock = DirectoryLock::Take(options.state_folder);
  if (!lock.ok()) return lock.status();
  auto host = host::ImageHost::OpenVolume(options.image);
  if (!host.ok()) return host.status();
  auto acknowledgements = sync::AcknowledgementFile::Open(state.acknowledged().string());
  if (!acknowledgements.ok()) return acknowledgements.status();
  spdlog::info("speaking for {} as {}, machine {}", options.image,
               enrolment->settings.attributes.name(), enrolment->machine.ToHex());
  // Leaked: the process ends without waiting for gRPC's threads, whose work is safe to lose.
  auto* agent =
      new Agent(options, *std::move(host), *std::move(enrolment), *std::move(acknowledgements));
  agent->Run(signals);
  return absl::OkStatus();
}

}  // namespace

void AddRunCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run",
                                         "Report a Windows volume to the server it is enrolled "
                                         "with, and keep reporting until a signal comes");
  command->add_option("--state", options->state_folder, "Folder that `muster-agent enroll` filled")
      ->default_val("/var/lib/muster-agent");
  command->add_option("--image", options->image, "Root of the Windows volume to speak for")
      ->required();
  command
      ->add_option("--interval", options->interval_seconds,
                   "Seconds between looks at packages and catalogs")
      ->check(CLI::Range(1.0, 86'400.0))
      ->capture_default_str();
  command
      ->add_option("--log-interval", options->log_interval_seconds,
                   "Seconds between looks at the logs")
      ->check(CLI::Range(1.0, 86'400.0))
      ->capture_default_str();
  command->add_flag("--once", options->once,
                    "End with 0 as soon as everything is stored at the server");
  command->footer("Example:\n  muster-agent run --image /mnt/windows");
  command->callback([options, &exit_code] {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before gRPC makes threads
    absl::Status status = Run(*options, signals);
    if (!status.ok()) std::cerr << "muster-agent run: " << status.message() << "\n";
    exit_code = status.ok() ? 0 : 1;
    std::cout.flush();
    if (status.ok()) std::_Exit(0);  // gRPC's threads are at work still
  });
}

}  // namespace muster::agent
