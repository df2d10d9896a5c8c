// What a machine's standing sets hold, what the witnesses make of it, and what changed when.
#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "muster/v1/gateway.pb.h"
#include "server/inventory/witnesses.h"
#include "server/store/database_internal.h"
#include "server/store/fleet_reader.h"
#include "server/store/machine_rows_internal.h"

namespace muster::store {
namespace {

using Item = v1::ListItemsResponse::Item;
using Change = v1::ListMachineChangesResponse::Change;

constexpr int kMaxPageSize = 1'000;
constexpr int kMaxChanges = 5'000;

constexpr char kItems[] = R"(
  SELECT i.kind, i.digest, i.body
  FROM machine_sets ms JOIN set_items si ON si.set_id = ms.set_id JOIN items i ON i.id = si.item_id
  WHERE ms.machine_id = $1::bytea AND ms.kind = ANY ($3::smallint[]) AND i.kind = ms.kind
    AND ms.valid_from <= $2::timestamptz
    AND (ms.valid_to IS NULL OR ms.valid_to > $2::timestamptz))";
constexpr char kInstallDates[] = "SELECT install_dates FROM machines WHERE id = $1::bytea";
// Against the set before; of the first, everything is added.
constexpr char kSetChanges[] = R"(
  WITH spans AS (
    SELECT kind, set_id, valid_from,
      lag(set_id) OVER (PARTITION BY kind ORDER BY valid_from) AS before
    FROM machine_sets WHERE machine_id = $1::bytea)
  SELECT s.kind, micros(s.valid_from),
    (SELECT count(*) FROM set_items n WHERE n.set_id = s.set_id AND NOT EXISTS (
      SELECT FROM set_items o WHERE o.set_id = s.before AND o.item_id = n.item_id)),
    (SELECT count(*) FROM set_items o WHERE o.set_id = s.before AND NOT EXISTS (
      SELECT FROM set_items n WHERE n.set_id = s.set_id AND n.item_id = o.item_id))
  FROM spans s ORDER BY s.valid_from DESC LIMIT $2)";
constexpr char kVerdictChanges[] = R"(
  SELECT rule, state, coalesce(before, 0), micros(valid_from), body FROM (
    SELECT rule, state, valid_from, body,
      lag(state) OVER (PARTITION BY rule ORDER BY valid_from) AS before
    FROM verdicts WHERE machine_id = $1::bytea) spans
  WHERE before IS DISTINCT FROM state ORDER BY valid_from DESC LIMIT $2)";

// A page token is how many were told before.
absl::StatusOr<int> ReadOffset(const std::string& token) {
  int offset = 0;
  if (token.empty() || (absl::SimpleAtoi(token, &offset) && offset > 0)) return offset;
  return absl::InvalidArgumentError("page_token: not one that this method gave");
}

// Keeps what lies on the page; the token of the next one, or nothing.
template <typename Rows>
std::string TakePage(Rows& rows, int offset, int page_size) {
  const int size = std::clamp(page_size, 1, kMaxPageSize);
  const int all = rows.size();
  const int begin = std::min(offset, all), end = std::min(begin + size, all);
  rows.DeleteSubrange(end, all - end);
  rows.DeleteSubrange(0, begin);
  return end < all ? absl::StrCat(end) : "";
}

pqxx::result QueryItems(pqxx::transaction_base& transaction, const Digest& machine, absl::Time at,
                        const std::string& kinds) {
  return transaction.exec_params(kItems, BytesParam(machine.view()), TimeParam(at), kinds);
}

Item ReadItem(v1::SetKind kind, const pqxx::row& row) {
  Item item;
  item.set_digest(ReadBytes(row[1]));
  const std::string body = ReadBytes(row[2]);
  if (kind == v1::UPDATES) item.mutable_update()->ParseFromString(body);
  if (kind == v1::PACKAGES) item.mutable_package()->ParseFromString(body);
  if (kind == v1::CATALOGS) item.mutable_catalog()->ParseFromString(body);
  if (kind == v1::FACTS) item.mutable_fact()->ParseFromString(body);
  return item;
}

std::string SortText(const Item& item) {
  switch (item.kind_case()) {
    case Item::kUpdate:
      return absl::AsciiStrToLower(item.update().kb());
    case Item::kPackage:
      return absl::AsciiStrToLower(item.package().identity());
    case Item::kCatalog:
      return absl::AsciiStrToLower(item.catalog().path());
    default:
      return item.fact().name();
  }
}

std::map<std::string, google::protobuf::Timestamp> InstallDates(pqxx::transaction_base& transaction,
                                                                const Digest& machine) {
  std::map<std::string, google::protobuf::Timestamp> dates;
  const auto row = transaction.exec_params1(kInstallDates, BytesParam(machine.view()));
  v1::Inventory side_table;
  if (!row[0].is_null()) side_table.ParseFromString(ReadBytes(row[0]));
  for (const v1::InstallDate& date : side_table.install_dates()) {
    dates[date.kb()] = date.installed_on();
  }
  return dates;
}

}  // namespace

