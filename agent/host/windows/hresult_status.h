// Error codes of Windows as answers and statuses: the one place where they are sorted. No Windows
// header: tested everywhere.
#ifndef MUSTER_AGENT_HOST_WINDOWS_HRESULT_STATUS_H_
#define MUSTER_AGENT_HOST_WINDOWS_HRESULT_STATUS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/host/system.h"

namespace muster::host {

// HRESULT_FROM_WIN32. An error of 0, which some broken calls leave, becomes E_FAIL.
uint32_t HresultOfWin32(uint32_t error);

// kDenied, kUnsupported (no such COM class, interface or channel), kTimedOut, else kFailed: also
// for a WMI class that is not there, since every Windows from 7 on has those that are asked for.
// With `something_seen` what would be kUnsupported or kFailed is kPartial.
AnswerCode AnswerCodeOf(uint32_t hresult, bool something_seen);

// "Connecting to ROOT\CIMV2 failed: 0x80041003".
std::string FailureText(absl::string_view doing, uint32_t hresult);

// What agent/host/host.h answers for a Win32 error at `path`, escaped in front.
absl::Status FileError(uint32_t error, absl::string_view path);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_HRESULT_STATUS_H_
