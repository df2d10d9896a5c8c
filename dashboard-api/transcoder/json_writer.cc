#include "dashboard-api/transcoder/json_writer.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace muster::transcoder {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::util::FieldMaskUtil;
using google::protobuf::util::TimeUtil;

template <typename Number>
void AppendQuoted(Number number, std::string& out) {
  absl::StrAppend(&out, "\"", number, "\"");
}

void AppendDouble(double number, std::string& out) {
  if (std::isfinite(number)) {
    absl::StrAppendFormat(&out, "%.17g", number);
  } else {
    out += std::isnan(number) ? "\"NaN\"" : number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  }
}

void AppendEnum(const FieldDescriptor& field, int number, std::string& out) {
  const auto* value = field.enum_type()->FindValueByNumber(number);
  if (value == nullptr) {
    absl::StrAppend(&out, number);  // of a newer server
  } else {
    absl::StrAppend(&out, "\"", value->name(), "\"");
  }
}

// The field's value; of a repeated field the one at `index`.
void AppendValue(const Message& message, const Reflection& reflection, const FieldDescriptor* field,
                 int index, const FieldTree& fields, std::string& out) {
  const bool repeated = index >= 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      absl::StrAppend(&out, repeated ? reflection.GetRepeatedInt32(message, field, index)
                                     : reflection.GetInt32(message, field));
      return;
    case FieldDescriptor::CPPTYPE_UINT32:
      absl::StrAppend(&out, repeated ? reflection.GetRepeatedUInt32(message, field, index)
                                     : reflection.GetUInt32(message, field));
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      AppendQuoted(repeated ? reflection.GetRepeatedInt64(message, field, index)
                            : reflection.GetInt64(message, field),
                   out);
      return;
    case FieldDescriptor::CPPTYPE_UINT64:
      AppendQuoted(repeated ? reflection.GetRepeatedUInt64(message, field, index)
                            : reflection.GetUInt64(message, field),
                   out);
      return;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      AppendDouble(repeated ? reflection.GetRepeatedDouble(message, field, index)
                            : reflection.GetDouble(message, field),
                   out);
      return;
    case FieldDescriptor::CPPTYPE_FLOAT:
      AppendDouble(static_cast<double>(repeated ? reflection.GetRepeatedFloat(message, field, index)
                                                : reflection.GetFloat(message, field)),
                   out);
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      out += (repeated ? reflection.GetRepeatedBool(message, field, index)
                       : reflection.GetBool(message, field))
                 ? "true"
                 : "false";
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      AppendEnum(*field,
                 repeated ? reflection.GetRepeatedEnumValue(message, field, index)
                          : reflection.GetEnumValue(message, field),
                 out);
      return;
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text =
          repeated ? reflection.GetRepeatedStringReference(message, field, index, &scratch)
                   : reflection.GetStringReference(message, field, &scratch);
      if (field->type() == FieldDescriptor::TYPE_BYTES) {
        absl::StrAppend(&out, "\"", absl::Base64Escape(text), "\"");
      } else {
        AppendJsonString(text, out);
      }
      return;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      AppendJson(repeated ? reflection.GetRepeatedMessage(message, field, index)
                          : reflection.GetMessage(message, field),
                 fields, out);
      return;
  }
}

void AppendField(const Message& message, const Reflection& reflection, const FieldDescriptor* field,
                 const FieldTree& fields, std::string& out) {
  if (!field->is_repeated()) return AppendValue(message, reflection, field, -1, fields, out);
  out += '[';
  const int size = reflection.FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    if (i != 0) out += ',';
    AppendValue(message, reflection, field, i, fields, out);
  }
  out += ']';
}

}  // namespace

void AppendJson(const Message& message, const FieldTree& fields, std::string& out) {
  const Descriptor& type = *message.GetDescriptor();
  if (IsTextType(type)) return AppendJsonString(TextOf(message), out);
  const Reflection& reflection = *message.GetReflection();  // each look at it takes time
  out += '{';
  bool first = true;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (field->has_presence() && !reflection.HasField(message, field)) continue;
    const FieldTree* selected = fields.Find(field);
    if (selected == nullptr) continue;
    if (!first) out += ',';
    first = false;
    absl::StrAppend(&out, "\"", field->json_name(), "\":");
    AppendField(message, reflection, field, *selected, out);
  }
  out += '}';
}

bool IsTextType(const Descriptor& type) {
  static const Descriptor* const texts[] = {google::protobuf::Timestamp::descriptor(),
                                            google::protobuf::Duration::descriptor(),
                                            google::protobuf::FieldMask::descriptor()};
  return std::ranges::find(texts, &type) != std::end(texts);
}

std::string TextOf(const Message& message) {
  const Descriptor* type = message.GetDescriptor();
  if (type == google::protobuf::Timestamp::descriptor()) {
    return TimeUtil::ToString(static_cast<const google::protobuf::Timestamp&>(message));
  }
  if (type == google::protobuf::Duration::descriptor()) {
    return TimeUtil::ToString(static_cast<const google::protobuf::Duration&>(message));
  }
  std::string text;
  FieldMaskUtil::ToJsonString(static_cast<const google::protobuf::FieldMask&>(message), &text);
  return text;
}

}  // namespace muster::transcoder
