#include <windows.h>

#include "agent/main/stop_signals.h"

namespace muster::agent {
namespace {

StopRequest* stop_request = nullptr;  // the handler takes no argument

BOOL WINAPI OnConsoleEvent(DWORD) {
  stop_request->Request();
  return TRUE;
}

}  // namespace

void StopOnSignals(StopRequest& stop) {
  stop_request = &stop;
  SetConsoleCtrlHandler(OnConsoleEvent, TRUE);
}

}  // namespace muster::agent
