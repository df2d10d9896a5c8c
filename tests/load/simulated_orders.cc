#include "tests/load/simulated_orders.h"

#include <algorithm>
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

SimulatedOrders::SimulatedOrders(RemedyOptions options, const Digest& id, uint64_t seed,
                                 SimulatedMachine& machine, Deps deps)
    : options_(std::move(options)), deps_(std::move(deps)), machine_(machine), random_(seed) {
  desk_ = *remedy::Desk::Open(
      {.look_again = absl::Seconds(1), .restart_grace = 2 * kBootTime, .last_restarts = 3}, id,
      *this, *this, machine_.keys, [&machine] { return absl::Now() + machine.clock_offset; });
}

void SimulatedOrders::OnKeySets(const v1::KeySetChanges& changes) {
  const std::vector<v1::SignedKeySet> sets(changes.key_sets().begin(), changes.key_sets().end());
  machine_.keys.Follow(sets).IgnoreError();
}

void SimulatedOrders::After(absl::Duration delay, std::function<void()> work) {
  deps_.loop.After(delay, [alive = std::weak_ptr<bool>(alive_), work = std::move(work)] {
    if (!alive.expired()) work();
  });
}

void SimulatedOrders::Look(std::function<void(host::Readiness)> done) {
  After(kMoment, [done = std::move(done)] { done({}); });
}

void SimulatedOrders::Fetch(const v1::Action&, const std::string& order,
                            std::function<void(absl::StatusOr<remedy::WorkFiles>)> done) {
  After(kMoment, [this, order, done = std::move(done)] {
    machine_.fetched = order;
    done(remedy::WorkFiles{"u.msu", "orders"});
  });
}

void SimulatedOrders::Start(const host::Command&,
                            std::function<void(absl::StatusOr<host::ProcessId>)> done) {
  deps_.on_start(++machine_.starts[machine_.fetched]);
  const double share = static_cast<double>(random_() % 1000) / 1000;
  const absl::Duration length = kMoment + options_.install_time * share;
  const bool restart = static_cast<int>(random_() % 100) < options_.restart_percent;
  const auto id = static_cast<uint32_t>(machine_.processes.size() + 1);
  machine_.processes[id] = {absl::Now() + length, {host::ProcessEnd::Kind::kExited, 0}};
  // What it comes to is decided at its end, whatever became of the agent.
  deps_.loop.After(length, [here = std::weak_ptr<bool>(machine_.here),
                            &process = machine_.processes[id], restart, fix = deps_.fix,
                            is_at_broken_site =
                                !options_.broken_site.empty() && deps_.site == options_.broken_site,
                            broken_file = options_.broken_file] {
    if (here.expired()) return;
    process.ended = true;
    if (is_at_broken_site && std::filesystem::exists(broken_file)) {
      process.end.code = kServiceDisabled;
      return;
    }
    if (restart) process.end.code = kRestartRequired;
    fix();
  });
  After(kMoment, [id, done = std::move(done)] { done(host::ProcessId{id, 1}); });
}

void SimulatedOrders::Await(const host::ProcessId& id, absl::Duration,
                            std::function<void(host::ProcessEnd)> done) {
  const SimulatedMachine::Process& process = machine_.processes.at(id.id);
  // A moment behind its end: what it has done is seen.
  After(std::max(process.ends_at - absl::Now(), absl::ZeroDuration()) + kMoment,
        [&process, done = std::move(done)] { done(process.end); });
}

void SimulatedOrders::CollectEvidence(const v1::Action::CollectEvidence&, const std::string&,
                                      const std::string&, std::function<void(absl::Status)> done) {
  done(absl::UnimplementedError("a simulated machine has no evidence"));
}

absl::StatusOr<std::string> SimulatedOrders::Boot() {
  return absl::StrCat("boot ", machine_.boots);
}

absl::Status SimulatedOrders::Restart(absl::Duration notice, const std::string&) {
  deps_.loop.After(notice + kBootTime,
                   [here = std::weak_ptr<bool>(machine_.here), &machine = machine_] {
                     if (!here.expired()) ++machine.boots;
                   });
  return absl::OkStatus();
}

}  // namespace muster::load
