// UTF-16 as Windows speaks it, and UTF-8 as everything else here does.
#ifndef MUSTER_AGENT_HOST_WINDOWS_TEXT_H_
#define MUSTER_AGENT_HOST_WINDOWS_TEXT_H_

#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace muster::host {

// What is no UTF-8, or no UTF-16, becomes U+FFFD: a name with half a surrogate in it is listed, but
// cannot be opened.
std::wstring WideOf(absl::string_view utf8);
std::string Utf8Of(std::wstring_view utf16);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_TEXT_H_
