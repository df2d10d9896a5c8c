#include "agent/host/windows/registry_sandbox.h"

#include <gtest/gtest.h>

namespace muster::host {

RegistrySandbox::RegistrySandbox()
    : root_(L"Software\\MusterTest-" + std::to_wstring(GetCurrentProcessId())) {
  HKEY root = nullptr;
  EXPECT_EQ(RegCreateKeyW(HKEY_CURRENT_USER, root_.c_str(), &root), ERROR_SUCCESS);
  EXPECT_EQ(RegOverridePredefKey(HKEY_LOCAL_MACHINE, root), ERROR_SUCCESS);
  RegCloseKey(root);
}

RegistrySandbox::~RegistrySandbox() {
  RegOverridePredefKey(HKEY_LOCAL_MACHINE, nullptr);
  RegDeleteTreeW(HKEY_CURRENT_USER, root_.c_str());
}

void RegistrySandbox::AddKey(const std::wstring& path) {
  HKEY key = nullptr;
  EXPECT_EQ(RegCreateKeyW(HKEY_CURRENT_USER, (root_ + L"\\" + path).c_str(), &key), ERROR_SUCCESS);
  RegCloseKey(key);
}

void RegistrySandbox::SetValue(const std::wstring& path, const std::wstring& name, DWORD type,
                               const std::string& bytes) {
  HKEY key = nullptr;
  EXPECT_EQ(RegCreateKeyW(HKEY_CURRENT_USER, (root_ + L"\\" + path).c_str(), &key), ERROR_SUCCESS);
  EXPECT_EQ(RegSetValueExW(key, name.c_str(), 0, type, reinterpret_cast<const BYTE*>(bytes.data()),
                           static_cast<DWORD>(bytes.size())),
            ERROR_SUCCESS);
  RegCloseKey(key);
}

void RegistrySandbox::SetDword(const std::wstring& path, const std::wstring& name, DWORD number) {
  SetValue(path, name, REG_DWORD,
           std::string(reinterpret_cast<const char*>(&number), sizeof(number)));
}

void RegistrySandbox::SetText(const std::wstring& path, const std::wstring& name,
                              const std::wstring& text) {
  SetValue(path, name, REG_SZ,
           std::string(reinterpret_cast<const char*>(text.c_str()),
                       (text.size() + 1) * sizeof(wchar_t)));
}

}  // namespace muster::host
