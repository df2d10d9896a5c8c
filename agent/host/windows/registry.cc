#include "agent/host/windows/registry.h"

#include <vector>

#include "agent/host/windows/text.h"

namespace muster::host {
namespace {

constexpr DWORD kMaxNameUnits = 16'384;  // Windows: 255 for keys, 16,383 for values
constexpr size_t kMaxTextBytes = 4 * 1024;

uint32_t ErrorOf(LSTATUS status) { return static_cast<uint32_t>(status); }

// Before a text's first NUL; registry strings may have none, or several.
std::wstring_view UpToNul(std::wstring_view text) { return text.substr(0, text.find(L'\0')); }

}  // namespace

std::optional<RegistryKey> RegistryKey::Open(absl::string_view path, RegistryView view,
                                             uint32_t& error) {
  HKEY key = nullptr;
  const REGSAM flag = view == RegistryView::k64Bit ? KEY_WOW64_64KEY : KEY_WOW64_32KEY;
  error =
      ErrorOf(RegOpenKeyExW(HKEY_LOCAL_MACHINE, WideOf(path).c_str(), 0, KEY_READ | flag, &key));
  if (error != ERROR_SUCCESS) return std::nullopt;
  return RegistryKey(key, flag);
}

std::optional<RegistryKey> RegistryKey::OpenSubkey(const std::wstring& name,
                                                   uint32_t& error) const {
  HKEY key = nullptr;
  error = ErrorOf(RegOpenKeyExW(key_, name.c_str(), 0, KEY_READ | view_, &key));
  if (error != ERROR_SUCCESS) return std::nullopt;
  return RegistryKey(key, view_);
}

uint32_t RegistryKey::ForEachSubkey(
    const std::function<bool(const std::wstring& name)>& on_name) const {
  std::vector<wchar_t> name(kMaxNameUnits);
  for (DWORD index = 0;; ++index) {
    DWORD units = kMaxNameUnits;
    const uint32_t error = ErrorOf(
        RegEnumKeyExW(key_, index, name.data(), &units, nullptr, nullptr, nullptr, nullptr));
    if (error == ERROR_NO_MORE_ITEMS) return ERROR_SUCCESS;
    if (error != ERROR_SUCCESS) return error;
    if (!on_name(std::wstring(name.data(), units))) return ERROR_SUCCESS;
  }
}

uint32_t RegistryKey::ForEachValueName(
    const std::function<bool(const std::wstring& name)>& on_name) const {
  std::vector<wchar_t> name(kMaxNameUnits);
  for (DWORD index = 0;; ++index) {
    DWORD units = kMaxNameUnits;
    const uint32_t error = ErrorOf(
        RegEnumValueW(key_, index, name.data(), &units, nullptr, nullptr, nullptr, nullptr));
    if (error == ERROR_NO_MORE_ITEMS) return ERROR_SUCCESS;
    if (error != ERROR_SUCCESS) return error;
    if (!on_name(std::wstring(name.data(), units))) return ERROR_SUCCESS;
  }
}

std::optional<RegistryValue> RegistryKey::Value(absl::string_view name, size_t max_bytes,
                                                uint32_t& error) const {
  const std::wstring wide = WideOf(name);
  RegistryValue value;
  value.name = std::string(name);
  // It may grow between two calls, but not for ever.
  DWORD bytes = 512;
  for (int attempt = 0; attempt < 4; ++attempt) {
    value.bytes.resize(bytes);
    DWORD type = 0;
    error = ErrorOf(RegQueryValueExW(key_, wide.c_str(), nullptr, &type,
                                     reinterpret_cast<BYTE*>(value.bytes.data()), &bytes));
    value.type = type;
    if (error == ERROR_SUCCESS) {
      value.bytes.resize(bytes);
      if (bytes <= max_bytes) return value;
      error = ERROR_MORE_DATA;
    }
    if (error != ERROR_MORE_DATA) return std::nullopt;
    if (bytes > max_bytes) break;
  }
  value.bytes.clear();
  return value;
}

std::string RegistryKey::Text(absl::string_view name) const {
  uint32_t error = 0;
  const std::optional<RegistryValue> value = Value(name, kMaxTextBytes, error);
  if (!value || error != ERROR_SUCCESS || value->type != REG_SZ) return "";
  std::wstring text(value->bytes.size() / sizeof(wchar_t), L'\0');
  value->bytes.copy(reinterpret_cast<char*>(text.data()), text.size() * sizeof(wchar_t));
  return Utf8Of(UpToNul(text));
}

bool KeyExists(absl::string_view path, uint32_t& error) {
  const bool exists = RegistryKey::Open(path, RegistryView::k64Bit, error).has_value();
  if (error == ERROR_FILE_NOT_FOUND) error = ERROR_SUCCESS;
  return exists;
}

}  // namespace muster::host
