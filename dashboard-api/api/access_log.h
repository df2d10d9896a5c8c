// One line of JSON a request on standard output: time, request id, trace id where there is one,
// method, route, status, milliseconds, bytes, client. Never the query, nor what the path names.
#ifndef MUSTER_DASHBOARD_API_API_ACCESS_LOG_H_
#define MUSTER_DASHBOARD_API_API_ACCESS_LOG_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "common/http/server.h"

namespace muster::dashboard {

std::string AccessLine(const http::RequestRecord& record, absl::Time now);

}  // namespace muster::dashboard

#endif  // MUSTER_DASHBOARD_API_API_ACCESS_LOG_H_
