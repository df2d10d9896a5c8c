// What the desk has others do: all that is slow, waits or talks. agent/main has the real ones.
#ifndef MUSTER_AGENT_REMEDY_HANDS_H_
#define MUSTER_AGENT_REMEDY_HANDS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/host/control.h"
#include "agent/remedy/installer.h"
#include "muster/v1/order.pb.h"

namespace muster::remedy {

// Called on the desk's thread; nothing here waits, and what is done later calls back on that
// thread, once.
class Hands {
 public:
  virtual ~Hands() = default;

  virtual void After(absl::Duration delay, std::function<void()> work) = 0;
  // What the server is told. Lost where there is no connection: the desk says it again.
  virtual void Send(const v1::OrderReport& report) = 0;

  virtual void Look(std::function<void(host::Readiness)> done) = 0;
  // The action's payload on this machine, whole and verified; where the order's files lie.
  // UNAVAILABLE: not now. DATA_LOSS: what came is not what was signed. UNIMPLEMENTED: this system
  // cannot act on orders.
  virtual void Fetch(const v1::Action& action, const std::string& order,
                     std::function<void(absl::StatusOr<WorkFiles>)> done) = 0;
  virtual void Start(const host::Command& command,
                     std::function<void(absl::StatusOr<host::ProcessId>)> done) = 0;
  virtual void Await(const host::ProcessId& process, absl::Duration limit,
                     std::function<void(host::ProcessEnd)> done) = 0;
  // Evidence is captured and stored at the server; may be called again for the same order.
  // UNAVAILABLE: not now.
  virtual void CollectEvidence(const v1::Action::CollectEvidence& action,
                               const std::string& campaign, const std::string& order,
                               std::function<void(absl::Status)> done) = 0;
  // A scan that begins after this call. Once what it saw is committed at the server, the desk's
  // OnScanned is called.
  virtual void Rescan() = 0;
  virtual absl::StatusOr<std::string> Boot() = 0;
  virtual absl::Status Restart(absl::Duration notice, const std::string& message) = 0;
  // This machine's local time minus UTC.
  virtual absl::Duration UtcOffset() = 0;
  // The order is over: its files are not needed any more.
  virtual void Discard(const std::string& order) = 0;
};

}  // namespace muster::remedy

#endif  // MUSTER_AGENT_REMEDY_HANDS_H_
