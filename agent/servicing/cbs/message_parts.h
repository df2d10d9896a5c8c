// What is found inside the messages of CBS.log: HRESULTs and paths. Pure; views into the message;
// safe from any thread. docs/formats/cbs-log.md, "What a message says".
#ifndef MUSTER_AGENT_SERVICING_CBS_MESSAGE_PARTS_H_
#define MUSTER_AGENT_SERVICING_CBS_MESSAGE_PARTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::servicing {

// "[HRESULT = 0x800b0101 - CERT_E_EXPIRED]", "hrStatus: 0x800f0820 [CBS_E_CANCEL]", "Operation
// result: 0x800f0820".
struct MessageHresult {
  uint32_t code = 0;
  absl::string_view name;  // as written; may be empty
  absl::string_view text;  // all of it
};
// The first that says a failure, otherwise the first.
std::optional<MessageHresult> FindMessageHresult(absl::string_view message);

// True for codes that mean failure (severity bit set).
inline bool IsFailure(uint32_t hresult) { return (hresult & 0x80000000u) != 0; }

// A path as written.
struct MessagePath {
  absl::string_view
      path;  // without "\\?\", and without the form in brackets that Windows 10 puts before it
  absl::string_view text;  // all of it
};
// The first path in `text`: from a drive letter or two backslashes on.
std::optional<MessagePath> FindMessagePath(absl::string_view text);

// Relative to the Windows directory where the path lies in one, '/' between the parts, letter case
// kept.
std::string RelativeToWindows(absl::string_view path);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CBS_MESSAGE_PARTS_H_
