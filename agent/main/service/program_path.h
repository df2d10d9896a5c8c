// Where this program lies.
#ifndef MUSTER_AGENT_MAIN_SERVICE_PROGRAM_PATH_H_
#define MUSTER_AGENT_MAIN_SERVICE_PROGRAM_PATH_H_

#include <string>

namespace muster::agent {

// Absolute, UTF-8.
std::string ProgramPath();

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SERVICE_PROGRAM_PATH_H_
