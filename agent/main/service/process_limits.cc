#include "agent/main/service/process_limits.h"

#include <windows.h>

#include "common/windows_error.h"

namespace muster::agent {

absl::Status LowerPriority() {
  if (SetPriorityClass(GetCurrentProcess(), BELOW_NORMAL_PRIORITY_CLASS)) return absl::OkStatus();
  return WindowsErrorToStatus(GetLastError(), "lowering the priority");
}

absl::Status CapMemory(uint64_t max_bytes) {
  BOOL in_job = FALSE;
  if (IsProcessInJob(GetCurrentProcess(), nullptr, &in_job) && in_job) {
    return absl::FailedPreconditionError(
        "the process is in a job of another program's: its memory is not capped");
  }
  const HANDLE job = CreateJobObjectW(nullptr, nullptr);  // kept until the process ends
  if (job == nullptr) return WindowsErrorToStatus(GetLastError(), "making a job");
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  // Installers that the agent starts may leave: the cap is not theirs.
  limits.BasicLimitInformation.LimitFlags =
      JOB_OBJECT_LIMIT_PROCESS_MEMORY | JOB_OBJECT_LIMIT_BREAKAWAY_OK;
  limits.ProcessMemoryLimit = static_cast<SIZE_T>(max_bytes);
  if (!SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof(limits)) ||
      !AssignProcessToJobObject(job, GetCurrentProcess())) {
    return WindowsErrorToStatus(GetLastError(), "capping the memory");
  }
  return absl::OkStatus();
}

}  // namespace muster::agent
