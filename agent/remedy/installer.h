// Windows' own installers: how they are called, and what their exit codes mean. Pure. Sources:
// MS12-054's deployment table, KB934307, KB949545, wuerror.h; in prose: docs/remediation.md.
#ifndef MUSTER_AGENT_REMEDY_INSTALLER_H_
#define MUSTER_AGENT_REMEDY_INSTALLER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "agent/host/control.h"
#include "muster/v1/order.pb.h"

namespace muster::remedy {

// Where an order's files lie. Paths as Windows has them.
struct WorkFiles {
  std::string payload;  // the .msu; empty where the action needs none
  std::string folder;   // of this order alone: logs, expanded cabinets
};

// The programs to start, one after the other while they exit well; none for an action that starts
// no program. wusa.exe where the action leaves the choice, unless the Windows Update service is
// disabled: DISM does without it.
std::vector<host::Command> CommandsFor(const v1::Action& action, const WorkFiles& files,
                                       const host::Readiness& readiness);

enum class ExitMeaning {
  kDone,
  kRestart,        // done, and takes effect with a restart
  kAlreadyThere,   // nothing was done: only a look tells whether that is well
  kNotApplicable,  // the same
  kBusy,           // another installation, or a restart, stands in the way
  kFailed,
};

// Codes are compared as unsigned 32-bit numbers.
ExitMeaning MeaningOf(uint32_t exit_code);

// What became of an installer, as a status: cause and code, and no state.
v1::OrderStatus StatusOfExit(const host::ProcessEnd& end);

}  // namespace muster::remedy

#endif  // MUSTER_AGENT_REMEDY_INSTALLER_H_
