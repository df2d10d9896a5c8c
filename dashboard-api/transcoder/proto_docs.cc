#include "dashboard-api/transcoder/proto_docs.h"

#include <google/protobuf/descriptor.pb.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace muster::transcoder {
namespace {

// `found` is the declaration in the pool that has source information; null where it has none.
template <typename Declaration>
std::string Comment(const Declaration* found) {
  google::protobuf::SourceLocation location;
  if (found == nullptr || !found->GetSourceLocation(&location)) return "";
  std::string text = absl::StrCat(location.leading_comments, " ", location.trailing_comments);
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

}  // namespace

ProtoDocs::ProtoDocs() {
  google::protobuf::FileDescriptorSet files;
  const absl::string_view bytes = EmbeddedDescriptorSet();
  files.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  for (const auto& file : files.file()) pool_.BuildFile(file);  // imports come first in a set
}

std::string ProtoDocs::Of(const google::protobuf::Descriptor& message) const {
  return Comment(pool_.FindMessageTypeByName(message.full_name()));
}
std::string ProtoDocs::Of(const google::protobuf::FieldDescriptor& field) const {
  return Comment(pool_.FindFieldByName(field.full_name()));
}
std::string ProtoDocs::Of(const google::protobuf::EnumDescriptor& type) const {
  return Comment(pool_.FindEnumTypeByName(type.full_name()));
}
std::string ProtoDocs::Of(const google::protobuf::EnumValueDescriptor& value) const {
  return Comment(pool_.FindEnumValueByName(value.full_name()));
}
std::string ProtoDocs::Of(const google::protobuf::ServiceDescriptor& service) const {
  return Comment(pool_.FindServiceByName(service.full_name()));
}
std::string ProtoDocs::Of(const google::protobuf::MethodDescriptor& method) const {
  return Comment(pool_.FindMethodByName(method.full_name()));
}

}  // namespace muster::transcoder
