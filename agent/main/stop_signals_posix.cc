#include <pthread.h>

#include <csignal>
#include <thread>

#include "agent/main/stop_signals.h"

namespace muster::agent {

void StopOnSignals(StopRequest& stop) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // threads made later inherit it
  std::thread([signals, &stop] {
    for (;;) {
      int signal = 0;
      if (sigwait(&signals, &signal) == 0) stop.Request();
    }
  }).detach();
}

}  // namespace muster::agent
