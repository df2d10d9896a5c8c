// One change of one campaign, under its lock.
#include "absl/strings/str_cat.h"
#include "server/store/campaign_rows_internal.h"
#include "server/store/campaign_store.h"
#include "server/store/database_internal.h"

namespace muster::store {
namespace {

using campaign::ApprovalRow;
using campaign::CampaignRow;
using campaign::MachineId;
using campaign::OrderRow;
using campaign::ScheduledOrder;
using campaign::WaveRow;

constexpr char kLock[] = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
constexpr char kTryLock[] = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))";
constexpr char kUpdate[] = R"(
  UPDATE campaigns SET state = $2, pause_reason = $3, pause_detail = $4, manifest = $5::bytea,
    submitted_at = nullif($6, '')::timestamptz, started_at = nullif($7, '')::timestamptz,
    ended_at = nullif($8, '')::timestamptz, version = $9
  WHERE id = $1)";
constexpr char kPutWave[] = R"(
  UPDATE campaign_waves SET state = $3, waived = $4, started_at = nullif($5, '')::timestamptz,
    soaks_since = nullif($6, '')::timestamptz, ended_at = nullif($7, '')::timestamptz
  WHERE campaign_id = $1 AND number = $2)";
constexpr char kAddWaves[] = R"(
  INSERT INTO campaign_waves (campaign_id, number, state)
  SELECT $1, generate_series(1, $2), 1)";
constexpr char kAddOrders[] = R"(
  INSERT INTO orders (machine_id, campaign_id, rule, wave, leaf, state)
  SELECT n.machine_id, $1, $2, n.wave, n.leaf, 1
  FROM unnest($3::bytea[], $4::bigint[], $5::bigint[]) AS n (machine_id, wave, leaf))";
constexpr char kPutApproval[] = R"(
  INSERT INTO campaign_approvals (campaign_id, key, signature, key_name, approved_by, approved_at)
  VALUES ($1, $2::bytea, $3::bytea, $4, $5, $6::timestamptz))";
// DEADLINE_PASSED is 4, VALIDITY_ENDED 18.
constexpr char kFailOverdue[] = R"(
  UPDATE orders SET state = 8, cause = 4, updated_at = $2::timestamptz, ended_at = $2::timestamptz,
    detail = 'no result came within the wave''s deadline'
  WHERE campaign_id = $1 AND state BETWEEN 2 AND 6 AND deadline_at <= $2::timestamptz)";
constexpr char kExpire[] = R"(
  UPDATE orders SET state = 10, cause = 18, updated_at = $2::timestamptz,
    ended_at = $2::timestamptz, detail = 'its validity ended before it was offered'
  WHERE campaign_id = $1 AND state = 1)";
constexpr char kScheduled[] = R"(
  SELECT o.machine_id, o.wave, o.leaf, o.attempt, micros(m.last_seen)
  FROM orders o
  JOIN campaign_waves w ON w.campaign_id = o.campaign_id AND w.number = o.wave AND w.state <> 1
  JOIN machines m ON m.id = o.machine_id
  WHERE o.campaign_id = $1 AND o.state = 1 ORDER BY o.wave, o.leaf)";
constexpr char kOffer[] = R"(
  UPDATE orders o SET state = 2, cause = 0, code = NULL, detail = '', offered_at = $2::timestamptz,
    updated_at = $2::timestamptz, deadline_at = n.deadline_at
  FROM unnest($3::bytea[], $4::timestamptz[]) AS n (machine_id, deadline_at)
  WHERE o.machine_id = n.machine_id AND o.campaign_id = $1 AND o.state = 1)";
constexpr char kTouch[] = R"(
  WITH there AS (
    SELECT id FROM machines WHERE id = ANY ($1::bytea[]) ORDER BY id FOR NO KEY UPDATE)
  UPDATE machines m SET last_seen = greatest(m.last_seen, $2::timestamptz)
  FROM there WHERE m.id = there.id)";
// CAMPAIGN_CANCELLED is 17.
constexpr char kWithdraw[] = R"(
  UPDATE orders SET state = 10, cause = 17, updated_at = $2::timestamptz,
    ended_at = $2::timestamptz, detail = 'the campaign was cancelled'
  WHERE campaign_id = $1 AND state = 1)";
