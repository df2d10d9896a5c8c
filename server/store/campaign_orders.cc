// Orders: what machines report of them, and what operators see.
#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/proto_time.h"
#include "server/store/campaign_rows_internal.h"
#include "server/store/campaign_store.h"
#include "server/store/database_internal.h"
#include "server/store/machine_rows_internal.h"

namespace muster::store {
namespace {

using campaign::MachineId;
using campaign::OrderRow;
using campaign::ReportedOrder;

// After the order's columns: its place among the reports, and the machine's verdict by the
// campaign's rule.
constexpr char kReported[] = R"(
  SELECT %s, n.ord, v.body
  FROM unnest($1::bytea[], $2::text[]) WITH ORDINALITY AS n (machine_id, campaign_id, ord)
  JOIN orders o ON o.machine_id = n.machine_id AND o.campaign_id = n.campaign_id
  LEFT JOIN verdicts v ON v.machine_id = o.machine_id AND v.rule = o.rule AND v.valid_to IS NULL
  ORDER BY o.machine_id, o.campaign_id FOR UPDATE OF o)";
constexpr char kSpecs[] = "SELECT id, spec FROM campaigns WHERE id = ANY ($1::text[])";
constexpr char kApply[] = R"(
  UPDATE orders o SET state = n.state, cause = n.cause, code = n.code, detail = n.detail,
    deadline_at = n.deadline_at, ended_at = n.ended_at, updated_at = $1::timestamptz
  FROM unnest($2::bytea[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
              $8::timestamptz[], $9::timestamptz[])
    AS n (machine_id, campaign_id, state, cause, code, detail, deadline_at, ended_at)
  WHERE o.machine_id = n.machine_id AND o.campaign_id = n.campaign_id)";
constexpr char kUnanswered[] = R"(
  SELECT %s FROM orders o JOIN campaigns c ON c.id = o.campaign_id
  WHERE o.machine_id = ANY ($1::bytea[]) AND o.state = 2 AND c.state IN (3, 4))";
constexpr char kUnansweredSince[] = R"(
  SELECT %s FROM campaigns c JOIN orders o ON o.campaign_id = c.id
  WHERE c.state IN (3, 4) AND o.state = 2 AND o.offered_at < $1::timestamptz)";
constexpr char kCancelled[] = R"(
  SELECT %s FROM orders o JOIN campaigns c ON c.id = o.campaign_id
  WHERE o.state BETWEEN 2 AND 6 AND c.state = 6)";
constexpr char kPage[] = R"(
  SELECT %s, m.name, m.site, micros(o.updated_at), micros(o.relapsed_at), v.body
  FROM orders o JOIN machines m ON m.id = o.machine_id
  LEFT JOIN verdicts v ON v.machine_id = o.machine_id AND v.rule = $7 AND v.valid_to IS NULL
  WHERE o.leaf > $8::bigint AND )";
constexpr char kMatches[] = R"(
  o.campaign_id = $1 AND ($2::bigint[] = '{}' OR o.state = ANY ($2::bigint[]))
  AND ($3::integer = 0 OR o.wave = $3::integer) AND ($4::integer = 0 OR o.cause = $4::integer)
  AND ($5::bigint IS NULL OR o.code = $5::bigint) AND (NOT $6::boolean OR o.code IS NULL))";

constexpr char kOfMachine[] = R"(
  SELECT %s, m.name, m.site, micros(o.updated_at), micros(o.relapsed_at), v.body, c.spec
  FROM orders o JOIN machines m ON m.id = o.machine_id JOIN campaigns c ON c.id = o.campaign_id
  LEFT JOIN verdicts v ON v.machine_id = o.machine_id AND v.rule = o.rule AND v.valid_to IS NULL
  WHERE o.machine_id = $1::bytea
  ORDER BY c.created_at DESC, c.id OFFSET $2::bigint LIMIT $3)";

std::string With(const char* statement, const char* columns) {
  const std::string text = statement;
  const size_t at = text.find("%s");
  return absl::StrCat(text.substr(0, at), columns, text.substr(at + 2));
}

std::string IdOf(const std::string& campaign) {
  return std::string(absl::StripPrefix(campaign, "campaigns/"));
}

bool Differs(const OrderRow& a, const OrderRow& b) {
  return a.status.SerializeAsString() != b.status.SerializeAsString() ||
         a.deadline_at != b.deadline_at || a.ended_at != b.ended_at;
}

