#include "dashboard-api/transcoder/openapi_schema.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "dashboard-api/transcoder/json_text.h"
#include "dashboard-api/transcoder/json_writer.h"
#include "dashboard-api/transcoder/openapi_examples.h"

namespace muster::transcoder {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

std::string ReferenceTo(const std::string& name) {
  return JsonObject().Text("$ref", absl::StrCat("#/components/schemas/", name)).str();
}

// Timestamp, Duration, FieldMask.
JsonObject TextSchema(const Descriptor& type) {
  JsonObject schema;
  schema.Text("type", "string");
  if (&type == google::protobuf::Timestamp::descriptor()) {
    schema.Text("format", "date-time");
  } else if (&type == google::protobuf::Duration::descriptor()) {
    schema.Text("pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$");
  }
  return schema;
}

JsonObject ScalarSchema(const FieldDescriptor& field) {
  JsonObject schema;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return schema.Text("type", "integer").Text("format", "int32");
    case FieldDescriptor::CPPTYPE_UINT32:
      return schema.Text("type", "integer").Number("minimum", 0).Number("maximum", 4294967295);
    case FieldDescriptor::CPPTYPE_INT64:
      return schema.Text("type", "string").Text("format", "int64").Text("pattern", "^-?[0-9]+$");
    case FieldDescriptor::CPPTYPE_UINT64:
      return schema.Text("type", "string").Text("format", "uint64").Text("pattern", "^[0-9]+$");
    case FieldDescriptor::CPPTYPE_BOOL:
      return schema.Text("type", "boolean");
    case FieldDescriptor::CPPTYPE_STRING:
      schema.Text("type", "string");
      if (field.type() == FieldDescriptor::TYPE_BYTES) schema.Text("contentEncoding", "base64");
      return schema;
    default:
      return schema.Text("type", "number");
  }
}

}  // namespace

std::string ShortName(const std::string& full_name) {
  absl::string_view name = full_name;
  absl::ConsumePrefix(&name, "muster.v1.");
  absl::ConsumePrefix(&name, "google.protobuf.");
  return std::string(name);
}

SchemaWriter::SchemaWriter(const ProtoDocs& docs, const RouteTable& routes) : docs_(docs) {
  for (const Route& route : routes.routes()) {
    if (route.kind != Route::Kind::kDownload) Collect(*route.method->output_type(), in_answers_);
    if (route.kind == Route::Kind::kUpload || route.body.empty()) continue;
    const Descriptor* body = route.method->input_type();
    if (route.body != "*") body = body->FindFieldByName(route.body)->message_type();
    Collect(*body, in_requests_);
  }
  for (const Route& route : routes.routes()) {  // parameters name enums too
    const Descriptor* input = route.method->input_type();
    for (int i = 0; i < input->field_count(); ++i) {
      if (input->field(i)->enum_type() != nullptr) enums_.insert(input->field(i)->enum_type());
    }
  }
}

void SchemaWriter::Collect(const Descriptor& message, Messages& into) {
  if (IsTextType(message) || !into.insert(&message).second) return;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.enum_type() != nullptr) enums_.insert(field.enum_type());
    if (field.message_type() != nullptr) Collect(*field.message_type(), into);
  }
}

std::string SchemaWriter::NameOf(const Descriptor& message, Use use) const {
  const bool both = in_requests_.count(&message) != 0 && in_answers_.count(&message) != 0;
  return absl::StrCat(ShortName(message.full_name()), both && use == Use::kRequest ? "Input" : "");
}

std::string SchemaWriter::Reference(const Descriptor& message, Use use) const {
  return ReferenceTo(NameOf(message, use));
}

std::string SchemaWriter::Type(const FieldDescriptor& field, Use use) const {
  if (field.enum_type() != nullptr) return ReferenceTo(ShortName(field.enum_type()->full_name()));
  if (field.message_type() == nullptr) return ScalarSchema(field).str();
  if (IsTextType(*field.message_type())) return TextSchema(*field.message_type()).str();
  return Reference(*field.message_type(), use);
}

std::string SchemaWriter::Value(const FieldDescriptor& field, Use use) const {
  if (!field.is_repeated()) return Type(field, use);
  return JsonObject().Text("type", "array").Json("items", Type(field, use)).str();
}

std::string SchemaWriter::Property(const FieldDescriptor& field, Use use) const {
  std::string comment = docs_.Of(field);
  if (const auto* oneof = field.real_containing_oneof()) {
    absl::StrAppend(&comment, comment.empty() ? "" : " ", "(One of ", oneof->name(), ".)");
  }
  const std::string value = Value(field, use);
  if (comment.empty()) return value;
  // OpenAPI 3.1 lets a description stand beside $ref.
  std::string description;
  AppendJsonString(comment, description);
  return absl::StrCat(value.substr(0, value.size() - 1), ",\"description\":", description, "}");
}

std::string SchemaWriter::Message(const Descriptor& message, Use use) const {
  JsonObject properties;
  std::vector<std::string> required;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    properties.Json(field.json_name(), Property(field, use));
    if (!field.has_presence()) required.push_back(field.json_name());
  }
  JsonObject schema;
  schema.Text("type", "object").OptionalText("description", docs_.Of(message));
  if (!properties.empty()) schema.Json("properties", properties);
  if (use == Use::kAnswer && !required.empty()) schema.Json("required", JsonTextArray(required));
  schema.Bool("additionalProperties", false);
  if (const auto example = ExampleOf(message)) schema.Json("examples", JsonArray({*example}));
  return schema.str();
}

std::string SchemaWriter::Enum(const EnumDescriptor& type) const {
  std::vector<std::string> names;
  std::string comment = docs_.Of(type);
  for (int i = 0; i < type.value_count(); ++i) {
    names.push_back(type.value(i)->name());
    const std::string about = docs_.Of(*type.value(i));
    if (about.empty()) continue;
    absl::StrAppend(&comment, comment.empty() ? "" : "\n", "- `", names.back(), "`: ", about);
  }
  return JsonObject()
      .Text("type", "string")
      .OptionalText("description", comment)
      .Json("enum", JsonTextArray(names))
      .str();
}

std::map<std::string, std::string> SchemaWriter::All() const {
  std::map<std::string, std::string> all;
  for (const Descriptor* message : in_answers_) {
    all[NameOf(*message, Use::kAnswer)] = Message(*message, Use::kAnswer);
  }
  for (const Descriptor* message : in_requests_) {
    all[NameOf(*message, Use::kRequest)] = Message(*message, Use::kRequest);
  }
  for (const EnumDescriptor* type : enums_) all[ShortName(type->full_name())] = Enum(*type);
  return all;
}

}  // namespace muster::transcoder
