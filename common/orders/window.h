// Maintenance windows in a machine's local time. Pure.
#ifndef MUSTER_COMMON_ORDERS_WINDOW_H_
#define MUSTER_COMMON_ORDERS_WINDOW_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "muster/v1/order.pb.h"

namespace muster::orders {

// INVALID_ARGUMENT where a span's days, start or length are out of range, or there are more
// than 50.
absl::Status CheckWindow(const v1::MaintenanceWindow& window);

// `now` where the window is open then, else the next instant at which it opens. `utc_offset`: local
// time minus UTC. A window without spans is always open.
absl::Time NextOpening(const v1::MaintenanceWindow& window, absl::Time now,
                       absl::Duration utc_offset);

}  // namespace muster::orders

#endif  // MUSTER_COMMON_ORDERS_WINDOW_H_
