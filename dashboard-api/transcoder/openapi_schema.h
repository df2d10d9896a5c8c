// Messages and enums as OpenAPI 3.1 schemas (JSON Schema 2020-12). Not thread-safe.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_OPENAPI_SCHEMA_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_OPENAPI_SCHEMA_H_

#include <google/protobuf/descriptor.h>

#include <map>
#include <set>
#include <string>

#include "dashboard-api/transcoder/proto_docs.h"
#include "dashboard-api/transcoder/routes.h"

namespace muster::transcoder {

// A message has up to two schemas: in answers every field without presence is there, so that it is
// required; in requests it may be left out. Where both are needed and differ, the second is named
// "…Input".
class SchemaWriter {
 public:
  SchemaWriter(const ProtoDocs& docs, const RouteTable& routes);

  enum class Use { kRequest, kAnswer };

  // {"$ref": …} to the message's schema.
  std::string Reference(const google::protobuf::Descriptor& message, Use use) const;
  // One field's value: its type and format; an array where it is repeated.
  std::string Value(const google::protobuf::FieldDescriptor& field, Use use) const;
  // All of them by name, as JSON.
  std::map<std::string, std::string> All() const;

 private:
  using Messages = std::set<const google::protobuf::Descriptor*>;

  void Collect(const google::protobuf::Descriptor& message, Messages& into);
  std::string NameOf(const google::protobuf::Descriptor& message, Use use) const;
  std::string Type(const google::protobuf::FieldDescriptor& field, Use use) const;
  std::string Property(const google::protobuf::FieldDescriptor& field, Use use) const;
  std::string Message(const google::protobuf::Descriptor& message, Use use) const;
  std::string Enum(const google::protobuf::EnumDescriptor& type) const;

  const ProtoDocs& docs_;
  Messages in_requests_;
  Messages in_answers_;
  std::set<const google::protobuf::EnumDescriptor*> enums_;
};

// "ListItemsResponse.Item" of muster.v1.ListItemsResponse.Item.
std::string ShortName(const std::string& full_name);

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_OPENAPI_SCHEMA_H_
