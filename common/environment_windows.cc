#include <cstdlib>
#include <string>

#include "common/environment.h"

namespace muster {

// The C library's call tells Windows as well: gRPC asks there. Not _putenv_s, which the msvcrt.dll
// of some older Windows lacks.
bool SetEnvironment(const char* name, const char* value) {
  return _putenv((std::string(name) + "=" + value).c_str()) == 0;
}

bool SetEnvironmentDefault(const char* name, const char* value) {
  return std::getenv(name) != nullptr || SetEnvironment(name, value);
}

}  // namespace muster
