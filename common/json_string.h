// Text within JSON. Pure.
#ifndef MUSTER_COMMON_JSON_STRING_H_
#define MUSTER_COMMON_JSON_STRING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace muster {

// Appends UTF-8 text as a JSON string (RFC 8259, 7) with its quotes.
void AppendJsonString(absl::string_view text, std::string& out);

}  // namespace muster

#endif  // MUSTER_COMMON_JSON_STRING_H_
