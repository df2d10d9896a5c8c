#include <cstdlib>

#include "common/environment.h"

namespace muster {

// The C library's call tells Windows as well: gRPC asks there.
bool SetEnvironment(const char* name, const char* value) { return _putenv_s(name, value) == 0; }

bool SetEnvironmentDefault(const char* name, const char* value) {
  return std::getenv(name) != nullptr || SetEnvironment(name, value);
}

}  // namespace muster
