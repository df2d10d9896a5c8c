// What makes a program on a console stop: Ctrl+C, and the system's wish that it ends.
#ifndef MUSTER_AGENT_MAIN_STOP_SIGNALS_H_
#define MUSTER_AGENT_MAIN_STOP_SIGNALS_H_

#include "agent/main/stop_request.h"

namespace muster::agent {

// From now on SIGINT and SIGTERM, on Windows Ctrl+C, Ctrl+Break and the console's end, are
// requests. Once, before other threads are made; `stop` outlives the process.
void StopOnSignals(StopRequest& stop);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_STOP_SIGNALS_H_