absl::StatusOr<v1::ListItemsResponse> FleetReader::ListItems(const v1::ListItemsRequest& request,
                                                             absl::Time now) {
  if (!v1::SetKind_IsValid(request.kind()) || request.kind() == v1::SET_KIND_UNSPECIFIED) {
    return absl::InvalidArgumentError("kind: must be UPDATES, PACKAGES, CATALOGS or FACTS");
  }
  const auto offset = ReadOffset(request.page_token());
  if (!offset.ok()) return offset.status();
  const absl::Time at = MomentOf(request, now).time;
  v1::ListItemsResponse page;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    BeginSnapshot(transaction);
    const auto row = FindMachine(transaction, request.parent());
    if (!row.ok()) return row.status();
    const Digest machine = ReadDigest((*row)[0]);
    const auto kinds = absl::StrCat("{", int{request.kind()}, "}");
    for (const pqxx::row& item : QueryItems(transaction, machine, at, kinds)) {
      *page.add_items() = ReadItem(request.kind(), item);
    }
    if (request.kind() != v1::UPDATES) return absl::OkStatus();
    const auto dates = InstallDates(transaction, machine);
    for (Item& item : *page.mutable_items()) {
      const auto date = dates.find(item.update().kb());
      if (date != dates.end()) *item.mutable_installed_on() = date->second;
    }
    return absl::OkStatus();
  };
  absl::Status status = database_->Run("reading a machine's items", work);
  if (!status.ok()) return status;
  std::ranges::sort(*page.mutable_items(), [](const Item& a, const Item& b) {
    return std::pair(SortText(a), a.digest()) < std::pair(SortText(b), b.digest());
  });
  page.set_total_size(page.items_size());
  page.set_next_page_token(TakePage(*page.mutable_items(), *offset, request.page_size()));
  return page;
}

absl::StatusOr<v1::CompareWitnessesResponse> FleetReader::CompareWitnesses(
    const v1::CompareWitnessesRequest& request, absl::Time now) {
  const auto offset = ReadOffset(request.page_token());
  if (!offset.ok()) return offset.status();
  const absl::Time at = MomentOf(request, now).time;
  inventory::Testimony testimony;
  v1::GetMachineRequest asked;
  asked.set_name(request.parent());
  *asked.mutable_as_of() = ToProto(at);
  auto machine = GetMachine(asked, now);
  if (!machine.ok()) return machine.status();
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    BeginSnapshot(transaction);
    const auto row = FindMachine(transaction, machine->name());
    if (!row.ok()) return row.status();
    for (const pqxx::row& item : QueryItems(transaction, ReadDigest((*row)[0]), at, "{1,2,3}")) {
      const std::string body = ReadBytes(item[2]);
      switch (item[0].as<int>()) {
        case v1::UPDATES:
          testimony.updates.emplace_back().ParseFromString(body);
          break;
        case v1::PACKAGES:
          testimony.packages.emplace_back().ParseFromString(body);
          break;
        default:
          testimony.catalogs.emplace_back().ParseFromString(body);
      }
    }
    return absl::OkStatus();
  };
  absl::Status status = database_->Run("comparing a machine's witnesses", work);
  if (!status.ok()) return status;
  v1::CompareWitnessesResponse told = inventory::CompareWitnesses(testimony, at);
  for (v1::SetSummary& set : *machine->mutable_sets()) {
    if (set.kind() != v1::FACTS) *told.add_sets() = std::move(set);
  }
  auto& rows = *told.mutable_rows();
  if (request.disagreements_only()) {
    rows.erase(std::remove_if(rows.begin(), rows.end(),
                              [](const auto& row) { return row.disagreement().empty(); }),
               rows.end());
    told.set_total_size(rows.size());
  }
  told.set_next_page_token(TakePage(rows, *offset, request.page_size()));
  return told;
}

absl::StatusOr<v1::ListMachineChangesResponse> FleetReader::ListMachineChanges(
    const v1::ListMachineChangesRequest& request) {
  const auto offset = ReadOffset(request.page_token());
  if (!offset.ok()) return offset.status();
  v1::ListMachineChangesResponse page;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    BeginSnapshot(transaction);
    const auto row = FindMachine(transaction, request.parent());
    if (!row.ok()) return row.status();
    const auto machine = BytesParam(ReadDigest((*row)[0]).view());
    for (const pqxx::row& span : transaction.exec_params(kSetChanges, machine, kMaxChanges)) {
      Change& change = *page.add_changes();
      *change.mutable_time() = ToProto(ReadTime(span[1]));
      change.mutable_set_changed()->set_kind(static_cast<v1::SetKind>(span[0].as<int>()));
      change.mutable_set_changed()->set_added(span[2].as<int64_t>());
      change.mutable_set_changed()->set_removed(span[3].as<int64_t>());
    }
    for (const pqxx::row& span : transaction.exec_params(kVerdictChanges, machine, kMaxChanges)) {
      Change& change = *page.add_changes();
      *change.mutable_time() = ToProto(ReadTime(span[3]));
      v1::Verdict verdict;
      verdict.ParseFromString(ReadBytes(span[4]));
      auto& changed = *change.mutable_verdict_changed();
      changed.set_rule(span[0].c_str());
      changed.set_to(static_cast<v1::Verdict::State>(span[1].as<int>()));
      changed.set_from(static_cast<v1::Verdict::State>(span[2].as<int>()));
      changed.set_explanation(verdict.explanation());
    }
    return absl::OkStatus();
  };
  absl::Status status = database_->Run("reading a machine's changes", work);
  if (!status.ok()) return status;
  std::stable_sort(
      page.mutable_changes()->begin(), page.mutable_changes()->end(),
      [](const Change& a, const Change& b) { return FromProto(a.time()) > FromProto(b.time()); });
  page.set_next_page_token(TakePage(*page.mutable_changes(), *offset, request.page_size()));
  return page;
}

}  // namespace muster::store
