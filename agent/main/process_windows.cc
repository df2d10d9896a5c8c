#include <windows.h>
// After windows.h.
#include <io.h>
#include <shellapi.h>

#include <cstdlib>
#include <iostream>

#include "agent/host/windows/text.h"
#include "agent/main/process.h"

namespace muster::agent {

std::vector<std::string> Arguments(int, char**) {
  SetConsoleOutputCP(CP_UTF8);
  std::vector<std::string> arguments;
  int count = 0;
  LPWSTR* const wide = CommandLineToArgvW(GetCommandLineW(), &count);
  for (int i = 1; wide != nullptr && i < count; ++i) arguments.push_back(host::Utf8Of(wide[i]));
  LocalFree(wide);
  return arguments;
}

bool IsTerminal(FILE* stream) {
  const auto handle = reinterpret_cast<HANDLE>(_get_osfhandle(_fileno(stream)));
  DWORD mode = 0;
  return GetConsoleMode(handle, &mode) != 0;
}

// The console of Windows 7 shows escape sequences as they are.
bool TerminalHasColours() { return false; }

BackgroundWork::BackgroundWork() {
  SetThreadPriority(GetCurrentThread(), THREAD_MODE_BACKGROUND_BEGIN);
}

BackgroundWork::~BackgroundWork() {
  SetThreadPriority(GetCurrentThread(), THREAD_MODE_BACKGROUND_END);
}

// Not _Exit: it has each DLL clean up while threads that were stopped in the midst hold its locks.
void EndProcess(int exit_code) {
  std::cout.flush();
  std::fflush(nullptr);
  TerminateProcess(GetCurrentProcess(), static_cast<UINT>(exit_code));
  std::abort();  // not reached
}

std::string ComputerName() {
  wchar_t name[256] = {};
  DWORD units = 256;
  if (!GetComputerNameExW(ComputerNameDnsHostname, name, &units)) return "";
  return host::Utf8Of({name, units});
}

}  // namespace muster::agent
