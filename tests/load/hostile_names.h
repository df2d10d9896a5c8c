// Names as somebody makes them who wants whatever shows them to misbehave: markup, text from right
// to left, emoji, all that fits.
#ifndef MUSTER_TESTS_LOAD_HOSTILE_NAMES_H_
#define MUSTER_TESTS_LOAD_HOSTILE_NAMES_H_

#include "muster/v1/inventory.pb.h"

namespace muster::load {

// How many different ones there are.
int HostileNameCount();
// Puts hostile text number `index` (from 0) into every attribute that is free text, as far as the
// server takes it; the name ends with ` index`, so that it is found again.
void MakeHostile(int index, v1::MachineAttributes& attributes);

}  // namespace muster::load

#endif  // MUSTER_TESTS_LOAD_HOSTILE_NAMES_H_
