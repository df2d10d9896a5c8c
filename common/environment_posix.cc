#include <cstdlib>

#include "common/environment.h"

namespace muster {

bool SetEnvironment(const char* name, const char* value) {
  return setenv(name, value, /*overwrite=*/1) == 0;
}

bool SetEnvironmentDefault(const char* name, const char* value) {
  return setenv(name, value, /*overwrite=*/0) == 0;
}

}  // namespace muster
