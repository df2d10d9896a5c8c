#include "dashboard-api/transcoder/csv.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dashboard-api/transcoder/json_writer.h"

namespace muster::transcoder {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsText(const FieldDescriptor& field) { return field.type() == FieldDescriptor::TYPE_STRING; }

// OWASP "CSV Injection": what a spreadsheet evaluates.
bool LooksLikeFormula(absl::string_view text) {
  return !text.empty() && absl::string_view("=+-@\t\r").find(text[0]) != absl::string_view::npos;
}

void AppendCell(absl::string_view text, bool is_text, std::string& out) {
  const bool guard = is_text && LooksLikeFormula(text);
  const bool quote =
      text.find_first_of(",;\"\r\n\t") != absl::string_view::npos || absl::StartsWith(text, " ");
  if (quote) out += '"';
  if (guard) out += '\'';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quote) out += '"';
}

// One value as JSON has it, without quotes and escapes.
std::string ScalarText(const Message& message, const FieldDescriptor* field, int index) {
  const auto& reflection = *message.GetReflection();
  const bool repeated = index >= 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text = repeated ? reflection.GetRepeatedString(message, field, index)
                                  : reflection.GetString(message, field);
      return field->type() == FieldDescriptor::TYPE_BYTES ? absl::BytesToHexString(text) : text;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return TextOf(repeated ? reflection.GetRepeatedMessage(message, field, index)
                             : reflection.GetMessage(message, field));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = repeated ? reflection.GetRepeatedEnumValue(message, field, index)
                                  : reflection.GetEnumValue(message, field);
      const auto* value = field->enum_type()->FindValueByNumber(number);
      return value == nullptr ? absl::StrCat(number) : value->name();
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return (repeated ? reflection.GetRepeatedBool(message, field, index)
                       : reflection.GetBool(message, field))
                 ? "true"
                 : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(repeated ? reflection.GetRepeatedInt32(message, field, index)
                                   : reflection.GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(repeated ? reflection.GetRepeatedUInt32(message, field, index)
                                   : reflection.GetUInt32(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(repeated ? reflection.GetRepeatedInt64(message, field, index)
                                   : reflection.GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(repeated ? reflection.GetRepeatedUInt64(message, field, index)
                                   : reflection.GetUInt64(message, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(repeated ? reflection.GetRepeatedDouble(message, field, index)
                                   : reflection.GetDouble(message, field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return absl::StrCat(repeated ? reflection.GetRepeatedFloat(message, field, index)
                                   : reflection.GetFloat(message, field));
  }
  return "";
}

// The values at the end of the path, of every element on the way.
void Collect(const Message& message, const std::vector<const FieldDescriptor*>& path, size_t depth,
             std::vector<std::string>& values) {
  const FieldDescriptor* field = path[depth];
  const auto& reflection = *message.GetReflection();
  const bool last = depth + 1 == path.size();
  if (!field->is_repeated()) {
    if (field->has_presence() && !reflection.HasField(message, field)) return;
    if (last) return values.push_back(ScalarText(message, field, -1));
    return Collect(reflection.GetMessage(message, field), path, depth + 1, values);
  }
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    if (last) {
      values.push_back(ScalarText(message, field, i));
    } else {
      Collect(reflection.GetRepeatedMessage(message, field, i), path, depth + 1, values);
    }
  }
}

}  // namespace

CsvTable::CsvTable(const Descriptor& row, const FieldTree& fields) {
  Path path;
  AddColumns(row, fields, path);
}

void CsvTable::AddColumns(const Descriptor& type, const FieldTree& fields, Path& path) {
  if (fields.is_everything()) {
    for (int i = 0; i < type.field_count(); ++i) AddField(type.field(i), fields, path);
  } else {
    for (const auto& [field, below] : fields.children()) AddField(field, below, path);
  }
}

void CsvTable::AddField(const FieldDescriptor* field, const FieldTree& fields, Path& path) {
  const Descriptor* type = field->message_type();
  const bool leaf = type == nullptr || IsTextType(*type);
  const auto is_of_type = [type](const FieldDescriptor* above) {
    return above->message_type() == type;
  };
  const bool within_repeated =
      std::any_of(path.begin(), path.end(), [](const auto* above) { return above->is_repeated(); });
  if (!leaf && fields.is_everything() &&
      (within_repeated || std::any_of(path.begin(), path.end(), is_of_type))) {
    return;
  }
  path.push_back(field);
  if (leaf) {
    columns_.push_back(path);
  } else {
    AddColumns(*type, fields, path);
  }
  path.pop_back();
}

std::string CsvTable::Header() const {
  std::vector<std::string> names;
  for (const Path& path : columns_) {
    names.push_back(absl::StrJoin(path, ".", [](std::string* out, const FieldDescriptor* field) {
      out->append(field->json_name());
    }));
  }
  return absl::StrCat(absl::StrJoin(names, ","), "\r\n");
}

void CsvTable::AppendRow(const Message& row, std::string& out) const {
  bool first = true;
  std::vector<std::string> values;
  for (const Path& path : columns_) {
    if (!first) out += ',';
    first = false;
    values.clear();
    Collect(row, path, 0, values);
    AppendCell(absl::StrJoin(values, ";"), IsText(*path.back()), out);
  }
  out += "\r\n";
}

}  // namespace muster::transcoder