// The shape of kApply.
struct Changes {
  ByteaArray machines;
  TextArray campaigns, details;
  IntArray states, causes, codes;
  TimeArray deadlines, ends;
  int count = 0;

  void Add(const OrderRow& row) {
    machines.Add(row.machine.view());
    campaigns.Add(row.campaign);
    states.Add(row.status.state());
    causes.Add(row.status.cause());
    row.status.has_code() ? codes.Add(row.status.code()) : codes.AddNull();
    details.Add(StorableText(row.status.detail()));
    row.deadline_at ? deadlines.Add(*row.deadline_at) : deadlines.AddNull();
    row.ended_at ? ends.Add(*row.ended_at) : ends.AddNull();
    ++count;
  }
};

// A row with the order's columns, the machine's name and site, updated_at, relapsed_at and the
// verdict's body.
v1::OrderView ReadView(const pqxx::row& row, const OrderRow& order, absl::Time now) {
  v1::OrderView view;
  view.set_machine(absl::StrCat("machines/", order.machine.ToHex()));
  view.set_machine_name(row[kOrderColumnCount].c_str());
  view.set_site(row[kOrderColumnCount + 1].c_str());
  view.set_wave(static_cast<uint32_t>(order.wave));
  view.set_attempt(order.attempt);
  *view.mutable_status() = order.status;
  if (order.offered_at) *view.mutable_offer_time() = ToProto(*order.offered_at);
  if (order.deadline_at) *view.mutable_deadline() = ToProto(*order.deadline_at);
  if (auto updated = ReadOptionalTime(row[kOrderColumnCount + 2])) {
    *view.mutable_update_time() = ToProto(*updated);
  }
  if (auto relapsed = ReadOptionalTime(row[kOrderColumnCount + 3])) {
    *view.mutable_relapse_time() = ToProto(*relapsed);
  }
  if (!row[kOrderColumnCount + 4].is_null()) {
    view.set_verdict(ToldVerdict(ReadBytes(row[kOrderColumnCount + 4]), now).state());
  }
  return view;
}

}  // namespace

absl::StatusOr<std::vector<std::optional<OrderRow>>> CampaignStore::ApplyReports(
    absl::Span<const Report> reports, absl::Time now,
    const std::function<OrderRow(const ReportedOrder&)>& judge) {
  std::vector<std::optional<OrderRow>> rows(reports.size());
  const auto work = [&](pqxx::transaction_base& transaction) {
    rows.assign(reports.size(), std::nullopt);
    ByteaArray machines;
    TextArray campaigns;
    for (const Report& report : reports) {
      machines.Add(report.machine.view());
      campaigns.Add(StorableText(IdOf(report.report.campaign())));
    }
    std::map<std::string, v1::CampaignSpec> specs;
    for (const pqxx::row& row : transaction.exec_params(kSpecs, campaigns.Bind())) {
      specs[row[0].c_str()].ParseFromString(ReadBytes(row[1]));
    }
    Changes changes;
    for (const pqxx::row& row : transaction.exec_params(With(kReported, kOrderColumns),
                                                        machines.Bind(), campaigns.Bind())) {
      ReportedOrder reported;
      reported.row = ReadOrder(row);
      const auto place = row[kOrderColumnCount].as<size_t>() - 1;
      reported.report = reports[place].report;
      const v1::CampaignSpec& spec = specs.at(reported.row.campaign);
      reported.has_rule = !spec.rule().empty();
      reported.clean_is_success = spec.clean_is_success();
      reported.deadline = FromProto(spec.waves(reported.row.wave - 1).deadline());
      if (!row[kOrderColumnCount + 1].is_null()) {
        const v1::Verdict verdict = ToldVerdict(ReadBytes(row[kOrderColumnCount + 1]), now);
        reported.verdict = verdict.state();
        reported.explanation = verdict.explanation();
      }
      const OrderRow next = judge(reported);
      if (Differs(next, reported.row)) changes.Add(next);
      rows[place] = next;
    }
    if (changes.count == 0) return absl::OkStatus();
    transaction.exec_params0(kApply, TimeParam(now), changes.machines.Bind(),
                             changes.campaigns.Bind(), changes.states.Bind(), changes.causes.Bind(),
                             changes.codes.Bind(), changes.details.Bind(), changes.deadlines.Bind(),
                             changes.ends.Bind());
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("storing order reports", work); !status.ok()) {
    return status;
  }
  return rows;
}

