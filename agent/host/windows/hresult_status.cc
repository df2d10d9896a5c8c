#include "agent/host/windows/hresult_status.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/host/text.h"

namespace muster::host {
namespace {

constexpr uint32_t kEFail = 0x80004005;

// Source: winerror.h.
enum Win32Error : uint32_t {
  kFileNotFound = 2,
  kPathNotFound = 3,
  kAccessDenied = 5,
  kInvalidDrive = 15,
  kSharingViolation = 32,
  kLockViolation = 33,
  kBadPathName = 161,
  kInvalidName = 123,
  kDirectory = 267,
};

}  // namespace

uint32_t HresultOfWin32(uint32_t error) {
  if (error == 0) return kEFail;
  if ((error & 0x80000000) != 0) return error;
  return 0x80070000 | (error & 0xFFFF);
}

AnswerCode AnswerCodeOf(uint32_t hresult, bool something_seen) {
  switch (hresult) {
    case 0x80070005:  // E_ACCESSDENIED
    case 0x80041003:  // WBEM_E_ACCESS_DENIED
    case 0x80041062:  // WBEM_E_PRIVILEGE_NOT_HELD
    case 0x80070522:  // ERROR_PRIVILEGE_NOT_HELD
      return AnswerCode::kDenied;
    case 0x80004001:  // E_NOTIMPL
    case 0x80040154:  // REGDB_E_CLASSNOTREG
    case 0x80004002:  // E_NOINTERFACE
    case 0x80073A9F:  // ERROR_EVT_CHANNEL_NOT_FOUND
      return something_seen ? AnswerCode::kPartial : AnswerCode::kUnsupported;
    case 0x800705B4:  // ERROR_TIMEOUT
    case 0x00040004:  // WBEM_S_TIMEDOUT
      return AnswerCode::kTimedOut;
    default:
      return something_seen ? AnswerCode::kPartial : AnswerCode::kFailed;
  }
}

std::string FailureText(absl::string_view doing, uint32_t hresult) {
  return absl::StrFormat("%s failed: 0x%08X", doing, hresult);
}

absl::Status FileError(uint32_t error, absl::string_view path) {
  const std::string shown = Displayable(path, 300);
  switch (error) {
    case kFileNotFound:
    case kPathNotFound:
    case kInvalidDrive:
    case kBadPathName:
    case kInvalidName:
      return absl::NotFoundError(absl::StrCat(shown, ": no such file or folder"));
    case kAccessDenied:
      return absl::PermissionDeniedError(
          absl::StrCat(shown, ": access denied; run as LocalSystem or as an administrator"));
    case kDirectory:
      return absl::FailedPreconditionError(absl::StrCat(shown, ": not a folder"));
    case kSharingViolation:
    case kLockViolation:
      return absl::UnavailableError(absl::StrCat(shown, ": another program has it for itself"));
    default:
      return absl::UnavailableError(
          absl::StrFormat("%s: cannot be read, Windows error %u", shown, error));
  }
}

}  // namespace muster::host
