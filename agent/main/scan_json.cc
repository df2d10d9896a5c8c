#include "agent/main/scan_json.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/wrappers.pb.h>

#include <string>

namespace muster::agent {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Strings and Timestamps too: protobuf's JSON of a wrapper is that of the value.
std::string ToJson(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : "null";
}

std::string ToJson(const std::string& text) {
  google::protobuf::StringValue value;
  value.set_value(text);
  return ToJson(value);
}

// Entries of an array, each on its line.
class ArrayWriter {
 public:
  explicit ArrayWriter(std::ostream& out) : out_(out) { out_ << '['; }
  void Add(const Message& message) {
    out_ << (empty_ ? "\n  " : ",\n  ") << ToJson(message);
    empty_ = false;
  }
  void Finish() { out_ << (empty_ ? "]" : "\n ]"); }

 private:
  std::ostream& out_;
  bool empty_ = true;
};

}  // namespace

absl::Status WriteScanJson(const v1::ScanReport& report, const IncidentSource& incidents,
                           std::ostream& out) {
  absl::Status status;
  const auto* reflection = report.GetReflection();
  const auto* descriptor = report.GetDescriptor();
  out << '{';
  absl::string_view separator = "\n ";
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (is_message && !field->is_repeated() && !reflection->HasField(report, field)) continue;
    out << separator << '"' << field->json_name() << "\": ";
    separator = ",\n ";
    if (field->is_repeated()) {
      ArrayWriter array(out);
      if (incidents && field->number() == v1::ScanReport::kIncidentsFieldNumber) {
        status = incidents([&](const v1::ScannedIncident& incident) { array.Add(incident); });
      } else {
        for (int j = 0; j < reflection->FieldSize(report, field); ++j) {
          array.Add(reflection->GetRepeatedMessage(report, field, j));
        }
      }
      array.Finish();
    } else if (is_message) {
      out << ToJson(reflection->GetMessage(report, field));
    } else {
      out << ToJson(reflection->GetString(report, field));
    }
  }
  out << "\n}\n";
  return status;
}

}  // namespace muster::agent
