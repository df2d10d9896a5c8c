#include "agent/host/windows/text.h"

#include <windows.h>

#include <climits>

namespace muster::host {

std::wstring WideOf(absl::string_view utf8) {
  if (utf8.empty() || utf8.size() > INT_MAX) return L"";
  const int bytes = static_cast<int>(utf8.size());
  const int units = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), bytes, nullptr, 0);
  std::wstring wide(static_cast<size_t>(units), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, utf8.data(), bytes, wide.data(), units);
  return wide;
}

std::string Utf8Of(std::wstring_view utf16) {
  if (utf16.empty() || utf16.size() > INT_MAX) return "";
  const int units = static_cast<int>(utf16.size());
  const int bytes =
      WideCharToMultiByte(CP_UTF8, 0, utf16.data(), units, nullptr, 0, nullptr, nullptr);
  std::string utf8(static_cast<size_t>(bytes), '\0');
  WideCharToMultiByte(CP_UTF8, 0, utf16.data(), units, utf8.data(), bytes, nullptr, nullptr);
  return utf8;
}

}  // namespace muster::host
