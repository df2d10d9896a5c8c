// The comments of the operator API's protos, which generated code does not have: they are built in
// as a descriptor set with source information.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_PROTO_DOCS_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_PROTO_DOCS_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/strings/string_view.h"

namespace muster::transcoder {

// The descriptor set that the build wrote (google.protobuf.FileDescriptorSet).
absl::string_view EmbeddedDescriptorSet();

// Not thread-safe.
class ProtoDocs {
 public:
  ProtoDocs();

  // What stands before and behind the declaration, as one paragraph; empty where nothing does.
  std::string Of(const google::protobuf::Descriptor& message) const;
  std::string Of(const google::protobuf::FieldDescriptor& field) const;
  std::string Of(const google::protobuf::EnumDescriptor& type) const;
  std::string Of(const google::protobuf::EnumValueDescriptor& value) const;
  std::string Of(const google::protobuf::ServiceDescriptor& service) const;
  std::string Of(const google::protobuf::MethodDescriptor& method) const;

 private:
  google::protobuf::DescriptorPool pool_;
};

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_PROTO_DOCS_H_
