#include "agent/collect/all_records.h"

#include <limits>

#include "agent/collect/incidents.h"
#include "agent/collect/log_files.h"
#include "agent/collect/signatures.h"
#include "agent/host/text.h"
#include "agent/servicing/cbs/cbs_log.h"
#include "common/proto_time.h"

namespace muster::collect {
namespace {

using OnRecord = std::function<void(const v1::Incident&)>;

v1::Incident OneRecord(v1::IncidentSignature signature, std::optional<absl::CivilSecond> local,
                       absl::Duration utc_offset, absl::string_view message) {
  v1::Incident record;
  *record.mutable_signature() = std::move(signature);
  record.set_count(1);
  if (local) {
    *record.mutable_first() = ToProto(ToInstant(*local, utc_offset));
    *record.mutable_last() = record.first();
  }
  record.set_first_message(host::ValidUtf8(message));
  return record;
}

absl::Status ReadCbsLog(host::Host& host, const LogFile& log, const OnRecord& on_record) {
  auto file = host.Open(log.path);
  if (!file.ok()) return file.status();
  servicing::CbsLogReader reader([&](const servicing::CbsRecord& record) {
    on_record(OneRecord(ToSignature(servicing::MakeSignature(record)), record.time, log.utc_offset,
                        record.message));
  });
  const auto fed =
      FeedFile(**file, 0, std::numeric_limits<uint64_t>::max(), [&](absl::string_view piece) {
        reader.Feed(piece);
        return true;
      });
  reader.Finish();
  return fed.status();
}

absl::Status ReadCheckSur(host::Host& host, const LogFile& log, CheckSurRuns& seen,
                          const OnRecord& on_record) {
  auto runs = ReadCheckSurLog(host, log.path);
  if (!runs.ok()) return runs.status();
  for (const auto& run : seen.New(*std::move(runs))) {
    std::optional<absl::CivilSecond> time;
    if (run.time) time = absl::CivilSecond(*run.time);
    for (const auto& finding : run.findings) {
      on_record(OneRecord(ToSignature(finding), time, log.utc_offset, ToLine(finding)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ForEachRecord(host::Host& host, const std::vector<LogFile>& logs,
                           const OnRecord& on_record) {
  absl::Status first_error;
  CheckSurRuns seen;
  for (const LogFile& log : logs) {
    first_error.Update(log.source == v1::IncidentSignature::CBS_LOG
                           ? ReadCbsLog(host, log, on_record)
                           : ReadCheckSur(host, log, seen, on_record));
  }
  return first_error;
}

}  // namespace muster::collect
