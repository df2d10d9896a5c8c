#include "agent/collect/set_builder.h"

#include "absl/strings/str_cat.h"

namespace muster::collect {

void SetBuilder::Add(const google::protobuf::MessageLite& item, absl::string_view path) {
  if (Put(item, path)) tally_.Seen();
}

void SetBuilder::AddUnread(const google::protobuf::MessageLite& item, absl::string_view path,
                           const absl::Status& why) {
  if (Put(item, path)) tally_.MissedButNamed(path, why);
}

bool SetBuilder::Put(const google::protobuf::MessageLite& item, absl::string_view path) {
  if (items_.size() >= kMaxItemsPerSet) {
    tally_.Missed(path, absl::ResourceExhaustedError(
                            absl::StrCat("a set holds at most ", kMaxItemsPerSet, " items")));
    return false;
  }
  std::string bytes = item.SerializeAsString();
  if (bytes.size() > kMaxItemBytes) {
    tally_.Missed(path, absl::ResourceExhaustedError(absl::StrCat(
                            "says more than the ", kMaxItemBytes, " bytes that an item may have")));
    return false;
  }
  items_.push_back(std::move(bytes));
  return true;
}

CollectedSet SetBuilder::Finish() {
  return {tally_.Outcome(), std::make_shared<const ItemSet>(kind_, std::move(items_))};
}

}  // namespace muster::collect
