// The remediation side of a simulated machine: the production desk, over an installer that is
// played.
#ifndef MUSTER_TESTS_LOAD_SIMULATED_ORDERS_H_
#define MUSTER_TESTS_LOAD_SIMULATED_ORDERS_H_

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "agent/host/control.h"
#include "agent/remedy/desk.h"
#include "agent/remedy/pinned_keys.h"
#include "agent/sync/link.h"

namespace muster::load {

struct RemedyOptions {
  // Of the whole fleet: so many machines a second look at an order that has come, one after the
  // other. 0: at once.
  double orders_per_second = 0;
  // How long a played installer takes, at most.
  absl::Duration install_time = absl::Seconds(1);
  // Of a hundred machines, how many need a restart.
  int restart_percent = 30;
  // Machines at this site fail with 0x80070422 (the Windows Update service is disabled) while the
  // file is there.
  std::string broken_site;
  std::filesystem::path broken_file;
};

// What outlives an agent: its machine. Of the loop's thread; what it has begun ends with it.
struct SimulatedMachine {
  remedy::PinnedKeys keys;
  v1::Journal journal;
  int boots = 0;
  absl::Duration clock_offset;  // its wall clock minus the true time
  std::string fetched;          // the order whose files are there
  // How often an installer was started, by order.
  std::map<std::string, int> starts;
  struct Process {
    absl::Time ends_at;
    host::ProcessEnd end;
    bool ended = false;
  };
  std::map<uint32_t, Process> processes;
  std::shared_ptr<bool> here = std::make_shared<bool>(true);

  bool IsInstalling() const { return !processes.empty() && !processes.rbegin()->second.ended; }
};

// On the loop's thread. Ends as an agent that is killed does: what it had begun runs on.
class SimulatedOrders : public sync::OrderHandler, private remedy::Hands, private remedy::Journal {
 public:
  struct Deps {
    sync::Scheduler& loop;
    std::string site;
    std::function<void(const v1::OrderReport&)> send;
    std::function<void()> fix;  // the installer has done its work; called whatever became of this
    std::function<void()> rescan;             // then OnScanned
    std::function<void(int times)> on_start;  // of an installer, for one and the same order
    // An order has come: has the work that it makes done, now or when it is the machine's turn.
    std::function<void(std::function<void()>)> take_up;
  };
  // `machine` must outlive it.
  SimulatedOrders(RemedyOptions options, const Digest& id, uint64_t seed, SimulatedMachine& machine,
                  Deps deps);

  // Goes on with what was under way.
  void Begin() { desk_->Start(); }
  void OnScanned() { desk_->OnScanned(); }
  size_t open_orders() const { return desk_->open_orders(); }

  uint64_t KeySetSerial() const override { return machine_.keys.serial(); }
  void OnConnected() override { desk_->OnConnected(); }
  void OnKeySets(const v1::KeySetChanges& changes) override;
  void OnOrder(const v1::Order& order) override {
    deps_.take_up([this, alive = std::weak_ptr<bool>(alive_), order] {
      if (!alive.expired()) desk_->OnOrder(order);
    });
  }
  void OnOrderAck(const v1::OrderAck& ack) override { desk_->OnAck(ack); }
  void OnWithdrawal(const v1::OrderWithdrawal& withdrawal) override {
    desk_->OnWithdrawal(withdrawal);
  }

 private:
  void After(absl::Duration delay, std::function<void()> work) override;
  void Send(const v1::OrderReport& report) override { deps_.send(report); }
  void Look(std::function<void(host::Readiness)> done) override;
  void Fetch(const v1::Action& action, const std::string& order,
             std::function<void(absl::StatusOr<remedy::WorkFiles>)> done) override;
  void Start(const host::Command& command,
             std::function<void(absl::StatusOr<host::ProcessId>)> done) override;
  void Await(const host::ProcessId& process, absl::Duration limit,
             std::function<void(host::ProcessEnd)> done) override;
  void CollectEvidence(const v1::Action::CollectEvidence& action, const std::string& campaign,
                       const std::string& order, std::function<void(absl::Status)> done) override;
  void Rescan() override { deps_.rescan(); }
  absl::StatusOr<std::string> Boot() override;
  absl::Status Restart(absl::Duration notice, const std::string& message) override;
  absl::Duration UtcOffset() override { return absl::ZeroDuration(); }
  void Discard(const std::string&) override {}
  absl::StatusOr<v1::Journal> Load() override { return machine_.journal; }
  absl::Status Save(const v1::Journal& journal) override {
    machine_.journal = journal;
    return absl::OkStatus();
  }

  const RemedyOptions options_;
  const Deps deps_;
  SimulatedMachine& machine_;
  std::mt19937_64 random_;
  std::unique_ptr<remedy::Desk> desk_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace muster::load

#endif  // MUSTER_TESTS_LOAD_SIMULATED_ORDERS_H_
