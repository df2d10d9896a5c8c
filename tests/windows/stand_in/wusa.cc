// Stands in for wusa.exe, the Windows Update Standalone Installer, where there is no Windows: takes
// the same arguments and answers with the same codes, and does what a test told it to. Under the
// names dism.exe and expand.exe it stands in for those: expand.exe leaves a cabinet in the folder,
// dism.exe wants one there.
//
// In the folder that MUSTER_STAND_IN names, or else in C:\stand_in:
//   runs.log       gets a line for each run: "pid=<n> args=<arguments, a space between them>"
//   wusa.txt, dism.txt, expand.txt
//                  what to do, a line each; without it, or at its end, it exits with 0:
//     exit <code>     decimal or 0x…, unsigned
//     sleep <ms>
//     await <path>    until there is such a file
//     hang            for ever
//     crash           with an access violation, as real ones do
//     run <cmdline>   and wait for its end
//     start <cmdline> and go on
//
// `wusa.exe stand_in <one such line>` does just that.
//
// Sources: MS12-054's deployment table, KB934307, KB949545; Microsoft, "DISM Operating System
// Package Servicing Command-Line Options" and "expand".

#include <windows.h>

#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr UINT kBadSwitch = ERROR_INVALID_PARAMETER;  // 87
constexpr UINT kTestIsWrong = 0xBAD;                  // what to do makes no sense

std::wstring Wide(const std::string& utf8) {
  if (utf8.empty()) return L"";
  std::wstring wide(utf8.size(), L'\0');
  const int units = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), static_cast<int>(utf8.size()),
                                        wide.data(), static_cast<int>(wide.size()));
  wide.resize(static_cast<size_t>(units));
  return wide;
}

std::string Utf8(const std::wstring& wide) {
  if (wide.empty()) return "";
  std::string utf8(wide.size() * 3, '\0');
  const int bytes =
      WideCharToMultiByte(CP_UTF8, 0, wide.data(), static_cast<int>(wide.size()), utf8.data(),
                          static_cast<int>(utf8.size()), nullptr, nullptr);
  utf8.resize(static_cast<size_t>(bytes));
  return utf8;
}

fs::path Folder() {
  const wchar_t* const named = _wgetenv(L"MUSTER_STAND_IN");
  return named != nullptr && *named != L'\0' ? named : L"C:\\stand_in";
}

std::wstring Joined(const std::vector<std::wstring>& words) {
  std::wstring line;
  for (const std::wstring& word : words) line += (line.empty() ? L"" : L" ") + word;
  return line;
}

// In one piece: others write at the same time.
void NoteRun(const std::vector<std::wstring>& arguments) {
  const std::string line =
      "pid=" + std::to_string(GetCurrentProcessId()) + " args=" + Utf8(Joined(arguments)) + "\n";
  std::error_code ignored;
  fs::create_directories(Folder(), ignored);
  const HANDLE log = CreateFileW((Folder() / "runs.log").c_str(), FILE_APPEND_DATA,
                                 FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                 OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
  DWORD written = 0;
  WriteFile(log, line.data(), static_cast<DWORD>(line.size()), &written, nullptr);
  CloseHandle(log);
}

void Run(std::wstring line, bool wait) {
  STARTUPINFOW startup{};
  startup.cb = sizeof(startup);
  PROCESS_INFORMATION made{};
  if (!CreateProcessW(nullptr, line.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &startup,
                      &made)) {
    ExitProcess(kTestIsWrong);
  }
  if (wait) WaitForSingleObject(made.hProcess, INFINITE);
  CloseHandle(made.hThread);
  CloseHandle(made.hProcess);
}

// The code is the exception's, without a debugger or a box that waits for a click.
LONG WINAPI JustEnd(EXCEPTION_POINTERS*) { return EXCEPTION_EXECUTE_HANDLER; }

[[noreturn]] void Crash() {
  SetUnhandledExceptionFilter(JustEnd);
  RaiseException(static_cast<DWORD>(EXCEPTION_ACCESS_VIOLATION), EXCEPTION_NONCONTINUABLE, 0,
                 nullptr);
  std::abort();
}

// One line of what to do.
void Do(const std::wstring& line) {
  const size_t space = line.find(L' ');
  const std::wstring what = line.substr(0, space);
  const std::wstring with = space == std::wstring::npos ? L"" : line.substr(space + 1);
  if (what == L"exit") {
    ExitProcess(static_cast<UINT>(std::wcstoul(with.c_str(), nullptr, 0)));
  } else if (what == L"sleep") {
    Sleep(static_cast<DWORD>(std::wcstoul(with.c_str(), nullptr, 10)));
  } else if (what == L"await") {
    while (GetFileAttributesW(with.c_str()) == INVALID_FILE_ATTRIBUTES) Sleep(20);
  } else if (what == L"hang") {
    Sleep(INFINITE);
  } else if (what == L"crash") {
    Crash();
  } else if (what == L"run" || what == L"start") {
    Run(with, what == L"run");
  } else if (!what.empty()) {
    ExitProcess(kTestIsWrong);
  }
}

// The name that it runs under: "wusa".
std::wstring Program() {
  wchar_t own[MAX_PATH] = {};
  GetModuleFileNameW(nullptr, own, MAX_PATH);
  std::wstring stem = fs::path(own).stem().wstring();
  CharLowerW(stem.data());
  return stem;
}

void Behave() {
  std::ifstream lines(Folder() / (Program() + L".txt"), std::ios::binary);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    Do(Wide(line));
  }
}

