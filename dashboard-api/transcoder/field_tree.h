// A selection of fields (AIP-157), read from a mask such as "machines.name,nextPageToken".
// Immutable.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_FIELD_TREE_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_FIELD_TREE_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::transcoder {

// A field by its JSON name or its proto name; null where there is none.
const google::protobuf::FieldDescriptor* FindField(const google::protobuf::Descriptor& message,
                                                   absl::string_view name);

class FieldTree {
 public:
  // Everything.
  FieldTree() = default;
  // Comma-separated paths of JSON or proto names, which go through repeated fields; "" and "*" are
  // everything. INVALID_ARGUMENT names the path that the message does not have.
  static absl::StatusOr<FieldTree> Parse(const google::protobuf::Descriptor& message,
                                         absl::string_view mask);

  bool is_everything() const { return children_.empty(); }
  // What is selected of this field; null: nothing.
  const FieldTree* Find(const google::protobuf::FieldDescriptor* field) const;
  // In the order of the mask.
  const std::vector<std::pair<const google::protobuf::FieldDescriptor*, FieldTree>>& children()
      const {
    return children_;
  }

 private:
  std::vector<std::pair<const google::protobuf::FieldDescriptor*, FieldTree>> children_;
};

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_FIELD_TREE_H_
