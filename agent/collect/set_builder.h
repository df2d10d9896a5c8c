// Gathers the items of one inventory kind within the bounds that the wire has.
#ifndef MUSTER_AGENT_COLLECT_SET_BUILDER_H_
#define MUSTER_AGENT_COLLECT_SET_BUILDER_H_

#include <google/protobuf/message_lite.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/collect/collection.h"
#include "agent/collect/outcome_tally.h"

namespace muster::collect {

// Not thread-safe.
class SetBuilder {
 public:
  SetBuilder(v1::SetKind kind, std::string things) : kind_(kind), tally_(std::move(things)) {}

  OutcomeTally& tally() { return tally_; }

  // An item seen at `path`. One that is too large, or beyond what a set may hold, is missed
  // instead.
  void Add(const google::protobuf::MessageLite& item, absl::string_view path);

  // What little is known of the thing at `path`, which could not be read: missed, and an item.
  void AddUnread(const google::protobuf::MessageLite& item, absl::string_view path,
                 const absl::Status& why);

  CollectedSet Finish();

 private:
  // False, and missed, where there is no room for it.
  bool Put(const google::protobuf::MessageLite& item, absl::string_view path);

  const v1::SetKind kind_;
  OutcomeTally tally_;
  std::vector<std::string> items_;
};

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_SET_BUILDER_H_
