// How a command's answer is written: as a table, JSON, YAML or CSV (--output).
#ifndef MUSTER_DASHBOARD_API_CTL_OUTPUT_H_
#define MUSTER_DASHBOARD_API_CTL_OUTPUT_H_

#include <google/protobuf/message.h>

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "dashboard-api/ctl/console.h"
#include "dashboard-api/ctl/table.h"

namespace muster::ctl {

// One answer in the shapes that it has; only the one that is asked for is made.
struct Answer {
  std::function<std::string()> text;  // for people: --output table
  std::function<std::string()> csv;   // not called of a command that has none (WithoutCsv)
  std::function<std::string()> json;
  std::function<std::string()> remark = nullptr;  // about it, to the standard error, beside `text`
};

// `console.output` says which; `text` where it is neither of the others. YAML is made of the JSON.
absl::Status Write(const Answer& answer, Console& console);

// A list: its message, its table for both people and spreadsheets, and what people are told beside
// it.
absl::Status Write(const google::protobuf::Message& message, const Table& table, Console& console,
                   const std::string& remark = "");

// What a command made or changed: its message, one line for people, and a table of one row for
// spreadsheets.
absl::Status WriteChange(const google::protobuf::Message& message, const std::string& line,
                         const Table& table, Console& console, const std::string& remark = "");

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_OUTPUT_H_
