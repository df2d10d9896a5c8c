#include "agent/host/host.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/host/text.h"

namespace muster::host {

absl::StatusOr<std::string> ReadWhole(Host& host, absl::string_view path, uint64_t max_bytes) {
  auto file = host.Open(path);
  if (!file.ok()) return file.status();
  const auto too_large = [&] {
    return absl::ResourceExhaustedError(absl::StrCat(
        Displayable(path), ": larger than the ", max_bytes, " bytes that such a file may have"));
  };
  if ((*file)->size() > max_bytes) return too_large();
  std::string bytes;
  size_t filled = 0;
  // One byte more than expected, so that a file that has not grown ends with one short read.
  bytes.resize((*file)->size() + 1);
  while (true) {
    auto count = (*file)->Read(absl::MakeSpan(&bytes[filled], bytes.size() - filled));
    if (!count.ok()) return count.status();
    filled += *count;
    if (filled > max_bytes) return too_large();
    if (*count == 0) break;
    if (filled == bytes.size()) bytes.resize(std::min(filled * 2, static_cast<size_t>(max_bytes) + 1));
  }
  bytes.resize(filled);
  return bytes;
}

bool SameName(absl::string_view a, absl::string_view b) { return absl::EqualsIgnoreCase(a, b); }

}  // namespace muster::host
