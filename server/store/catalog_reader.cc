// Every distinct catalog that machines hold now.
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "server/store/database_internal.h"
#include "server/store/machine_rows_internal.h"
#include "server/store/overview_reader.h"

namespace muster::store {
namespace {

using inventory::CatalogHoldings;
using inventory::HeldCatalog;

constexpr char kSets[] = R"(
  SELECT set_id, count(*) FROM machine_sets WHERE valid_to IS NULL AND kind = 3 GROUP BY set_id)";
// A fleet has few distinct sets: a catalog is looked for in sets, not on machines. One file under
// two paths is one catalog.
constexpr char kCatalogs[] = R"(
  WITH held AS (SELECT DISTINCT set_id FROM machine_sets WHERE valid_to IS NULL AND kind = 3),
  pairs AS (
    SELECT DISTINCT i.sha256, h.set_id
    FROM held h JOIN set_items si ON si.set_id = h.set_id JOIN items i ON i.id = si.item_id
    WHERE i.kind = 3 AND i.sha256 IS NOT NULL)
  SELECT (SELECT b.body FROM items b WHERE b.sha256 = p.sha256 AND b.kind = 3 ORDER BY b.id LIMIT 1),
    array_to_string(array_agg(p.set_id), ',')
  FROM pairs p GROUP BY p.sha256)";

}  // namespace

absl::StatusOr<std::shared_ptr<const CatalogHoldings>> OverviewReader::ReadCatalogs() {
  auto holdings = std::make_shared<CatalogHoldings>();
  const auto work = [&](pqxx::transaction_base& transaction) {
    BeginSnapshot(transaction);
    for (const pqxx::row& row : transaction.exec(kSets)) {
      holdings->machines[row[0].as<int>()] = row[1].as<int64_t>();
    }
    for (const pqxx::row& row : transaction.exec(kCatalogs)) {
      HeldCatalog& held = holdings->catalogs.emplace_back();
      held.catalog.ParseFromString(ReadBytes(row[0]));
      held.kb = inventory::KbOfPath(held.catalog.path());
      for (absl::string_view set : absl::StrSplit(row[1].c_str(), ',')) {
        int id = 0;
        if (!absl::SimpleAtoi(set, &id)) continue;
        held.sets.push_back(id);
        held.machines += holdings->machines[id];
      }
    }
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("reading catalogs", work); !status.ok()) return status;
  return holdings;
}

absl::StatusOr<std::shared_ptr<const CatalogHoldings>> OverviewReader::Catalogs() {
  absl::MutexLock lock(&mutex_);
  if (absl::Now() < read_at_ + catalogs_age_) return catalogs_;
  auto read = ReadCatalogs();
  if (!read.ok()) return read;
  catalogs_ = *read;
  read_at_ = absl::Now();
  return read;
}

}  // namespace muster::store
