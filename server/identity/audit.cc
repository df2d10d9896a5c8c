#include <string>

#include "server/identity/store.h"

namespace muster::identity {
namespace {

// Fixed width, big endian.
void AppendInteger(std::string& bytes, int64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>((static_cast<uint64_t>(value) >> shift) & 0xFF));
  }
}

// With its length before it, so that no two rows read the same.
void AppendText(std::string& bytes, const std::string& text) {
  AppendInteger(bytes, static_cast<int64_t>(text.size()));
  bytes += text;
}

}  // namespace

Digest AuditHash(const Digest& previous, int64_t sequence, const AuditEvent& event) {
  std::string bytes = previous.ToBytes();
  AppendInteger(bytes, sequence);
  AppendInteger(bytes, absl::ToUnixMicros(event.at));  // what a timestamptz keeps
  AppendText(bytes, event.actor);
  AppendText(bytes, event.action);
  AppendText(bytes, event.subject);
  AppendText(bytes, event.result);
  return Sha256(bytes);
}

}  // namespace muster::identity
