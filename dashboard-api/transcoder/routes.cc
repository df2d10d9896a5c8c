#include "dashboard-api/transcoder/routes.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/api/annotations.pb.h"
#include "muster/v1/campaign.pb.h"
#include "muster/v1/evidence.pb.h"
#include "muster/v1/operator.pb.h"
#include "muster/v1/overview.pb.h"
#include "muster/v1/session.pb.h"

namespace muster::transcoder {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

std::pair<std::string, std::string> MethodAndPath(const google::api::HttpRule& rule) {
  switch (rule.pattern_case()) {
    case google::api::HttpRule::kGet:
      return {"GET", rule.get()};
    case google::api::HttpRule::kPut:
      return {"PUT", rule.put()};
    case google::api::HttpRule::kPost:
      return {"POST", rule.post()};
    case google::api::HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    case google::api::HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    default:
      return {"", ""};
  }
}

bool IsBytesAlone(const google::protobuf::Descriptor& message) {
  return message.field_count() == 1 && message.field(0)->type() == FieldDescriptor::TYPE_BYTES;
}

absl::StatusOr<Route::Kind> KindOf(const MethodDescriptor& method, const std::string& body) {
  if (method.client_streaming()) {
    const FieldDescriptor* data = method.input_type()->FindFieldByName(body);
    if (method.server_streaming() || data == nullptr ||
        data->type() != FieldDescriptor::TYPE_BYTES) {
      return absl::InvalidArgumentError("a client stream must have a body field of bytes");
    }
    return Route::Kind::kUpload;
  }
  if (!method.server_streaming()) return Route::Kind::kUnary;
  return IsBytesAlone(*method.output_type()) ? Route::Kind::kDownload : Route::Kind::kWatch;
}

const FieldDescriptor* RowsOf(const Route& route) {
  if (route.kind != Route::Kind::kUnary || route.http_method != "GET") return nullptr;
  const FieldDescriptor* first = route.method->output_type()->FindFieldByNumber(1);
  const bool is_list = first != nullptr && first->is_repeated() && first->message_type() != nullptr;
  return is_list ? first : nullptr;
}

absl::StatusOr<Route> MakeRoute(const MethodDescriptor& method, const google::api::HttpRule& rule) {
  auto [http_method, text] = MethodAndPath(rule);
  auto path = PathTemplate::Parse(text);
  if (!path.ok()) return path.status();
  auto kind = KindOf(method, rule.body());
  if (!kind.ok()) return kind.status();
  Route route;
  route.http_method = std::move(http_method);
  route.path = *std::move(path);
  route.body = rule.body();
  route.kind = *kind;
  route.method = &method;
  route.grpc_path = absl::StrCat("/", method.service()->full_name(), "/", method.name());
  route.rows = RowsOf(route);
  return route;
}

}  // namespace

absl::StatusOr<RouteTable> RouteTable::Create(
    const std::vector<const google::protobuf::FileDescriptor*>& files) {
  RouteTable table;
  const auto add = [&table](const MethodDescriptor& method, const google::api::HttpRule& rule) {
    auto route = MakeRoute(method, rule);
    if (!route.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(method.full_name(), ": ", route.status().message()));
    }
    table.routes_.push_back(*std::move(route));
    return absl::OkStatus();
  };
  for (const auto* file : files) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const MethodDescriptor& method = *file->service(s)->method(m);
        if (!method.options().HasExtension(google::api::http)) continue;
        const auto& rule = method.options().GetExtension(google::api::http);
        absl::Status added = add(method, rule);
        for (const auto& other : rule.additional_bindings()) added.Update(add(method, other));
        if (!added.ok()) return added;
      }
    }
  }
  std::stable_sort(table.routes_.begin(), table.routes_.end(), [](const Route& a, const Route& b) {
    return a.path.specificity() < b.path.specificity();
  });
  return table;
}

absl::StatusOr<RouteTable> RouteTable::OfOperatorApi() {
  return Create({v1::ListMachinesRequest::descriptor()->file(),
                 v1::GetHealthRequest::descriptor()->file(), v1::Campaign::descriptor()->file(),
                 v1::EvidenceBundle::descriptor()->file(), v1::Session::descriptor()->file()});
}

absl::StatusOr<RouteMatch> RouteTable::Find(absl::string_view http_method,
                                            const RequestPath& path) const {
  const absl::string_view wanted = http_method == "HEAD" ? "GET" : http_method;
  bool known = false;
  for (const Route& route : routes_) {
    auto variables = route.path.Match(path);
    if (!variables) continue;
    known = true;
    if (route.http_method == wanted) return RouteMatch{&route, *std::move(variables)};
  }
  if (known) return absl::UnimplementedError("this path does not take this method");
  return absl::NotFoundError("there is no such path");
}

std::string RouteTable::AllowedMethods(const RequestPath& path) const {
  std::set<std::string> methods;
  for (const Route& route : routes_) {
    if (!route.path.Match(path)) continue;
    methods.insert(route.http_method);
    if (route.http_method == "GET") methods.insert("HEAD");
  }
  return absl::StrJoin(methods, ", ");
}

}  // namespace muster::transcoder
