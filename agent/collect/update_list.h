// The machine's own update list: Win32_QuickFixEngineering.
#ifndef MUSTER_AGENT_COLLECT_UPDATE_LIST_H_
#define MUSTER_AGENT_COLLECT_UPDATE_LIST_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "agent/collect/collection.h"
#include "agent/host/system.h"
#include "muster/v1/gateway.pb.h"

namespace muster::collect {

struct UpdateList {
  CollectedSet updates;                        // v1::Update, source QFE: one for each KB
  std::vector<v1::InstallDate> install_dates;  // by KB; of those that the list gives a day for
  std::set<std::string> kbs;
};

// Rows that name no KB count as rows, and are no updates. Pure.
UpdateList ReadUpdateList(const host::Answer<std::vector<host::UpdateRow>>& answer);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_UPDATE_LIST_H_
