// Text from disks and logs, made fit for messages and terminals: names on disk are raw bytes.
#ifndef MUSTER_AGENT_HOST_TEXT_H_
#define MUSTER_AGENT_HOST_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace muster::host {

// `text` with each byte that is no UTF-8 written as "\xff", so that it can stand in a protobuf
// string. Cut before max_bytes, between characters, with "…" behind where something is missing.
std::string ValidUtf8(absl::string_view text, size_t max_bytes = absl::string_view::npos);

// ValidUtf8, and control characters (C0, DEL, C1, and what turns the direction of writing) as
// "\x0a": what a terminal or a log line can show safely.
std::string Displayable(absl::string_view text, size_t max_bytes = absl::string_view::npos);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_TEXT_H_
