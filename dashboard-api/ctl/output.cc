#include "dashboard-api/ctl/output.h"

#include "dashboard-api/ctl/yaml.h"

namespace muster::ctl {

absl::Status Write(const Answer& answer, Console& console) {
  if (console.output == "json") {
    console.out << answer.json();
  } else if (console.output == "yaml") {
    auto yaml = YamlOfJson(answer.json());
    if (!yaml.ok()) return yaml.status();
    console.out << *yaml;
  } else if (console.output == "csv") {
    console.out << answer.csv();
  } else {
    console.out << answer.text();
    console.out.flush();
    if (answer.remark) console.err << answer.remark();
  }
  return absl::OkStatus();
}

absl::Status Write(const google::protobuf::Message& message, const Table& table, Console& console,
                   const std::string& remark) {
  return Write({.text = [&] { return table.ToText(console.colours); },
                .csv = [&] { return table.ToCsv(); },
                .json = [&] { return Json(message, /*pretty=*/true); },
                .remark = [&] { return remark; }},
               console);
}

absl::Status WriteChange(const google::protobuf::Message& message, const std::string& line,
                         const Table& table, Console& console, const std::string& remark) {
  return Write({.text = [&] { return line; },
                .csv = [&] { return table.ToCsv(); },
                .json = [&] { return Json(message, /*pretty=*/true); },
                .remark = [&] { return remark; }},
               console);
}

}  // namespace muster::ctl
