#include <map>

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "server/store/campaign_rows_internal.h"

namespace muster::store {
namespace {

using campaign::ApprovalRow;
using campaign::CampaignRow;
using campaign::OrderRow;
using campaign::WaveRow;
using Status = v1::OrderStatus;

constexpr char kWaves[] = R"(
  SELECT number, state, waived, micros(started_at), micros(soaks_since), micros(ended_at)
  FROM campaign_waves WHERE campaign_id = $1 ORDER BY number)";
constexpr char kCounts[] = R"(
  SELECT wave, state, count(*), count(*) FILTER (WHERE relapsed_at IS NOT NULL),
    count(*) FILTER (WHERE accepted AND (state IN (8, 9) OR relapsed_at IS NOT NULL))
  FROM orders WHERE campaign_id = $1 GROUP BY wave, state)";
// Of the waiting, those that were not heard of since the cutoff of their wave.
constexpr char kOffline[] = R"(
  SELECT o.wave, count(*)
  FROM orders o JOIN machines m ON m.id = o.machine_id
  JOIN unnest($2::bigint[], $3::timestamptz[]) AS n (wave, cutoff) ON n.wave = o.wave
  WHERE o.campaign_id = $1 AND o.state = 1 AND coalesce(m.last_seen, '-infinity') < n.cutoff
  GROUP BY o.wave)";
constexpr char kApprovals[] = R"(
  SELECT key, signature, key_name, approved_by, micros(approved_at)
  FROM campaign_approvals WHERE campaign_id = $1 ORDER BY approved_at, key)";

void Count(v1::OrderCounts& counts, int state, int64_t machines) {
  switch (state) {
    case Status::SCHEDULED:
      return counts.set_waiting(machines);
    case Status::OFFERED:
      return counts.set_offered(machines);
    case Status::ACCEPTED:
      return counts.set_accepted(machines);
    case Status::RUNNING:
      return counts.set_running(machines);
    case Status::REBOOT_PENDING:
      return counts.set_reboot_pending(machines);
    case Status::VERIFYING:
      return counts.set_verifying(machines);
    case Status::SUCCEEDED:
      return counts.set_succeeded(machines);
    case Status::FAILED:
      return counts.set_failed(machines);
    case Status::REFUSED:
      return counts.set_refused(machines);
    default:
      return counts.set_expired(machines);
  }
}

}  // namespace

CampaignRow ReadCampaign(const pqxx::row& row) {
  CampaignRow campaign;
  campaign.id = row[0].c_str();
  campaign.state = static_cast<v1::Campaign::State>(row[1].as<int>());
  campaign.pause_reason = static_cast<v1::Campaign::PauseReason>(row[2].as<int>());
  campaign.pause_detail = row[3].c_str();
  campaign.spec.ParseFromString(ReadBytes(row[4]));
  campaign.manifest = ReadBytes(row[5]);
  campaign.extends = row[6].c_str();
  campaign.created_by = row[7].c_str();
  campaign.created_at = ReadTime(row[8]);
  campaign.submitted_at = ReadOptionalTime(row[9]);
  campaign.started_at = ReadOptionalTime(row[10]);
  campaign.ended_at = ReadOptionalTime(row[11]);
  campaign.version = row[12].as<int64_t>();
  return campaign;
}

absl::StatusOr<CampaignRow> FindCampaign(pqxx::transaction_base& transaction,
                                         const std::string& id) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT ", kCampaignColumns, " FROM campaigns WHERE id = $1"), StorableText(id));
  if (rows.empty()) {
    return absl::NotFoundError(
        absl::StrCat("there is no campaign ", id, ": see `musterctl campaigns list`"));
  }
  return ReadCampaign(rows[0]);
}

OrderRow ReadOrder(const pqxx::row& row) {
  OrderRow order;
  order.machine = ReadDigest(row[0]);
  order.campaign = row[1].c_str();
  order.wave = row[2].as<int>();
  order.leaf = row[3].as<uint64_t>();
  order.attempt = row[4].as<uint32_t>();
  order.status.set_state(static_cast<Status::State>(row[5].as<int>()));
  order.status.set_cause(static_cast<Status::Cause>(row[6].as<int>()));
  if (!row[7].is_null()) {
    order.status.set_code(row[7].as<uint32_t>());
    order.status.set_has_code(true);
  }
  order.status.set_detail(row[8].c_str());
  order.offered_at = ReadOptionalTime(row[9]);
  order.deadline_at = ReadOptionalTime(row[10]);
  order.ended_at = ReadOptionalTime(row[11]);
  return order;
}

std::vector<WaveRow> ReadWaves(pqxx::transaction_base& transaction, const CampaignRow& row,
                               absl::Time now) {
  std::vector<WaveRow> waves;
  IntArray numbers;
  TimeArray cutoffs;
  for (const pqxx::row& fields : transaction.exec_params(kWaves, row.id)) {
    WaveRow& wave = waves.emplace_back();
    wave.number = fields[0].as<int>();
    wave.state = static_cast<v1::Wave::State>(fields[1].as<int>());
    wave.waived = fields[2].as<bool>();
    wave.started_at = ReadOptionalTime(fields[3]);
    wave.soaks_since = ReadOptionalTime(fields[4]);
    wave.ended_at = ReadOptionalTime(fields[5]);
    numbers.Add(wave.number);
    cutoffs.Add(now - FromProto(row.spec.waves(wave.number - 1).offline_after()));
  }
  if (waves.empty()) return waves;
  for (const pqxx::row& fields : transaction.exec_params(kCounts, row.id)) {
    WaveRow& wave = waves.at(static_cast<size_t>(fields[0].as<int>() - 1));
    Count(wave.counts, fields[1].as<int>(), fields[2].as<int64_t>());
    wave.counts.set_relapsed(wave.counts.relapsed() + fields[3].as<int64_t>());
    wave.accepted_failures += fields[4].as<int64_t>();
  }
  for (const pqxx::row& fields :
       transaction.exec_params(kOffline, row.id, numbers.Bind(), cutoffs.Bind())) {
    v1::OrderCounts& counts = waves.at(static_cast<size_t>(fields[0].as<int>() - 1)).counts;
    counts.set_offline(fields[1].as<int64_t>());
    counts.set_waiting(counts.waiting() - counts.offline());
  }
  return waves;
}

std::vector<ApprovalRow> ReadApprovals(pqxx::transaction_base& transaction, const std::string& id) {
  std::vector<ApprovalRow> approvals;
  for (const pqxx::row& fields : transaction.exec_params(kApprovals, StorableText(id))) {
    ApprovalRow& approval = approvals.emplace_back();
    approval.signature.set_key(ReadBytes(fields[0]));
    approval.signature.set_value(ReadBytes(fields[1]));
    approval.key_name = fields[2].c_str();
    approval.by = fields[3].c_str();
    approval.at = ReadTime(fields[4]);
  }
  return approvals;
}

}  // namespace muster::store
