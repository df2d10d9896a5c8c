// For tests: HKEY_LOCAL_MACHINE of this process is an empty key of the user's, gone at the end. No
// test writes to the machine's own registry.
#ifndef MUSTER_AGENT_HOST_WINDOWS_REGISTRY_SANDBOX_H_
#define MUSTER_AGENT_HOST_WINDOWS_REGISTRY_SANDBOX_H_

#include <windows.h>

#include <string>

namespace muster::host {

// One at a time. Not thread-safe.
class RegistrySandbox {
 public:
  RegistrySandbox();
  ~RegistrySandbox();
  RegistrySandbox(const RegistrySandbox&) = delete;
  RegistrySandbox& operator=(const RegistrySandbox&) = delete;

  // Makes the key, and those above it, below HKEY_LOCAL_MACHINE.
  void AddKey(const std::wstring& path);
  void SetValue(const std::wstring& path, const std::wstring& name, DWORD type,
                const std::string& bytes);
  void SetDword(const std::wstring& path, const std::wstring& name, DWORD number);
  void SetText(const std::wstring& path, const std::wstring& name, const std::wstring& text);

 private:
  const std::wstring root_;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_REGISTRY_SANDBOX_H_
