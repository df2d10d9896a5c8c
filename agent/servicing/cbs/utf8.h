// UTF-8 as RFC 3629 has it: checked and written. Pure; safe from any thread.
#ifndef MUSTER_AGENT_SERVICING_CBS_UTF8_H_
#define MUSTER_AGENT_SERVICING_CBS_UTF8_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace muster::servicing {

// How many bytes at the start of `text` are well-formed.
size_t ValidUtf8Prefix(absl::string_view text);
inline bool IsValidUtf8(absl::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

// Writes a code point (no surrogate, at most 0x10FFFF); returns its length in bytes.
size_t EncodeUtf8(uint32_t character, char (&out)[4]);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CBS_UTF8_H_
