#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "server/store/item_columns_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

ItemColumns Columns(const v1::Update& update) { return {.kb = StorableText(update.kb())}; }

ItemColumns Columns(const v1::Package& package) {
  const std::string identity = StorableText(package.identity());
  return {.kb = StorableText(package.kb()),
          .identity = identity,
          .name = identity.substr(0, identity.find('~'))};
}

ItemColumns Columns(const v1::Catalog& catalog) {
  ItemColumns columns;
  if (catalog.sha256().size() == Digest::kSize) columns.sha256 = catalog.sha256();
  if (catalog.failure_hresult() != 0) columns.failure_hresult = catalog.failure_hresult();
  if (catalog.has_breaks_at()) columns.breaks_at = FromProto(catalog.breaks_at());
  return columns;
}

ItemColumns Columns(const v1::Fact& fact) { return {.name = StorableText(fact.name())}; }

template <typename Message>
absl::StatusOr<ItemColumns> Parse(const Item& item, absl::string_view kind) {
  Message message;
  if (item.bytes.size() <= kMaxItemBytes && message.ParseFromString(item.bytes)) {
    return Columns(message);
  }
  return absl::InvalidArgumentError(absl::StrCat("item ", item.digest.ToHex(), " (",
                                                 item.bytes.size(), " bytes) is not a ", kind,
                                                 " of at most ", kMaxItemBytes, " bytes"));
}

}  // namespace

absl::StatusOr<ItemColumns> ColumnsOf(v1::SetKind kind, const Item& item) {
  switch (kind) {
    case v1::UPDATES:
      return Parse<v1::Update>(item, "muster.v1.Update");
    case v1::PACKAGES:
      return Parse<v1::Package>(item, "muster.v1.Package");
    case v1::CATALOGS:
      return Parse<v1::Catalog>(item, "muster.v1.Catalog");
    case v1::FACTS:
      return Parse<v1::Fact>(item, "muster.v1.Fact");
    default:
      return absl::InvalidArgumentError(absl::StrCat("there is no set kind ", int{kind}));
  }
}

}  // namespace muster::store