constexpr char kAccept[] = R"(
  UPDATE orders SET accepted = true
  WHERE campaign_id = $1 AND NOT accepted AND (state IN (8, 9) OR relapsed_at IS NOT NULL))";
constexpr char kRetry[] = R"(
  UPDATE orders SET state = 1, attempt = attempt + 1, cause = 0, code = NULL, detail = '',
    accepted = false, offered_at = NULL, deadline_at = NULL, ended_at = NULL,
    updated_at = $3::timestamptz
  WHERE campaign_id = $1 AND state IN (8, 9) AND attempt < $2)";
constexpr char kReopenWaves[] = R"(
  UPDATE campaign_waves w SET state = 2, soaks_since = NULL, ended_at = NULL
  WHERE w.campaign_id = $1 AND w.state IN (3, 4) AND EXISTS (
    SELECT FROM orders o WHERE o.campaign_id = $1 AND o.wave = w.number AND o.state = 1
      AND o.attempt > 1))";
constexpr char kAnnounce[] = R"(
  INSERT INTO notifications (channel_id, event, subject, body, json, created_at, next_try)
  SELECT id, $1, $2, $3, $4, $5::timestamptz, $5::timestamptz FROM notification_channels)";
// AFFECTED, or AT_RISK whose day has come or not: the remedy is gone.
constexpr char kRelapsed[] = R"(
  UPDATE orders o SET relapsed_at = $3::timestamptz
  FROM verdicts v
  WHERE o.campaign_id = $1 AND o.state = 7 AND o.relapsed_at IS NULL
    AND v.machine_id = o.machine_id AND v.rule = $2 AND v.valid_to IS NULL AND v.state IN (1, 2))";
constexpr char kRecovered[] = R"(
  UPDATE orders o SET relapsed_at = NULL
  FROM verdicts v
  WHERE o.campaign_id = $1 AND o.state = 7 AND o.relapsed_at IS NOT NULL
    AND v.machine_id = o.machine_id AND v.rule = $2 AND v.valid_to IS NULL AND v.state = 4)";

class Transaction : public campaign::CampaignTransaction {
 public:
  Transaction(pqxx::transaction_base& transaction, CampaignRow row)
      : transaction_(transaction), row_(std::move(row)), read_(Fingerprint()) {}

  CampaignRow& row() override { return row_; }

  absl::StatusOr<std::vector<WaveRow>> Waves(absl::Time now) override {
    return ReadWaves(transaction_, row_, now);
  }

  absl::Status PutWave(const WaveRow& wave) override {
    transaction_.exec_params0(kPutWave, row_.id, wave.number, int{wave.state}, wave.waived,
                              TimeText(wave.started_at), TimeText(wave.soaks_since),
                              TimeText(wave.ended_at));
    return absl::OkStatus();
  }

