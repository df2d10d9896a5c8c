#include <windows.h>
// After windows.h.
#include <aclapi.h>
#include <sddl.h>
#include <shlobj.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/text.h"
#include "agent/main/state_folder.h"
#include "common/windows_error.h"

namespace muster::agent {
namespace {

// Full access for SYSTEM and administrators, inherited by all within, nothing inherited from above.
constexpr wchar_t kOwnersOnly[] = L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

// Owns what LocalFree frees.
template <typename T>
class LocalMemory {
 public:
  LocalMemory() = default;
  ~LocalMemory() { LocalFree(pointer_); }
  LocalMemory(const LocalMemory&) = delete;
  LocalMemory& operator=(const LocalMemory&) = delete;
  T get() const { return pointer_; }
  T* receive() { return &pointer_; }

 private:
  T pointer_ = nullptr;
};

// The user that this process runs as; empty where Windows does not say.
std::vector<char> OwnUser() {
  HANDLE token = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return {};
  DWORD size = 0;
  GetTokenInformation(token, TokenUser, nullptr, 0, &size);
  std::vector<char> user(size);
  if (!GetTokenInformation(token, TokenUser, user.data(), size, &size)) user.clear();
  CloseHandle(token);
  return user;
}

// SYSTEM, administrators, or whoever runs this.
bool IsTrusted(PSID owner) {
  if (IsWellKnownSid(owner, WinLocalSystemSid) ||
      IsWellKnownSid(owner, WinBuiltinAdministratorsSid)) {
    return true;
  }
  const std::vector<char> user = OwnUser();
  return !user.empty() &&
         EqualSid(owner, reinterpret_cast<const TOKEN_USER*>(user.data())->User.Sid) != 0;
}

absl::Status CheckOwner(const std::filesystem::path& folder, std::wstring& name) {
  PSID owner = nullptr;
  LocalMemory<PSECURITY_DESCRIPTOR> descriptor;
  const DWORD error =
      GetNamedSecurityInfoW(name.data(), SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                            nullptr, nullptr, nullptr, descriptor.receive());
  if (error != 0) {
    return WindowsErrorToStatus(error, absl::StrCat("asking who owns ", folder.string()));
  }
  if (IsTrusted(owner)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(folder.string(),
                   " was made by a user who is no administrator, and is not to be trusted: look "
                   "what is in it, remove it, and try again"));
}

absl::Status NoFolder(const std::filesystem::path& folder) {
  return absl::FailedPreconditionError(
      absl::StrCat(folder.string(), " is no folder, or a link to one: remove it"));
}

}  // namespace

std::string DefaultStateFolder() {
  PWSTR program_data = nullptr;
  const HRESULT got = SHGetKnownFolderPath(FOLDERID_ProgramData, 0, nullptr, &program_data);
  std::string folder = SUCCEEDED(got) ? host::Utf8Of(program_data) : "C:\\ProgramData";
  CoTaskMemFree(program_data);
  return folder + "\\Muster";
}

absl::Status PrepareStateFolder(const std::filesystem::path& folder) {
  LocalMemory<PSECURITY_DESCRIPTOR> descriptor;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(kOwnersOnly, SDDL_REVISION_1,
                                                            descriptor.receive(), nullptr)) {
    return WindowsErrorToStatus(GetLastError(), "making an access control list");
  }
  std::error_code ignored;  // the folder's own error tells
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), ignored);
  SECURITY_ATTRIBUTES attributes{sizeof(attributes), descriptor.get(), FALSE};
  if (CreateDirectoryW(folder.c_str(), &attributes)) return absl::OkStatus();
  if (const DWORD error = GetLastError(); error != ERROR_ALREADY_EXISTS) {
    return WindowsErrorToStatus(error, absl::StrCat("making the folder ", folder.string()));
  }
  const DWORD kind = GetFileAttributesW(folder.c_str());
  if (kind == INVALID_FILE_ATTRIBUTES || (kind & FILE_ATTRIBUTE_DIRECTORY) == 0 ||
      (kind & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
    return NoFolder(folder);
  }
  std::wstring name = folder.wstring();
  if (absl::Status status = CheckOwner(folder, name); !status.ok()) return status;
  BOOL present = FALSE, defaulted = FALSE;
  PACL list = nullptr;
  GetSecurityDescriptorDacl(descriptor.get(), &present, &list, &defaulted);
  const DWORD error = SetNamedSecurityInfoW(
      name.data(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
      nullptr, nullptr, list, nullptr);
  if (error != 0) {
    return WindowsErrorToStatus(error, absl::StrCat("closing ", folder.string(), " to others"));
  }
  return absl::OkStatus();
}

}  // namespace muster::agent
