// The agent's desk for orders: checks what comes, writes down what it is about to do, has it done,
// and says how it went. A state machine; the steps and what a crash at each of them leads to are in
// docs/formats/orders.md.
#ifndef MUSTER_AGENT_REMEDY_DESK_H_
#define MUSTER_AGENT_REMEDY_DESK_H_

#include <deque>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/remedy/hands.h"
#include "agent/remedy/journal.h"
#include "agent/remedy/pinned_keys.h"
#include "common/clock.h"
#include "common/digest.h"
#include "muster/v1/order.pb.h"

namespace muster::remedy {

struct DeskOptions {
  // Between looks at what stands in the way, and between tries to get a payload.
  absl::Duration look_again = absl::Seconds(30);
  // So long after its notice a restart that has not happened counts as called off.
  absl::Duration restart_grace = absl::Minutes(10);
  // Restarts that are asked for beyond the deferrals that the order grants.
  uint32_t last_restarts = 3;
};

// All methods on one thread. Runs one order at a time; the others wait their turn. An order is one
// attempt of a manifest: its id is in the journal before anything is started, and what is in the
// journal beyond TAKEN is never started again.
class Desk {
 public:
  // Everything must outlive it. Errors: the journal's.
  static absl::StatusOr<std::unique_ptr<Desk>> Open(DeskOptions options, const Digest& machine,
                                                    Journal& journal, Hands& hands,
                                                    const PinnedKeys& keys, Clock clock);
  ~Desk();

  // Goes on where the journal says. Once, before anything else.
  void Start();
  // A connection is there: says of every open order how it stands.
  void OnConnected();
  void OnOrder(const v1::Order& order);
  void OnAck(const v1::OrderAck& ack);
  void OnWithdrawal(const v1::OrderWithdrawal& withdrawal);
  // What a scan saw that Rescan asked for is committed at the server.
  void OnScanned();

  // Orders that are not over.
  size_t open_orders() const;

 private:
  struct Work;
  Desk(DeskOptions options, const Digest& machine, Journal& journal, Hands& hands,
       const PinnedKeys& keys, Clock clock);

  void Next();
  void NextAt(absl::Time when);
  void Prepare(Work& work);
  void OnReadiness(Work& work, const host::Readiness& readiness);
  void OnFetched(Work& work, const host::Readiness& readiness, absl::StatusOr<WorkFiles> files);
  void WaitOrFail(Work& work, v1::OrderStatus::Cause cause, const std::string& detail,
                  absl::Duration patience);
  void Run(Work& work);
  void CollectEvidence(Work& work);
  void StartNextCommand(Work& work);
  void AwaitProcess(Work& work);
  void OnExit(Work& work, const host::ProcessEnd& end);
  void AfterExit(Work& work);
  void RequestRestart(Work& work);
  void CheckRestart(Work& work);
  void LookAtResult(Work& work);
  void GoOn(Work& work);

  // Moves it to `step`, durably; on an error in memory alone, which is told.
  absl::Status Note(Work& work, v1::JournalRecord::Step step);
  void End(Work& work, v1::OrderStatus::State state, v1::OrderStatus::Cause cause,
           const std::string& detail);
  void Settle(Work& work, const v1::OrderStatus& status);
  void Report(const Work& work);
  absl::Status Save();
  Work* Find(const Digest& order);
  Work* FindByName(const std::string& campaign, uint32_t attempt);
  // `work` as a callback will find it; the call is dropped where the order is over or the desk has
  // moved on.
  template <typename Call>
  auto Later(Work& work, Call call);

  const DeskOptions options_;
  const Digest machine_;
  Journal& journal_;
  Hands& hands_;
  const PinnedKeys& keys_;
  const Clock clock_;
  std::deque<std::unique_ptr<Work>> works_;  // in the order in which they came
  Work* current_ = nullptr;
  uint64_t wakeup_ = 0;  // the newest NextAt; older ones do nothing
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace muster::remedy

#endif  // MUSTER_AGENT_REMEDY_DESK_H_
