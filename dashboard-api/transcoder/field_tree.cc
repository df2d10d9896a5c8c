#include "dashboard-api/transcoder/field_tree.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dashboard-api/transcoder/errors.h"

namespace muster::transcoder {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

const FieldTree kEverything;

constexpr size_t kMaxMaskBytes = 4096;

}  // namespace

const FieldDescriptor* FindField(const Descriptor& message, absl::string_view name) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor* field = message.field(i);
    if (name == field->json_name() || name == field->name()) return field;
  }
  return nullptr;
}

absl::StatusOr<FieldTree> FieldTree::Parse(const Descriptor& message, absl::string_view mask) {
  FieldTree tree;
  if (mask.empty() || mask == "*") return tree;
  if (mask.size() > kMaxMaskBytes) return BadField("fields", "is too long");
  std::set<std::vector<const FieldDescriptor*>> whole;  // paths that were selected with all below
  for (absl::string_view path : absl::StrSplit(mask, ',')) {
    path = absl::StripAsciiWhitespace(path);
    FieldTree* node = &tree;
    const Descriptor* type = &message;
    std::vector<const FieldDescriptor*> walked;
    for (absl::string_view name : absl::StrSplit(path, '.')) {
      const FieldDescriptor* field = type == nullptr ? nullptr : FindField(*type, name);
      if (field == nullptr) {
        return BadField("fields", absl::StrCat(message.name(), " has no \"", path, "\""));
      }
      type = field->message_type();
      walked.push_back(field);
      auto found = std::find_if(node->children_.begin(), node->children_.end(),
                                [field](const auto& child) { return child.first == field; });
      if (found == node->children_.end()) {
        node->children_.emplace_back(field, FieldTree());
        node = &node->children_.back().second;
      } else {
        node = &found->second;
      }
      if (whole.count(walked) != 0) break;  // what is below was asked for already
    }
    node->children_.clear();
    whole.insert(std::move(walked));
  }
  return tree;
}

const FieldTree* FieldTree::Find(const FieldDescriptor* field) const {
  if (is_everything()) return &kEverything;
  for (const auto& [child, tree] : children_) {
    if (child == field) return &tree;
  }
  return nullptr;
}

}  // namespace muster::transcoder