  absl::Status PutTargets(absl::Span<const OrderRow> orders, int waves) override {
    ByteaArray machines;
    IntArray numbers, leaves;
    for (const OrderRow& order : orders) {
      machines.Add(order.machine.view());
      numbers.Add(order.wave);
      leaves.Add(static_cast<int64_t>(order.leaf));
    }
    transaction_.exec_params0("DELETE FROM orders WHERE campaign_id = $1", row_.id);
    transaction_.exec_params0("DELETE FROM campaign_waves WHERE campaign_id = $1", row_.id);
    transaction_.exec_params0(kAddWaves, row_.id, waves);
    transaction_.exec_params0(kAddOrders, row_.id, row_.spec.rule(), machines.Bind(),
                              numbers.Bind(), leaves.Bind());
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<ApprovalRow>> Approvals() override {
    return ReadApprovals(transaction_, row_.id);
  }

  absl::Status PutApproval(const ApprovalRow& approval) override {
    transaction_.exec_params0(kPutApproval, row_.id, BytesParam(approval.signature.key()),
                              BytesParam(approval.signature.value()),
                              StorableText(approval.key_name), StorableText(approval.by),
                              TimeParam(approval.at));
    return absl::OkStatus();
  }

  absl::Status ExpireOverdue(absl::Time now, absl::Time not_after) override {
    transaction_.exec_params0(kFailOverdue, row_.id, TimeParam(now));
    if (now >= not_after) transaction_.exec_params0(kExpire, row_.id, TimeParam(now));
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<ScheduledOrder>> Scheduled() override {
    std::vector<ScheduledOrder> orders;
    for (const pqxx::row& row : transaction_.exec_params(kScheduled, row_.id)) {
      orders.push_back({ReadDigest(row[0]), row[1].as<int>(), row[2].as<uint64_t>(),
                        row[3].as<uint32_t>(), ReadOptionalTime(row[4])});
    }
    return orders;
  }

  absl::Status Offer(absl::Span<const OrderRow> orders, absl::Time now) override {
    ByteaArray machines;
    TimeArray deadlines;
    for (const OrderRow& order : orders) {
      machines.Add(order.machine.view());
      deadlines.Add(*order.deadline_at);
    }
    transaction_.exec_params0(kOffer, row_.id, TimeParam(now), machines.Bind(), deadlines.Bind());
    return absl::OkStatus();
  }

  absl::Status Touch(absl::Span<const MachineId> machines, absl::Time now) override {
    transaction_.exec_params0(kTouch, ByteaArray(machines).Bind(), TimeParam(now));
    return absl::OkStatus();
  }

  absl::Status Withdraw(absl::Time now) override {
    transaction_.exec_params0(kWithdraw, row_.id, TimeParam(now));
    return absl::OkStatus();
  }

  absl::Status AcceptFailures() override {
    transaction_.exec_params0(kAccept, row_.id);
    return absl::OkStatus();
  }

  absl::StatusOr<int64_t> RetryFailed(uint32_t max_attempts, absl::Time now) override {
    const pqxx::result retried =
        transaction_.exec_params(kRetry, row_.id, max_attempts, TimeParam(now));
    transaction_.exec_params0(kReopenWaves, row_.id);
    return static_cast<int64_t>(retried.affected_rows());
  }

  absl::Status Announce(const Announcement& announcement, absl::Time now) override {
    transaction_.exec_params0(kAnnounce, announcement.event, StorableText(announcement.subject),
                              StorableText(announcement.text, 16'384), announcement.json,
                              TimeParam(now));
    return absl::OkStatus();
  }

  absl::Status NoteRelapses(const std::string& rule, absl::Time now) override {
    transaction_.exec_params0(kRelapsed, row_.id, rule, TimeParam(now));
    transaction_.exec_params0(kRecovered, row_.id, rule);
    return absl::OkStatus();
  }

  void WriteBack() {
    if (Fingerprint() == read_) return;
    transaction_.exec_params0(kUpdate, row_.id, int{row_.state}, int{row_.pause_reason},
                              StorableText(row_.pause_detail), BytesParam(row_.manifest),
                              TimeText(row_.submitted_at), TimeText(row_.started_at),
                              TimeText(row_.ended_at), row_.version + 1);
  }

 private:
  std::string Fingerprint() const {
    return absl::StrCat(row_.state, "|", row_.pause_reason, "|", row_.pause_detail, "|",
                        row_.manifest.size(), "|", TimeText(row_.submitted_at), "|",
                        TimeText(row_.started_at), "|", TimeText(row_.ended_at), "|", row_.version);
  }

  pqxx::transaction_base& transaction_;
  CampaignRow row_;
  const std::string read_;
};

}  // namespace

absl::Status CampaignStore::Change(
    const std::string& id, bool only_if_free,
    const std::function<absl::Status(campaign::CampaignTransaction&)>& work) {
  return database_->Run("changing a campaign", [&](pqxx::transaction_base& transaction) {
    const std::string name = StorableText(id);
    if (!only_if_free) {
      transaction.exec_params(kLock, name);
    } else if (!transaction.exec_params1(kTryLock, name)[0].as<bool>()) {
      return absl::AbortedError("another server moves the campaign on");
    }
    auto row = FindCampaign(transaction, id);
    if (!row.ok()) return row.status();
    Transaction change(transaction, *std::move(row));
    if (absl::Status status = work(change); !status.ok()) return status;
    change.WriteBack();
    return absl::OkStatus();
  });
}

}  // namespace muster::store
