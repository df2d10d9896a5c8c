// YAML 1.2 of JSON: the same document for other eyes.
#ifndef MUSTER_DASHBOARD_API_CTL_YAML_H_
#define MUSTER_DASHBOARD_API_CTL_YAML_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::ctl {

// Block style, in the order of the JSON, ended by a newline. Texts that YAML 1.1 or 1.2 could take
// for something else stay quoted. INTERNAL where `json` is not a JSON document of at most 100
// levels.
absl::StatusOr<std::string> YamlOfJson(absl::string_view json);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_YAML_H_
