#include "agent/collect/log_files.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::collect {
namespace {

bool IsRotated(absl::string_view name, absl::string_view extension) {
  return absl::StartsWithIgnoreCase(name, "CbsPersist_") &&
         absl::EndsWithIgnoreCase(name, extension);
}

}  // namespace

absl::StatusOr<LogFiles> FindLogs(host::Host& host, absl::string_view folder) {
  LogFiles found;
  const auto entries = host.List(folder);
  if (!entries.ok()) return entries.status();
  const auto add_if = [&](auto matches, v1::IncidentSignature::Source source) {
    for (const host::Entry& entry : *entries) {
      if (!matches(entry.name)) continue;
      found.logs.push_back({absl::StrCat(folder, "/", entry.name), source, absl::ZeroDuration()});
    }
  };
  const auto named = [](absl::string_view wanted) {
    return [wanted](absl::string_view name) { return host::SameName(name, wanted); };
  };
  // Rotated logs are named after the time of their rotation.
  add_if([](absl::string_view name) { return IsRotated(name, ".log"); },
         v1::IncidentSignature::CBS_LOG);
  add_if(named("CBS.log"), v1::IncidentSignature::CBS_LOG);
  add_if(named("CheckSUR.persist.log"), v1::IncidentSignature::CHECKSUR_LOG);
  add_if(named("CheckSUR.log"), v1::IncidentSignature::CHECKSUR_LOG);
  found.archives = std::count_if(entries->begin(), entries->end(), [](const host::Entry& entry) {
    return IsRotated(entry.name, ".cab");
  });
  return found;
}

absl::StatusOr<uint64_t> FeedFile(host::FileReader& file, uint64_t offset, uint64_t max_bytes,
                                  const std::function<bool(absl::string_view)>& feed) {
  const absl::Status status = file.Seek(offset);
  if (!status.ok()) return status;
  std::string piece(kLogPieceBytes, '\0');
  uint64_t fed = 0;
  while (fed < max_bytes) {
    const size_t want = std::min<uint64_t>(piece.size(), max_bytes - fed);
    const auto count = file.Read(absl::MakeSpan(piece.data(), want));
    if (!count.ok()) return count.status();
    if (*count == 0) break;
    fed += *count;
    if (!feed(absl::string_view(piece.data(), *count))) break;
  }
  return fed;
}

absl::Time ToInstant(absl::CivilSecond local, absl::Duration utc_offset) {
  return absl::FromCivil(local, absl::UTCTimeZone()) - utc_offset;
}

}  // namespace muster::collect
