// Variables of this process's environment, for libraries that are told through them.
#ifndef MUSTER_COMMON_ENVIRONMENT_H_
#define MUSTER_COMMON_ENVIRONMENT_H_

namespace muster {

// False where there is no room. Not thread-safe: at the start of main.
bool SetEnvironment(const char* name, const char* value);
// The same, where it has no value yet.
bool SetEnvironmentDefault(const char* name, const char* value);

}  // namespace muster

#endif  // MUSTER_COMMON_ENVIRONMENT_H_
