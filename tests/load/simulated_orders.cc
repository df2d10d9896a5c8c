#include "tests/load/simulated_orders.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace muster::load {
namespace {

constexpr absl::Duration kMoment = absl::Milliseconds(20);
constexpr absl::Duration kBootTime = absl::Milliseconds(500);
constexpr uint32_t kServiceDisabled = 0x80070422;
constexpr uint32_t kRestartRequired = 3010;

}  // namespace

SimulatedOrders::SimulatedOrders(RemedyOptions options, const Digest& machine, uint64_t seed,
                                 remedy::PinnedKeys keys, Deps deps)
    : options_(std::move(options)), deps_(std::move(deps)), keys_(std::move(keys)), random_(seed) {
  desk_ = *remedy::Desk::Open(
      {.look_again = absl::Seconds(1), .restart_grace = 2 * kBootTime, .last_restarts = 3}, machine,
      *this, *this, keys_, [] { return absl::Now(); });
}

void SimulatedOrders::OnKeySets(const v1::KeySetChanges& changes) {
  const std::vector<v1::SignedKeySet> sets(changes.key_sets().begin(), changes.key_sets().end());
  keys_.Follow(sets).IgnoreError();
}

void SimulatedOrders::After(absl::Duration delay, std::function<void()> work) {
  deps_.loop.After(delay, std::move(work));
}

void SimulatedOrders::Look(std::function<void(host::Readiness)> done) {
  After(kMoment, [done = std::move(done)] { done({}); });
}

void SimulatedOrders::Fetch(const v1::Action&, const std::string&,
                            std::function<void(absl::StatusOr<remedy::WorkFiles>)> done) {
  After(kMoment, [done = std::move(done)] { done(remedy::WorkFiles{"u.msu", "orders"}); });
}

void SimulatedOrders::Start(const host::Command&,
                            std::function<void(absl::StatusOr<host::ProcessId>)> done) {
  ++installs_;
  After(kMoment, [this, done = std::move(done)] {
    done(host::ProcessId{static_cast<uint32_t>(installs_), 1});
  });
}

void SimulatedOrders::Await(const host::ProcessId&, absl::Duration,
                            std::function<void(host::ProcessEnd)> done) {
  const double share = static_cast<double>(random_() % 1000) / 1000;
  After(options_.install_time * share, [this, done = std::move(done)] {
    if (!options_.broken_site.empty() && deps_.site == options_.broken_site &&
        std::filesystem::exists(options_.broken_file)) {
      return done({host::ProcessEnd::Kind::kExited, kServiceDisabled});
    }
    const bool restart = static_cast<int>(random_() % 100) < options_.restart_percent;
    deps_.fix();
    done({host::ProcessEnd::Kind::kExited, restart ? kRestartRequired : 0});
  });
}

void SimulatedOrders::CollectEvidence(const v1::Action::CollectEvidence&, const std::string&,
                                      const std::string&, std::function<void(absl::Status)> done) {
  done(absl::UnimplementedError("a simulated machine has no evidence"));
}

absl::StatusOr<std::string> SimulatedOrders::Boot() { return absl::StrCat("boot ", boots_); }

absl::Status SimulatedOrders::Restart(absl::Duration notice, const std::string&) {
  After(notice + kBootTime, [this] { ++boots_; });
  return absl::OkStatus();
}

}  // namespace muster::load