// "/log:C:\x" is the switch "/log:" with "C:\x". False for another, and where nothing follows.
bool HasValue(const std::wstring& argument, const wchar_t* name, std::wstring& value) {
  const size_t length = std::wcslen(name);
  if (_wcsnicmp(argument.c_str(), name, length) != 0 || argument.size() == length) return false;
  value = argument.substr(length);
  return true;
}

bool IsNumber(const std::wstring& text) {
  return !text.empty() && text.find_first_not_of(L"0123456789") == std::wstring::npos;
}

// What wusa.exe was asked for.
struct Request {
  bool uninstall = false;
  std::wstring payload;
  std::wstring kb;
  std::wstring log;
};

// False for what wusa.exe does not take.
bool ReadSwitch(const std::wstring& argument, Request& request) {
  std::wstring value;
  for (const wchar_t* plain : {L"/quiet", L"/norestart", L"/promptrestart", L"/forcerestart"}) {
    if (_wcsicmp(argument.c_str(), plain) == 0) return true;
  }
  if (_wcsicmp(argument.c_str(), L"/uninstall") == 0) {
    request.uninstall = true;
    return true;
  }
  if (HasValue(argument, L"/kb:", request.kb)) return IsNumber(request.kb);
  if (HasValue(argument, L"/warnrestart:", value)) return IsNumber(value);
  return HasValue(argument, L"/log:", request.log) || HasValue(argument, L"/extract:", value);
}

bool ReadArguments(const std::vector<std::wstring>& arguments, Request& request) {
  for (const std::wstring& argument : arguments) {
    if (argument.empty()) return false;
    if (argument[0] == L'/') {
      if (!ReadSwitch(argument, request)) return false;
    } else if (request.payload.empty()) {
      request.payload = argument;
    } else {
      return false;
    }
  }
  if (request.uninstall) return request.kb.empty() != request.payload.empty();
  return !request.payload.empty() && request.kb.empty();
}

UINT Install(const std::vector<std::wstring>& arguments) {
  Request request;
  if (!ReadArguments(arguments, request)) return kBadSwitch;
  if (!request.payload.empty() && !fs::exists(request.payload)) return ERROR_FILE_NOT_FOUND;
  if (!request.log.empty()) {
    std::ofstream(fs::path(request.log), std::ios::binary).write("ElfFile", 8);  // as .evtx begins
  }
  Behave();
  return 0;
}

// `expand -F:<files> <cabinet> <folder>`.
UINT Expand(const std::vector<std::wstring>& arguments) {
  std::wstring files;
  if (arguments.size() != 3 || !HasValue(arguments[0], L"-F:", files)) return kBadSwitch;
  if (!fs::exists(arguments[1])) return ERROR_FILE_NOT_FOUND;
  Behave();
  std::ofstream(fs::path(arguments[2]) / L"Windows6.1-KB0000000-x64.cab") << "MSCF";
  return 0;
}

// `dism /online /add-package /packagepath:<folder> /quiet /norestart /logpath:<file>`.
UINT AddPackage(const std::vector<std::wstring>& arguments) {
  bool online = false, add = false;
  std::wstring folder, log;
  for (const std::wstring& argument : arguments) {
    if (_wcsicmp(argument.c_str(), L"/online") == 0) {
      online = true;
    } else if (_wcsicmp(argument.c_str(), L"/add-package") == 0) {
      add = true;
    } else if (!HasValue(argument, L"/packagepath:", folder) &&
               !HasValue(argument, L"/logpath:", log) &&
               _wcsicmp(argument.c_str(), L"/quiet") != 0 &&
               _wcsicmp(argument.c_str(), L"/norestart") != 0) {
      return kBadSwitch;
    }
  }
  if (!online || !add || folder.empty()) return kBadSwitch;
  bool there = false;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    there |= entry.path().extension() == L".cab";
  }
  if (!there) return ERROR_FILE_NOT_FOUND;
  Behave();
  return 0;
}

}  // namespace

int main() {
  int count = 0;
  wchar_t** const words = CommandLineToArgvW(GetCommandLineW(), &count);
  const std::vector<std::wstring> arguments(words + 1, words + count);
  NoteRun(arguments);
  if (!arguments.empty() && arguments[0] == L"stand_in") {
    // What is behind the word, as it stands there: it may be a command line with quotes.
    const std::wstring line = GetCommandLineW();
    Do(line.substr(line.find(L" stand_in ") + 10));
    return 0;
  }
  const std::wstring program = Program();
  return static_cast<int>(program == L"dism"     ? AddPackage(arguments)
                          : program == L"expand" ? Expand(arguments)
                                                 : Install(arguments));
}
