// Which release this is.
#ifndef MUSTER_AGENT_MAIN_VERSION_H_
#define MUSTER_AGENT_MAIN_VERSION_H_

namespace muster::agent {

inline constexpr char kVersion[] = MUSTER_VERSION;  // the project's, from CMake

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_VERSION_H_
