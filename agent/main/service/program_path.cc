#include "agent/main/service/program_path.h"

#include <windows.h>

#include "agent/host/windows/text.h"

namespace muster::agent {

std::string ProgramPath() {
  constexpr DWORD kMaxUnits = 32'768;  // no path is longer
  std::wstring path(kMaxUnits, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), kMaxUnits));
  return host::Utf8Of(path);
}

}  // namespace muster::agent
