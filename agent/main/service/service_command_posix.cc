#include "agent/main/service/service_command.h"

namespace muster::agent {

void AddServiceCommand(CLI::App&, int&) {}

}  // namespace muster::agent
