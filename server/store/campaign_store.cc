// Campaigns as a whole; their orders are in campaign_orders.cc, changes in campaign_transaction.cc.
#include "server/store/campaign_store.h"

#include "absl/strings/str_cat.h"
#include "server/store/campaign_rows_internal.h"
#include "server/store/database_internal.h"

namespace muster::store {
namespace {

using campaign::CampaignRow;
using campaign::MachineId;

constexpr char kCreate[] = R"(
  INSERT INTO campaigns (id, state, spec, extends, created_by, created_at)
  VALUES ($1, $2, $3::bytea, $4, $5, $6::timestamptz))";
constexpr char kOpen[] = R"(
  SELECT id FROM campaigns WHERE state IN (3, 4)
  UNION
  SELECT o.campaign_id FROM orders o JOIN campaigns c ON c.id = o.campaign_id
  WHERE o.state BETWEEN 2 AND 6 AND c.state = 6)";
constexpr char kTargets[] = "SELECT machine_id FROM orders WHERE campaign_id = $1 ORDER BY leaf";
constexpr char kFailures[] = R"(
  SELECT cause, code, machines, name FROM (
    SELECT o.cause, o.code, m.name, count(*) OVER same AS machines,
      row_number() OVER (PARTITION BY o.cause, o.code ORDER BY lower(m.name), m.id) AS place
    FROM orders o JOIN machines m ON m.id = o.machine_id
    WHERE o.campaign_id = $1 AND o.state IN (8, 9)
    WINDOW same AS (PARTITION BY o.cause, o.code)) AS placed
  WHERE place <= 5 ORDER BY machines DESC, cause, code, place LIMIT 500)";

}  // namespace

absl::Status CampaignStore::Create(const CampaignRow& row) {
  return database_->Run("storing a campaign", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kCreate, row.id, int{row.state},
                             BytesParam(row.spec.SerializeAsString()), row.extends,
                             StorableText(row.created_by), TimeParam(row.created_at));
    return absl::OkStatus();
  });
}

absl::StatusOr<CampaignRow> CampaignStore::Find(const std::string& id) {
  absl::StatusOr<CampaignRow> row;
  const absl::Status status =
      database_->Run("reading a campaign", [&](pqxx::transaction_base& transaction) {
        row = FindCampaign(transaction, id);
        return row.status();
      });
  if (!status.ok()) return status;
  return row;
}

absl::StatusOr<std::vector<CampaignRow>> CampaignStore::List() {
  std::vector<CampaignRow> rows;
  const absl::Status status =
      database_->Run("listing campaigns", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec(absl::StrCat(
                 "SELECT ", kCampaignColumns, " FROM campaigns ORDER BY created_at DESC, id"))) {
          rows.push_back(ReadCampaign(row));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return rows;
}

absl::StatusOr<std::vector<std::string>> CampaignStore::Open() {
  std::vector<std::string> ids;
  const absl::Status status =
      database_->Run("looking for open campaigns", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec(kOpen)) ids.emplace_back(row[0].c_str());
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return ids;
}

absl::StatusOr<std::vector<campaign::WaveRow>> CampaignStore::Waves(const CampaignRow& row,
                                                                    absl::Time now) {
  std::vector<campaign::WaveRow> waves;
  const absl::Status status =
      database_->Run("counting a campaign's orders", [&](pqxx::transaction_base& transaction) {
        transaction.exec0("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        waves = ReadWaves(transaction, row, now);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return waves;
}

absl::StatusOr<std::vector<campaign::ApprovalRow>> CampaignStore::Approvals(const std::string& id) {
  std::vector<campaign::ApprovalRow> approvals;
  const absl::Status status =
      database_->Run("reading approvals", [&](pqxx::transaction_base& transaction) {
        approvals = ReadApprovals(transaction, id);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return approvals;
}

absl::StatusOr<std::vector<v1::FailureGroup>> CampaignStore::Failures(const std::string& id) {
  std::vector<v1::FailureGroup> groups;
  const absl::Status status =
      database_->Run("grouping failures", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec_params(kFailures, id)) {
          const auto cause = static_cast<v1::OrderStatus::Cause>(row[0].as<int>());
          const bool has_code = !row[1].is_null();
          const uint32_t code = has_code ? row[1].as<uint32_t>() : 0;
          if (groups.empty() || groups.back().cause() != cause ||
              groups.back().has_code() != has_code || groups.back().code() != code) {
            v1::FailureGroup& group = groups.emplace_back();
            group.set_cause(cause);
            group.set_code(code);
            group.set_has_code(has_code);
            group.set_machines(row[2].as<int64_t>());
          }
          groups.back().add_samples(row[3].c_str());
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return groups;
}

absl::StatusOr<std::vector<MachineId>> CampaignStore::Targets(const std::string& id) {
  std::vector<MachineId> machines;
  const absl::Status status =
      database_->Run("reading targets", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec_params(kTargets, StorableText(id))) {
          machines.push_back(ReadDigest(row[0]));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return machines;
}

}  // namespace muster::store