absl::StatusOr<std::vector<OrderRow>> CampaignStore::Unanswered(
    absl::Span<const MachineId> machines) {
  std::vector<OrderRow> orders;
  const absl::Status status =
      database_->Run("reading unanswered orders", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec_params(With(kUnanswered, kOrderColumns),
                                                            ByteaArray(machines).Bind())) {
          orders.push_back(ReadOrder(row));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return orders;
}

absl::StatusOr<std::vector<OrderRow>> CampaignStore::UnansweredSince(absl::Time sent_before) {
  std::vector<OrderRow> orders;
  const absl::Status status = database_->Run(
      "reading orders that stay unanswered", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec_params(With(kUnansweredSince, kOrderColumns),
                                                            TimeParam(sent_before))) {
          orders.push_back(ReadOrder(row));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return orders;
}

absl::StatusOr<std::vector<OrderRow>> CampaignStore::Cancelled() {
  std::vector<OrderRow> orders;
  const absl::Status status =
      database_->Run("reading cancelled orders", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec(With(kCancelled, kOrderColumns))) {
          orders.push_back(ReadOrder(row));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return orders;
}

absl::StatusOr<v1::ListMachineOrdersResponse> CampaignStore::ListMachineOrders(
    const v1::ListMachineOrdersRequest& request) {
  int64_t before = 0;
  if (!request.page_token().empty() && !absl::SimpleAtoi(request.page_token(), &before)) {
    return absl::InvalidArgumentError("page_token: not one that this method gave");
  }
  const absl::Time now = absl::Now();
  v1::ListMachineOrdersResponse response;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    const auto machine = FindMachine(transaction, request.parent());
    if (!machine.ok()) return machine.status();
    const pqxx::result rows = transaction.exec_params(With(kOfMachine, kOrderColumns),
                                                      BytesParam(ReadDigest((*machine)[0]).view()),
                                                      before, request.page_size() + 1);
    for (const pqxx::row& row : rows) {
      if (response.orders_size() == request.page_size()) {
        response.set_next_page_token(absl::StrCat(before + request.page_size()));
        break;
      }
      const OrderRow order = ReadOrder(row);
      auto& told = *response.add_orders();
      told.set_campaign(absl::StrCat("campaigns/", order.campaign));
      v1::CampaignSpec spec;
      spec.ParseFromString(ReadBytes(row[kOrderColumnCount + 5]));
      told.set_title(spec.title());
      *told.mutable_order() = ReadView(row, order, now);
    }
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("listing a machine's orders", work); !status.ok()) {
    return status;
  }
  return response;
}

absl::StatusOr<v1::ListOrdersResponse> CampaignStore::ListOrders(
    const v1::ListOrdersRequest& request, const std::string& rule, absl::Time now) {
  int64_t after = -1;
  if (!request.page_token().empty() && !absl::SimpleAtoi(request.page_token(), &after)) {
    return absl::InvalidArgumentError("page_token: not one that this method gave");
  }
  IntArray states;
  for (const int state : request.states()) states.Add(state);
  v1::ListOrdersResponse response;
  const auto work = [&](pqxx::transaction_base& transaction) {
    BeginSnapshot(transaction);
    const std::string campaign = StorableText(IdOf(request.parent()));
    const auto code = request.has_code() ? std::optional<int64_t>(request.code()) : std::nullopt;
    response.set_total_size(
        transaction
            .exec_params1(absl::StrCat("SELECT count(*) FROM orders o WHERE ", kMatches), campaign,
                          states.Bind(), request.wave(), int{request.cause()}, code,
                          request.without_code())[0]
            .as<int64_t>());
    const pqxx::result rows = transaction.exec_params(
        absl::StrCat(With(kPage, kOrderColumns), kMatches, " ORDER BY o.leaf LIMIT $9"), campaign,
        states.Bind(), request.wave(), int{request.cause()}, code, request.without_code(), rule,
        after, request.page_size() + 1);
    for (const pqxx::row& row : rows) {
      if (response.orders_size() == request.page_size()) {
        response.set_next_page_token(absl::StrCat(after));
        break;
      }
      const OrderRow order = ReadOrder(row);
      after = static_cast<int64_t>(order.leaf);
      *response.add_orders() = ReadView(row, order, now);
    }
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("listing orders", work); !status.ok()) return status;
  return response;
}

}  // namespace muster::store
