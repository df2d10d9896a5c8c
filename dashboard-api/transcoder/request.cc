#include "dashboard-api/transcoder/request.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/text_checks.h"
#include "dashboard-api/transcoder/errors.h"
#include "dashboard-api/transcoder/field_tree.h"
#include "dashboard-api/transcoder/json_writer.h"

namespace muster::transcoder {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::util::FieldMaskUtil;
using google::protobuf::util::TimeUtil;

template <typename Number>
bool ToNumber(const std::string& text, Number& number) {
  const bool plain = !text.empty() && !absl::ascii_isspace(static_cast<unsigned char>(text[0])) &&
                     !absl::ascii_isspace(static_cast<unsigned char>(text.back())) &&
                     text[0] != '+';
  return plain && absl::SimpleAtoi(text, &number);
}

// Sets the field, or adds to it. False where the text is not of its type.
bool SetScalar(Message& message, const FieldDescriptor* field, const std::string& text) {
  const Reflection& to = *message.GetReflection();
  const bool add = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t value = 0;
      if (!ToNumber(text, value)) return false;
      add ? to.AddInt32(&message, field, value) : to.SetInt32(&message, field, value);
      return true;
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      uint32_t value = 0;
      if (!ToNumber(text, value)) return false;
      add ? to.AddUInt32(&message, field, value) : to.SetUInt32(&message, field, value);
      return true;
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t value = 0;
      if (!ToNumber(text, value)) return false;
      add ? to.AddInt64(&message, field, value) : to.SetInt64(&message, field, value);
      return true;
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      uint64_t value = 0;
      if (!ToNumber(text, value)) return false;
      add ? to.AddUInt64(&message, field, value) : to.SetUInt64(&message, field, value);
      return true;
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      if (text != "true" && text != "false") return false;
      const bool value = text == "true";
      add ? to.AddBool(&message, field, value) : to.SetBool(&message, field, value);
      return true;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = field->enum_type()->FindValueByName(text);
      if (value == nullptr) return false;
      add ? to.AddEnum(&message, field, value) : to.SetEnum(&message, field, value);
      return true;
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string value = text;
      if (field->type() == FieldDescriptor::TYPE_BYTES && !absl::Base64Unescape(text, &value) &&
          !absl::WebSafeBase64Unescape(text, &value)) {
        return false;
      }
      add ? to.AddString(&message, field, std::move(value))
          : to.SetString(&message, field, std::move(value));
      return true;
    }
    default:
      return false;  // no request has numbers with a fraction
  }
}

// Timestamp, Duration, FieldMask.
bool SetText(Message& message, const std::string& text) {
  if (auto* time =
          google::protobuf::DynamicCastToGenerated<google::protobuf::Timestamp>(&message)) {
    return TimeUtil::FromString(text, time);
  }
  if (auto* span = google::protobuf::DynamicCastToGenerated<google::protobuf::Duration>(&message)) {
    return TimeUtil::FromString(text, span);
  }
  auto* mask = google::protobuf::DynamicCastToGenerated<google::protobuf::FieldMask>(&message);
  return FieldMaskUtil::FromJsonString(text, mask);
}

std::string ExpectationOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "must be true or false";
    case FieldDescriptor::CPPTYPE_ENUM: {
      std::string names = "must be one of";
      for (int i = 0; i < field.enum_type()->value_count(); ++i) {
        absl::StrAppend(&names, i == 0 ? " " : ", ", field.enum_type()->value(i)->name());
      }
      return names;
    }
    case FieldDescriptor::CPPTYPE_STRING:
      return "must be base64";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field.message_type() == google::protobuf::Timestamp::descriptor()) {
        return "must be an instant as in 2027-01-01T00:00:00Z";
      }
      if (field.message_type() == google::protobuf::Duration::descriptor()) {
        return "must be a duration as in 90s";
      }
      if (field.message_type() == google::protobuf::FieldMask::descriptor()) {
        return "must be field names, separated by commas";
      }
      return "is a message: name one of its fields";
    default:
      return "must be a whole number that fits";
  }
}

