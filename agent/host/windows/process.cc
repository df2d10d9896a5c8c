#include "agent/host/windows/process.h"

#include <tlhelp32.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace muster::host {
namespace {

constexpr DWORD kAccess = SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_TERMINATE;
constexpr UINT kEndedCode = ERROR_TIMEOUT;
constexpr int kMaxPasses = 8;  // against one that starts others as fast as they are ended
constexpr DWORD kEndingMilliseconds = 2'000;
// A wait may be over too early by what the machine slept meanwhile: so it is cut into pieces.
constexpr absl::Duration kMaxPiece = absl::Seconds(10);

uint64_t NumberOf(const FILETIME& time) {
  return (uint64_t{time.dwHighDateTime} << 32) | time.dwLowDateTime;
}

// Since the start of Windows, without what it slept.
absl::Duration AwakeTime() {
  ULONGLONG ticks = 0;
  QueryUnbiasedInterruptTime(&ticks);
  return absl::Nanoseconds(100) * static_cast<int64_t>(ticks);
}

// While `handle` is open no other process gets the number.
struct Member {
  DWORD id;
  uint64_t created;
  KernelHandle handle;
};

struct Row {
  DWORD id;
  DWORD parent;
};

std::vector<Row> ListProcesses() {
  std::vector<Row> rows;
  const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  if (snapshot == INVALID_HANDLE_VALUE) return rows;
  const KernelHandle owned(snapshot);
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof(entry);
  for (BOOL more = Process32FirstW(snapshot, &entry); more;
       more = Process32NextW(snapshot, &entry)) {
    rows.push_back({entry.th32ProcessID, entry.th32ParentProcessID});
  }
  return rows;
}

// Adds the descendants that are not in it yet, and answers whether there were any. A parent's
// number alone proves nothing, for numbers are used again: a child is younger than its parent, and
// older than the list that it is on.
bool AddDescendants(std::vector<Member>& family) {
  FILETIME now{};
  GetSystemTimeAsFileTime(&now);
  const std::vector<Row> rows = ListProcesses();
  const size_t before = family.size();
  for (size_t i = 0; i < family.size(); ++i) {  // it grows meanwhile: generation by generation
    for (const Row& row : rows) {
      if (row.parent != family[i].id || row.id == 0) continue;
      const bool known = std::any_of(family.begin(), family.end(),
                                     [&row](const Member& member) { return member.id == row.id; });
      if (known) continue;
      KernelHandle handle(OpenProcess(kAccess, FALSE, row.id));
      if (!handle.valid()) continue;
      const uint64_t created = CreatedAt(handle.get());
      if (created < family[i].created || created > NumberOf(now)) continue;
      family.push_back({row.id, created, std::move(handle)});
    }
  }
  return family.size() > before;
}

}  // namespace

uint64_t CreatedAt(HANDLE process) {
  FILETIME created{};
  FILETIME exited{};
  FILETIME kernel{};
  FILETIME user{};
  return GetProcessTimes(process, &created, &exited, &kernel, &user) ? NumberOf(created) : 0;
}

KernelHandle OpenProcessOf(const ProcessId& process) {
  KernelHandle handle(OpenProcess(kAccess, FALSE, process.id));
  if (handle.valid() && CreatedAt(handle.get()) == process.created) return handle;
  return KernelHandle(nullptr);
}

bool WaitForEnd(HANDLE process, absl::Duration limit) {
  const absl::Duration deadline = AwakeTime() + limit;
  while (true) {
    const absl::Duration left = std::max(deadline - AwakeTime(), absl::ZeroDuration());
    const absl::Duration piece = std::min(left, kMaxPiece);
    const auto milliseconds =
        static_cast<DWORD>(absl::ToInt64Milliseconds(absl::Ceil(piece, absl::Milliseconds(1))));
    if (WaitForSingleObject(process, milliseconds) == WAIT_OBJECT_0) return true;
    if (left == absl::ZeroDuration()) return false;
  }
}

bool EndWithDescendants(HANDLE process, uint32_t id) {
  HANDLE copy = nullptr;
  DuplicateHandle(GetCurrentProcess(), process, GetCurrentProcess(), &copy, 0, FALSE,
                  DUPLICATE_SAME_ACCESS);
  std::vector<Member> family;
  family.push_back({id, CreatedAt(process), KernelHandle(copy)});
  AddDescendants(family);
  // Refused also for one that has ended.
  if (!TerminateProcess(process, kEndedCode) && WaitForSingleObject(process, 0) == WAIT_OBJECT_0) {
    return false;
  }
  size_t ended = 1;
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    for (; ended < family.size(); ++ended) {
      TerminateProcess(family[ended].handle.get(), kEndedCode);
    }
    if (!AddDescendants(family)) break;
  }
  const ULONGLONG deadline = GetTickCount64() + kEndingMilliseconds;
  for (const Member& member : family) {
    const ULONGLONG now = GetTickCount64();
    WaitForSingleObject(member.handle.get(),
                        now < deadline ? static_cast<DWORD>(deadline - now) : 0);
  }
  return true;
}

}  // namespace muster::host
