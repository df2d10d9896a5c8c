#include "agent/collect/log_place.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/digest.h"

namespace muster::collect {
namespace {

// As many of `count` bytes from `offset` on as there are.
absl::StatusOr<std::string> ReadAt(host::FileReader& file, uint64_t offset, size_t count) {
  const absl::Status status = file.Seek(offset);
  if (!status.ok()) return status;
  std::string bytes(count, '\0');
  size_t filled = 0;
  while (filled < count) {
    const auto got = file.Read(absl::MakeSpan(&bytes[filled], count - filled));
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    filled += *got;
  }
  bytes.resize(filled);
  return bytes;
}

std::string ByteOrderMark(absl::string_view head) {
  for (const absl::string_view mark : {"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"}) {
    if (absl::StartsWith(head, mark)) return std::string(mark);
  }
  return "";
}

}  // namespace

absl::StatusOr<LogPlace> OpenLog(host::Host& host, absl::string_view path) {
  auto file = host.Open(path);
  if (!file.ok()) return file.status();
  const auto head = ReadAt(**file, 0, kLineBytes);
  if (!head.ok()) return head.status();
  const size_t end = head->find('\n');
  if (end == std::string::npos && head->size() < kLineBytes) {
    return absl::NotFoundError(absl::StrCat(path, ": no whole line yet"));
  }
  LogPlace place;
  place.path = std::string(path);
  place.identity = Sha256(absl::string_view(*head).substr(0, end)).ToBytes();
  place.mark = ByteOrderMark(*head);
  place.file = *std::move(file);
  return place;
}

absl::StatusOr<std::string> LastLineDigest(host::FileReader& file, uint64_t offset) {
  const uint64_t begin = offset - std::min<uint64_t>(offset, kLineBytes);
  const auto bytes = ReadAt(file, begin, offset - begin);
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() < offset - begin) return "";
  absl::string_view line = *bytes;
  const size_t content = line.find_last_not_of(absl::string_view("\r\n\0", 3));
  line = line.substr(0, content == absl::string_view::npos ? 0 : content + 1);
  const size_t newline = line.rfind('\n');
  if (newline != absl::string_view::npos) line.remove_prefix(newline + 1);
  return Sha256(line).ToBytes();
}

}  // namespace muster::collect
