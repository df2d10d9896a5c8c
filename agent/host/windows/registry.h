// Keys of the registry, read-only, always of a named view.
#ifndef MUSTER_AGENT_HOST_WINDOWS_REGISTRY_H_
#define MUSTER_AGENT_HOST_WINDOWS_REGISTRY_H_

#include <windows.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "agent/host/system.h"

namespace muster::host {

// Windows has the registry twice on 64 bits, for programs of either kind; on 32 bits both are one.
enum class RegistryView { k64Bit, k32Bit };

// An open key. Owns its handle. Not thread-safe.
class RegistryKey {
 public:
  // Below HKEY_LOCAL_MACHINE. `error` is the Win32 error, 0 with success; ERROR_FILE_NOT_FOUND (2)
  // where there is no such key.
  static std::optional<RegistryKey> Open(absl::string_view path, RegistryView view,
                                         uint32_t& error);

  RegistryKey(RegistryKey&& other) noexcept
      : key_(std::exchange(other.key_, nullptr)), view_(other.view_) {}
  RegistryKey& operator=(RegistryKey&&) = delete;
  ~RegistryKey() {
    if (key_ != nullptr) RegCloseKey(key_);
  }

  std::optional<RegistryKey> OpenSubkey(const std::wstring& name, uint32_t& error) const;
  // Calls back with each subkey's name until it answers false. Answers a Win32 error, 0 at the end
  // and where it was stopped.
  uint32_t ForEachSubkey(const std::function<bool(const std::wstring& name)>& on_name) const;
  // The same with the names of the values.
  uint32_t ForEachValueName(const std::function<bool(const std::wstring& name)>& on_name) const;

  // A value of at most max_bytes; a longer one has no bytes and `error` ERROR_MORE_DATA (234).
  std::optional<RegistryValue> Value(absl::string_view name, size_t max_bytes,
                                     uint32_t& error) const;
  // A REG_SZ as UTF-8; "" where it is none or not there.
  std::string Text(absl::string_view name) const;

 private:
  RegistryKey(HKEY key, REGSAM view) : key_(key), view_(view) {}
  HKEY key_;
  REGSAM view_;  // KEY_WOW64_…: subkeys too must be asked for in the same view
};

// Whether HKEY_LOCAL_MACHINE has the key, in the 64-bit view. False where that cannot be told; then
// `error` says why.
bool KeyExists(absl::string_view path, uint32_t& error);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_REGISTRY_H_
