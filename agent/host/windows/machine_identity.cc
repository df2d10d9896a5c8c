#include "agent/host/windows/machine_identity.h"

#include <algorithm>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace muster::host {
namespace {

constexpr size_t kRawHeaderBytes = 8;  // calling method, version, DMI revision, length
constexpr uint8_t kSystemInformation = 1;
constexpr size_t kUuidAt = 8, kUuidBytes = 16;

uint8_t Byte(absl::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }

// Its first three fields are little-endian since SMBIOS 2.6, and were in practice before.
std::string UuidText(absl::string_view b) {
  if (std::all_of(b.begin(), b.end(), [](char c) { return c == '\0'; })) return "";
  if (std::all_of(b.begin(), b.end(), [](char c) { return c == '\xff'; })) return "";
  std::string text;
  for (const int at : {3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15}) {
    absl::StrAppend(&text, at < 0 ? "-" : absl::StrFormat("%02x", Byte(b, at)));
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> SmbiosUuid(absl::string_view raw) {
  if (raw.size() < kRawHeaderBytes) {
    return absl::InvalidArgumentError("The SMBIOS table is shorter than its header");
  }
  absl::string_view table = raw.substr(kRawHeaderBytes);
  while (table.size() >= 4) {
    const size_t length = Byte(table, 1);
    if (length < 4 || length > table.size()) {
      return absl::InvalidArgumentError(
          "A structure of the SMBIOS table has a length that it cannot");
    }
    if (Byte(table, 0) == kSystemInformation) {
      if (length < kUuidAt + kUuidBytes) break;  // SMBIOS before 2.1 has no UUID
      return UuidText(table.substr(kUuidAt, kUuidBytes));
    }
    // Its strings follow, each with a NUL, and one more NUL behind the last.
    const size_t end = table.find(absl::string_view("\0\0", 2), length);
    if (end == absl::string_view::npos) break;
    table.remove_prefix(end + 2);
  }
  return absl::NotFoundError("The SMBIOS table has no system UUID");
}

absl::StatusOr<std::string> SidText(absl::string_view sid) {
  constexpr size_t kHeaderBytes = 8;
  if (sid.size() < kHeaderBytes || Byte(sid, 0) != 1 ||
      sid.size() != kHeaderBytes + 4 * size_t{Byte(sid, 1)}) {
    return absl::InvalidArgumentError("The bytes are no SID");
  }
  uint64_t authority = 0;
  for (size_t at = 2; at < kHeaderBytes; ++at) authority = authority << 8 | Byte(sid, at);
  std::string text = absl::StrCat("S-1-", authority);
  for (size_t at = kHeaderBytes; at < sid.size(); at += 4) {
    const uint32_t part = uint32_t{Byte(sid, at)} | uint32_t{Byte(sid, at + 1)} << 8 |
                          uint32_t{Byte(sid, at + 2)} << 16 | uint32_t{Byte(sid, at + 3)} << 24;
    absl::StrAppend(&text, "-", part);
  }
  return text;
}

std::string ContainerOf(absl::string_view distinguished_name) {
  for (size_t at = 0; at < distinguished_name.size(); ++at) {
    if (distinguished_name[at] == '\\')
      ++at;
    else if (distinguished_name[at] == ',')
      return std::string(distinguished_name.substr(at + 1));
  }
  return "";
}

}  // namespace muster::host
