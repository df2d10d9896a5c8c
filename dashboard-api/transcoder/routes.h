// The HTTP API's routes, read from the descriptors that are linked in: one for each google.api.http
// binding of an RPC. Immutable, shareable between threads.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_ROUTES_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_ROUTES_H_

#include <google/protobuf/descriptor.h>

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dashboard-api/transcoder/path_template.h"

namespace muster::transcoder {

struct Route {
  enum class Kind {
    kUnary,
    kWatch,     // streams messages: server-sent events, or JSON lines
    kDownload,  // streams messages of bytes alone: a file
    kUpload,    // takes a stream whose body field is bytes: a file
  };

  std::string http_method;  // "GET"
  PathTemplate path;
  std::string body;  // "" none, "*" the whole request, or the name of a field
  Kind kind = Kind::kUnary;
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string grpc_path;  // "/muster.v1.FleetService/ListMachines"
  // The rows of a list's answer: its first field, where that is a repeated message (AIP-4233).
  // A list can be exported, as CSV or JSON lines.
  const google::protobuf::FieldDescriptor* rows = nullptr;
};

struct RouteMatch {
  const Route* route = nullptr;
  std::map<std::string, std::string> variables;  // by field path
};

class RouteTable {
 public:
  // Of every service in these files of the generated pool. INVALID_ARGUMENT names an RPC whose
  // binding cannot be served.
  static absl::StatusOr<RouteTable> Create(
      const std::vector<const google::protobuf::FileDescriptor*>& files);
  // Of the operator API.
  static absl::StatusOr<RouteTable> OfOperatorApi();

  // HEAD is GET. NOT_FOUND; UNIMPLEMENTED where the path is known, but not with this method.
  absl::StatusOr<RouteMatch> Find(absl::string_view http_method, const RequestPath& path) const;
  // "GET, HEAD, POST": what this path takes; empty where there is none.
  std::string AllowedMethods(const RequestPath& path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;  // literal paths before variable ones
};

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_ROUTES_H_
