// In which order machines are listed, and where a page ends.
#ifndef MUSTER_SERVER_STORE_MACHINE_ORDER_INTERNAL_H_
#define MUSTER_SERVER_STORE_MACHINE_ORDER_INTERNAL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/digest.h"
#include "server/store/filter_sql_internal.h"

namespace muster::store {

// One key of an order. `sql` is never null: what has no value sorts last, in either direction.
struct SortKey {
  std::string sql;
  std::string type;  // of sql: "text", "bigint"
  bool descending = false;
};

// `order_by` as AIP-132 writes it; the machine's id is the last key, so that no two machines are
// equal. INVALID_ARGUMENT names the fields there are.
absl::StatusOr<std::vector<SortKey>> ParseOrder(absl::string_view order_by);

// After which machine the next page begins. `asked` is a digest of what must stay the same; `now`
// is the first page's, so that no machine is skipped or told twice because the clock turned its
// verdict meanwhile.
struct PageToken {
  Digest asked;
  absl::Time now;
  std::vector<std::string> values;  // of the sort keys, then the id's 32 bytes
};

// Opaque, in URL-safe base64. Decoding: INVALID_ARGUMENT where it is not one of these, or of
// another question than `asked`.
std::string EncodePageToken(const PageToken& token);
absl::StatusOr<PageToken> DecodePageToken(absl::string_view text, const Digest& asked,
                                          const std::vector<SortKey>& keys);

// "ORDER BY …", and the condition that holds for the machines after `token`.
std::string OrderSql(const std::vector<SortKey>& keys);
std::string AfterSql(SqlParams& params, const std::vector<SortKey>& keys, const PageToken& token);

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_MACHINE_ORDER_INTERNAL_H_
