#include "agent/host/windows/trust.h"

#include <windows.h>
// Behind windows.h.
#include <softpub.h>
#include <wintrust.h>

#include "absl/strings/str_cat.h"
#include "agent/host/text.h"
#include "agent/host/windows/file_handle.h"
#include "agent/host/windows/hresult_status.h"
#include "agent/host/windows/text.h"

namespace muster::host {
namespace {

// Source: Microsoft, "WinVerifyTrust function" and "WINTRUST_DATA structure".
uint32_t Verify(HANDLE file, const std::wstring& path) {
  WINTRUST_FILE_INFO file_info{};
  file_info.cbStruct = sizeof(file_info);
  file_info.pcwszFilePath = path.c_str();
  file_info.hFile = file;
  WINTRUST_DATA data{};
  data.cbStruct = sizeof(data);
  data.dwUIChoice = WTD_UI_NONE;
  data.fdwRevocationChecks = WTD_REVOKE_NONE;
  data.dwUnionChoice = WTD_CHOICE_FILE;
  data.pFile = &file_info;
  data.dwStateAction = WTD_STATEACTION_VERIFY;
  data.dwProvFlags = WTD_REVOCATION_CHECK_NONE | WTD_CACHE_ONLY_URL_RETRIEVAL;
  GUID action = WINTRUST_ACTION_GENERIC_VERIFY_V2;
  const auto no_window = static_cast<HWND>(INVALID_HANDLE_VALUE);
  const LONG result = WinVerifyTrust(no_window, &action, &data);
  data.dwStateAction = WTD_STATEACTION_CLOSE;  // frees what the first call kept
  WinVerifyTrust(no_window, &action, &data);
  return static_cast<uint32_t>(result);
}

}  // namespace

void VerifyTrust(const std::string& windows_path, PendingAnswer<TrustVerdict>& pending) {
  uint32_t error = 0;
  const FileHandle file = FileHandle::OpenForReading(windows_path, error);
  if (!file.valid()) {
    const uint32_t hresult = HresultOfWin32(error);
    return pending.End(
        AnswerCodeOf(hresult, false), hresult,
        FailureText(absl::StrCat("Opening ", Displayable(windows_path, 300)), hresult));
  }
  const uint32_t hresult = Verify(file.get(), WideOf(windows_path));
  if (!pending.Update([&](TrustVerdict& verdict) { verdict.hresult = hresult; })) return;
  pending.End(AnswerCode::kOk, 0, "");
}

}  // namespace muster::host
