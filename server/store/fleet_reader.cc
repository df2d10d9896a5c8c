#include "server/store/fleet_reader.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "server/inventory/filter.h"
#include "server/store/database_internal.h"
#include "server/store/machine_order_internal.h"
#include "server/store/machine_rows_internal.h"

namespace muster::store {
namespace {

using inventory::FilterExpression;

constexpr int kDefaultPageSize = 100;
constexpr int kMaxPageSize = 1'000;
constexpr int kMaxSkip = 10'000'000;

constexpr char kStandingVerdicts[] = R"(
  SELECT machine_id, body FROM verdicts
  WHERE machine_id = ANY ($1::bytea[]) AND valid_to IS NULL ORDER BY machine_id, rule)";
constexpr char kVerdictsAt[] = R"(
  SELECT machine_id, body FROM verdicts
  WHERE machine_id = ANY ($1::bytea[]) AND valid_from <= $2::timestamptz
    AND (valid_to IS NULL OR valid_to > $2::timestamptz)
  ORDER BY machine_id, rule)";

// A list request, checked.
struct Listing {
  FilterExpression filter;
  std::string rule;
  std::vector<SortKey> order;
  int page_size = kDefaultPageSize;
  int skip = 0;
  Digest asked;
  std::optional<PageToken> after;
  Moment moment;
};

absl::StatusOr<Listing> CheckListing(const v1::ListMachinesRequest& request, absl::Time now) {
  Listing listing;
  auto filter = inventory::ParseFilter(request.filter(), inventory::MachineFields());
  if (!filter.ok()) return filter.status();
  listing.filter = *std::move(filter);
  auto rule = TakeRule(listing.filter, request.rule());
  if (!rule.ok()) return rule.status();
  listing.rule = *std::move(rule);
  auto order = ParseOrder(request.order_by());
  if (!order.ok()) return order.status();
  listing.order = *std::move(order);
  if (request.page_size() < 0) {
    return absl::InvalidArgumentError("page_size: must not be negative");
  }
  if (request.page_size() > 0) listing.page_size = std::min(request.page_size(), kMaxPageSize);
  if (request.skip() < 0 || request.skip() > kMaxSkip) {
    return absl::InvalidArgumentError(
        absl::StrCat("skip: ", request.skip(), " is not from 0 to ", kMaxSkip));
  }
  listing.skip = request.skip();
  v1::ListMachinesRequest same = request;
  same.clear_page_size();
  same.clear_page_token();
  same.clear_skip();
  listing.asked = Sha256(same.SerializeAsString());
  listing.moment = MomentOf(request, now);
  if (request.page_token().empty()) return listing;
  auto token = DecodePageToken(request.page_token(), listing.asked, listing.order);
  if (!token.ok()) return token.status();
  listing.moment.time = token->now;
  listing.after = *std::move(token);
  return listing;
}

// The page's ids come first, from nothing but what filter and order speak of, so that far pages of
// a large fleet cost little; then what is told of those machines.
pqxx::result QueryPage(pqxx::transaction_base& transaction, const Listing& listing) {
  SqlParams params;
  std::string keys;
  std::vector<SortKey> found = listing.order;
  for (size_t i = 0; i < found.size(); ++i) {
    absl::StrAppend(&keys, ", ", listing.order[i].sql, " AS key", i);
    found[i].sql = absl::StrCat("p.key", i);
  }
  std::string ids = absl::StrCat("SELECT m.id", keys, " FROM ",
                                 MachineSource(params, listing.rule, listing.moment), " WHERE (",
                                 ConditionSql(params, listing.filter, listing.moment), ")");
  if (listing.after) {
    absl::StrAppend(&ids, " AND (", AfterSql(params, listing.order, *listing.after), ")");
  }
  absl::StrAppend(&ids, " ", OrderSql(listing.order), " LIMIT ",
                  params.Bind(absl::StrCat(listing.page_size + 1), "bigint"), " OFFSET ",
                  params.Bind(absl::StrCat(listing.skip), "bigint"));
  std::string sql = absl::StrCat("SELECT ", kMachineColumns);
  for (const SortKey& key : found) absl::StrAppend(&sql, ", ", key.sql);
  absl::StrAppend(&sql, " FROM (", ids, ") p JOIN machines m ON m.id = p.id ", OrderSql(found));
  return Query(transaction, sql, params);
}

int64_t CountMatches(pqxx::transaction_base& transaction, const Listing& listing) {
  SqlParams params;
  const std::string source = MachineSource(params, listing.rule, listing.moment);
  const std::string sql = absl::StrCat("SELECT count(*) FROM ", source, " WHERE ",
                                       ConditionSql(params, listing.filter, listing.moment));
  return Query(transaction, sql, params)[0][0].as<int64_t>();
}

void AddVerdicts(pqxx::transaction_base& transaction, const Moment& moment,
                 const std::map<Digest, v1::Machine*>& machines) {
  ByteaArray ids;
  for (const auto& [id, machine] : machines) ids.Add(id.view());
  const pqxx::result rows =
      moment.as_of ? transaction.exec_params(kVerdictsAt, ids.Bind(), TimeParam(moment.time))
                   : transaction.exec_params(kStandingVerdicts, ids.Bind());
  for (const pqxx::row& row : rows) {
    *machines.at(ReadDigest(row[0]))->add_verdicts() = ToldVerdict(ReadBytes(row[1]), moment.time);
  }
}

PageToken TokenAfter(const Listing& listing, const pqxx::row& last) {
  PageToken token{listing.asked, listing.moment.time, {}};
  for (size_t i = 0; i < listing.order.size(); ++i) {
    token.values.emplace_back(last[kMachineColumnCount + static_cast<int>(i)].c_str());
  }
  token.values.push_back(ReadBytes(last[0]));
  return token;
}

}  // namespace

absl::StatusOr<v1::ListMachinesResponse> FleetReader::ListMachines(
    const v1::ListMachinesRequest& request, absl::Time now) {
  const auto listing = CheckListing(request, now);
  if (!listing.ok()) return listing.status();
  v1::ListMachinesResponse response;
  const auto work = [&](pqxx::transaction_base& transaction) {
    BeginSnapshot(transaction);
    const pqxx::result rows = QueryPage(transaction, *listing);
    const int told = std::min<int>(static_cast<int>(rows.size()), listing->page_size);
    std::map<Digest, v1::Machine*> machines;
    for (int i = 0; i < told; ++i) {
      v1::Machine* machine = response.add_machines();
      *machine = ReadMachine(rows[i]);
      machines[ReadDigest(rows[i][0])] = machine;
    }
    AddVerdicts(transaction, listing->moment, machines);
    response.set_total_size(CountMatches(transaction, *listing));
    if (static_cast<int>(rows.size()) > told) {
      response.set_next_page_token(EncodePageToken(TokenAfter(*listing, rows[told - 1])));
    }
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("listing machines", work); !status.ok()) return status;
  return response;
}

}  // namespace muster::store
