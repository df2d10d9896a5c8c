#include "agent/main/order_hands.h"

#include <utility>

#include "absl/time/clock.h"
#include "common/orders/manifest.h"

namespace muster::agent {
namespace {

constexpr size_t kMaxWaiting = 1'000;

std::vector<std::string> SourcesOf(const v1::Action& action) {
  const auto& sources = action.has_install_update() ? action.install_update().sources()
                                                    : action.run_check_sur().sources();
  return {sources.begin(), sources.end()};
}

std::string Utf8(const std::filesystem::path& path) {
  const std::u8string text = path.u8string();
  return std::string(text.begin(), text.end());
}

// By this system's own zone, now.
absl::Duration LocalOffset() {
  const absl::Time now = absl::Now();
  return absl::Seconds(absl::LocalTimeZone().At(now).offset);
}

}  // namespace

OrderHands::OrderHands(OrderHandsDeps deps)
    : deps_(std::move(deps)), payloads_(deps_.payload_folder, deps_.server, deps_.downloader) {}

template <typename Work, typename Done>
void OrderHands::Do(Work work, Done done) {
  if (worker_ == nullptr) worker_ = std::make_unique<WorkerPool>(1, kMaxWaiting);
  const bool taken = worker_->Run([this, work = std::move(work), done]() mutable {
    deps_.loop.Post(
        [done = std::move(done), answer = work()]() mutable { done(std::move(answer)); });
  });
  // One order runs at a time, and has one thing done at a time.
  if (!taken) deps_.loop.After(absl::Seconds(10), [this, work, done] { Do(work, done); });
}

void OrderHands::After(absl::Duration delay, std::function<void()> work) {
  deps_.loop.After(delay, std::move(work));
}

void OrderHands::Send(const v1::OrderReport& report) { deps_.send(report); }

void OrderHands::Look(std::function<void(host::Readiness)> done) {
  Do([this] { return deps_.control == nullptr ? host::Readiness() : deps_.control->Look(); },
     std::move(done));
}

absl::StatusOr<remedy::WorkFiles> OrderHands::FetchNow(const v1::Action& action,
                                                       const std::string& order) {
  const v1::Payload* payload = orders::PayloadOf(action);
  const bool acts = payload != nullptr || action.has_remove_update() || action.has_restart();
  if (acts && deps_.control == nullptr) {
    return absl::UnimplementedError("this agent speaks for a volume: it can look, and do nothing");
  }
  remedy::WorkFiles files;
  auto folder = payloads_.OrderFolder(order);
  if (!folder.ok()) return folder.status();
  files.folder = Utf8(*folder);
  if (payload == nullptr) return files;
  auto file = payloads_.Fetch(*payload, SourcesOf(action), order);
  if (!file.ok()) return file.status();
  files.payload = Utf8(*file);
  return files;
}

void OrderHands::Fetch(const v1::Action& action, const std::string& order,
                       std::function<void(absl::StatusOr<remedy::WorkFiles>)> done) {
  Do([this, action, order] { return FetchNow(action, order); }, std::move(done));
}

void OrderHands::Start(const host::Command& command,
                       std::function<void(absl::StatusOr<host::ProcessId>)> done) {
  Do([this, command] { return deps_.control->Start(command); }, std::move(done));
}

void OrderHands::Await(const host::ProcessId& process, absl::Duration limit,
                       std::function<void(host::ProcessEnd)> done) {
  Do(
      [this, process, limit] {
        return deps_.control == nullptr ? host::ProcessEnd() : deps_.control->Await(process, limit);
      },
      std::move(done));
}

void OrderHands::CollectEvidence(const v1::Action::CollectEvidence& action,
                                 const std::string& campaign, const std::string& order,
                                 std::function<void(absl::Status)> done) {
  Do(
      [this, mask = action.mask(), campaign, order]() -> absl::Status {
        auto folder = payloads_.OrderFolder(order);
        return folder.ok() ? deps_.send_evidence(mask, campaign, *folder) : folder.status();
      },
      std::move(done));
}

void OrderHands::Rescan() { deps_.rescan(); }

absl::StatusOr<std::string> OrderHands::Boot() {
  if (deps_.control == nullptr) return absl::UnimplementedError("a volume does not boot");
  return deps_.control->Boot();
}

absl::Status OrderHands::Restart(absl::Duration notice, const std::string& message) {
  if (deps_.control == nullptr) return absl::UnimplementedError("a volume does not restart");
  return deps_.control->Restart(notice, message);
}

absl::Duration OrderHands::UtcOffset() { return LocalOffset(); }

void OrderHands::Discard(const std::string& order) {
  Do(
      [this, order] {
        payloads_.Discard(order);
        return true;
      },
      [](bool) {});
}

}  // namespace muster::agent
