// Where a command writes, and in which shape.
#ifndef MUSTER_DASHBOARD_API_CTL_CONSOLE_H_
#define MUSTER_DASHBOARD_API_CTL_CONSOLE_H_

#include <google/protobuf/message.h>

#include <ostream>
#include <string>

#include "absl/status/status.h"

namespace muster::ctl {

// The streams must outlive it.
struct Console {
  std::ostream& out;  // the answer
  std::ostream& err;  // what is about the answer
  bool colours = false;
  std::string output = "table";  // the shape of the answer: "table", "json", "yaml", "csv"
};

// Of a command that takes none.
struct NoOptions {};

// A message in protobuf's JSON form, control characters escaped. `pretty`: with line breaks.
std::string Json(const google::protobuf::Message& message, bool pretty);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_CONSOLE_H_
