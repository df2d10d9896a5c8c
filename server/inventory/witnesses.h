// What the three witnesses say of each update of one machine: its update list, servicing's
// packages, and how the catalogs verify. They are told side by side, and never merged. Pure.
#ifndef MUSTER_SERVER_INVENTORY_WITNESSES_H_
#define MUSTER_SERVER_INVENTORY_WITNESSES_H_

#include <vector>

#include "absl/time/time.h"
#include "muster/v1/operator.pb.h"

namespace muster::inventory {

// What one machine holds at one instant.
struct Testimony {
  std::vector<v1::Update> updates;
  std::vector<v1::Package> packages;
  std::vector<v1::Catalog> catalogs;
};

// Whether the catalog verifies at `at`.
bool Verifies(const v1::Catalog& catalog, absl::Time at);

// All rows, by KB, with counts and the finding; neither paged nor with sets.
v1::CompareWitnessesResponse CompareWitnesses(const Testimony& testimony, absl::Time at);

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_WITNESSES_H_
