#include "dashboard-api/api/access_log.h"

#include "absl/strings/str_cat.h"
#include "common/json_string.h"

namespace muster::dashboard {
namespace {

void AppendText(const char* name, absl::string_view value, std::string& line) {
  absl::StrAppend(&line, ",\"", name, "\":");
  AppendJsonString(value, line);
}

}  // namespace

std::string AccessLine(const http::RequestRecord& record, absl::Time now) {
  std::string line = "{\"time\":";
  AppendJsonString(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", now, absl::UTCTimeZone()), line);
  AppendText("requestId", record.request.id, line);
  if (!record.trace_id.empty()) AppendText("traceId", record.trace_id, line);
  AppendText("method", record.request.method, line);
  AppendText("route", record.route, line);
  const double ms = std::chrono::duration<double, std::milli>(record.duration).count();
  absl::StrAppend(&line, ",\"status\":", record.status, ",\"ms\":", ms,
                  ",\"bytes\":", record.bytes);
  if (!record.complete) absl::StrAppend(&line, ",\"complete\":false");
  AppendText("remote", record.request.remote, line);
  line += '}';
  return line;
}

}  // namespace muster::dashboard
