// What a session asks of the inventory: units of work that writer threads apply, many in one
// transaction.
#ifndef MUSTER_SERVER_INVENTORY_JOB_H_
#define MUSTER_SERVER_INVENTORY_JOB_H_

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/v1/gateway.pb.h"
#include "server/inventory/store.h"
#include "server/inventory/upload_board.h"

namespace muster::inventory {

// The machine's sets by digest; answered for those kinds of which it is known by now what to do.
struct InventoryWork {
  v1::Inventory inventory;
  std::optional<v1::MachineAttributes> attributes;
  std::string agent_version;
  std::function<void(std::vector<v1::SetAnswer>)> done;
};

// A set's list; answered by the items that are missing. None: the set is stored, and the sink is
// told so.
struct ChangeWork {
  v1::SetChange change;
  std::function<void(v1::NeedItems)> done;
};

struct ItemsWork {
  v1::Items items;
  std::function<void()> done;
};

struct IncidentWork {
  v1::IncidentBatch batch;
  std::function<void(v1::IncidentAck)> done;
};

// Sets that the session waits for are stored: they become the machine's.
struct AdoptWork {};

struct Job {
  SessionId session = 0;
  MachineId machine;
  size_t bytes = 0;  // what it weighs in the queue
  std::variant<InventoryWork, ChangeWork, ItemsWork, IncidentWork, AdoptWork> work;
  // Called instead of `done`. UNAVAILABLE, RESOURCE_EXHAUSTED and ABORTED: nothing was applied,
  // send again. Anything else: the message is at fault.
  std::function<void(const absl::Status&)> fail;
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_JOB_H_