absl::Status ParseBody(const std::string& body, Message& message) {
  if (!IsUtf8(body)) return BadField("body", "is not UTF-8");
  google::protobuf::util::JsonParseOptions options;
  const auto parsed = google::protobuf::util::JsonStringToMessage(body, &message, options);
  if (parsed.ok()) return absl::OkStatus();
  return BadField("body", parsed.message().ToString());
}

// Whether it was one; false for a parameter of the RPC.
absl::StatusOr<bool> TakeAnswerParameter(const std::string& name, const std::string& value,
                                         AnswerParameters& answer) {
  if (name == "fields" || name == "$fields") {
    answer.fields = value;
  } else if (name == "format") {
    if (value != "json" && value != "csv" && value != "jsonl") {
      return BadField("format", "must be one of json, csv, jsonl");
    }
    answer.format = value;
  } else if (name == "bom") {
    if (value != "true" && value != "false") return BadField("bom", "must be true or false");
    answer.byte_order_mark = value == "true";
  } else {
    return false;
  }
  return true;
}

absl::Status BindBody(const Route& route, const std::string& body, Message& message) {
  if (body.empty() || route.kind == Route::Kind::kUpload) return absl::OkStatus();
  if (route.body.empty()) return BadField("body", "this route takes none");
  if (route.body == "*") return ParseBody(body, message);
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(route.body);
  return ParseBody(body, *message.GetReflection()->MutableMessage(&message, field));
}

}  // namespace

absl::Status SetField(Message& root, absl::string_view path, const std::string& text) {
  Message* message = &root;
  const std::vector<absl::string_view> names = absl::StrSplit(path, '.');
  for (size_t i = 0; i < names.size(); ++i) {
    const FieldDescriptor* field = FindField(*message->GetDescriptor(), names[i]);
    if (field == nullptr) return BadField(path, "there is no such parameter");
    const Reflection& reflection = *message->GetReflection();
    const bool last = i + 1 == names.size();
    if (!last) {
      if (field->message_type() == nullptr || field->is_repeated() ||
          IsTextType(*field->message_type())) {
        return BadField(path, "there is no such parameter");
      }
      message = reflection.MutableMessage(message, field);
      continue;
    }
    const auto* oneof = field->real_containing_oneof();
    if (oneof != nullptr && reflection.HasOneof(*message, oneof) &&
        !reflection.HasField(*message, field)) {
      return BadField(path, absl::StrCat("only one of ", oneof->name(), " can be given"));
    }
    const bool is_text = field->message_type() != nullptr && IsTextType(*field->message_type());
    const bool set =
        is_text ? SetText(*(field->is_repeated() ? reflection.AddMessage(message, field)
                                                 : reflection.MutableMessage(message, field)),
                          text)
                : SetScalar(*message, field, text);
    if (!set) return BadField(path, ExpectationOf(*field));
  }
  return absl::OkStatus();
}

absl::StatusOr<BoundRequest> BindRequest(const RouteMatch& match, const QueryParameters& query,
                                         const std::string& body) {
  const Route& route = *match.route;
  const google::protobuf::Descriptor* type = route.method->input_type();
  BoundRequest bound;
  bound.message.reset(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (auto status = BindBody(route, body, *bound.message); !status.ok()) return status;

  std::set<std::string> seen;
  for (const auto& [name, value] : query) {
    auto taken = TakeAnswerParameter(name, value, bound.answer);
    if (!taken.ok()) return taken.status();
    const FieldDescriptor* field = *taken ? nullptr : FindField(*type, name);
    if (!seen.insert(field == nullptr ? name : field->name()).second &&
        (field == nullptr || !field->is_repeated())) {
      return BadField(name, "is given twice");
    }
    if (*taken) continue;
    if (route.body == "*") return BadField(name, "belongs into the body");
    const std::string first = name.substr(0, name.find('.'));
    const FieldDescriptor* top = FindField(*type, first);
    if (top != nullptr && !route.body.empty() && top->name() == route.body) {
      return BadField(name, "belongs into the body");
    }
    if (match.variables.count(name) != 0) return BadField(name, "is in the path");
    if (auto set = SetField(*bound.message, name, value); !set.ok()) return set;
  }
  for (const auto& [path, value] : match.variables) {
    if (auto set = SetField(*bound.message, path, value); !set.ok()) return set;
  }
  return bound;
}

}  // namespace muster::transcoder
