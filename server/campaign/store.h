// What campaigns need of a database. server/store implements it on PostgreSQL.
#ifndef MUSTER_SERVER_CAMPAIGN_STORE_H_
#define MUSTER_SERVER_CAMPAIGN_STORE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/digest.h"
#include "muster/v1/campaign.pb.h"

namespace muster::campaign {

using MachineId = Digest;

// A campaign as it is stored; what is counted is in WaveRow.
struct CampaignRow {
  std::string id;
  v1::CampaignSpec spec;
  v1::Campaign::State state = v1::Campaign::DRAFT;
  v1::Campaign::PauseReason pause_reason = v1::Campaign::PAUSE_REASON_UNSPECIFIED;
  std::string pause_detail;
  std::string created_by;
  absl::Time created_at;
  std::optional<absl::Time> submitted_at, started_at, ended_at;
  std::string manifest;  // serialized OrderManifest; empty in a draft
  std::string extends;   // id of another campaign, or empty
  int64_t version = 0;   // counts its changes
};

struct ApprovalRow {
  v1::Signature signature;
  std::string key_name;
  std::string by;  // the operator
  absl::Time at;
};

// One wave, with its orders counted from their rows.
struct WaveRow {
  int number = 0;  // from 1
  v1::Wave::State state = v1::Wave::PENDING;
  std::optional<absl::Time> started_at, soaks_since, ended_at;
  // An operator let it go on though it had ended below its threshold.
  bool waived = false;
  v1::OrderCounts counts;
  // Of the failed, refused and relapsed: what operators accepted by resuming.
  int64_t accepted_failures = 0;
};

// One machine's order.
struct OrderRow {
  MachineId machine;
  std::string campaign;
  int wave = 0;
  uint64_t leaf = 0;
  uint32_t attempt = 1;
  v1::OrderStatus status;
  std::optional<absl::Time> offered_at, deadline_at, ended_at;
};

// A SCHEDULED order of a wave that has begun.
struct ScheduledOrder {
  MachineId machine;
  int wave = 0;
  uint64_t leaf = 0;
  uint32_t attempt = 1;
  std::optional<absl::Time> last_seen;
};

// A machine of a campaign's selection, and what decides whether it becomes a target.
struct Candidate {
  MachineId machine;
  std::string name;
  std::string architecture;
  v1::Verdict::State verdict = v1::Verdict::UNKNOWN;  // by the campaign's rule
  std::string open_campaign;                          // another one that is at work on it, or empty
  std::vector<bool> in_wave;                          // whether it matches each wave's filter
};

// A report, and what it is judged by.
struct ReportedOrder {
  OrderRow row;
  v1::OrderReport report;
  bool has_rule = false;  // success is the rule's verdict
  bool clean_is_success = false;
  v1::Verdict::State verdict = v1::Verdict::UNKNOWN;  // as committed
  std::string explanation;                            // the verdict's
  absl::Duration deadline;                            // of the wave
};

// One transaction that holds the campaign's lock: at most one at a time, on any number of servers.
// Errors as inventory::Transaction's.
class CampaignTransaction {
 public:
  virtual ~CampaignTransaction() = default;

  virtual CampaignRow&
  row() = 0;  // written back where it was changed, once the transaction succeeds
  virtual absl::StatusOr<std::vector<WaveRow>> Waves(absl::Time now) = 0;
  virtual absl::Status PutWave(const WaveRow& wave) = 0;

  // Replaces all targets: SCHEDULED orders, and the waves.
  virtual absl::Status PutTargets(absl::Span<const OrderRow> orders, int waves) = 0;
  virtual absl::StatusOr<std::vector<ApprovalRow>> Approvals() = 0;
  virtual absl::Status PutApproval(const ApprovalRow& approval) = 0;

  // Ends orders whose time has come: those under way past their deadline FAILED, those not begun
  // past `not_after` EXPIRED.
  virtual absl::Status ExpireOverdue(absl::Time now, absl::Time not_after) = 0;
  virtual absl::StatusOr<std::vector<ScheduledOrder>> Scheduled() = 0;
  // SCHEDULED to OFFERED, with these deadlines.
  virtual absl::Status Offer(absl::Span<const OrderRow> orders, absl::Time now) = 0;
  // These are connected, though nothing was heard of them for a while.
  virtual absl::Status Touch(absl::Span<const MachineId> machines, absl::Time now) = 0;

  // What is SCHEDULED becomes EXPIRED.
  virtual absl::Status Withdraw(absl::Time now) = 0;
  virtual absl::Status AcceptFailures() = 0;
  // FAILED and REFUSED with attempts left become SCHEDULED, with the next attempt; their waves
  // ACTIVE. How many.
  virtual absl::StatusOr<int64_t> RetryFailed(uint32_t max_attempts, absl::Time now) = 0;
  // Queues a notification to every channel.
  struct Announcement {
    std::string event;  // "campaign.paused"
    std::string subject;
    std::string text;
    std::string json;
  };
  virtual absl::Status Announce(const Announcement& announcement, absl::Time now) = 0;
  // Notes which of those that SUCCEEDED are affected again by `rule`, and which no longer are.
  virtual absl::Status NoteRelapses(const std::string& rule, absl::Time now) = 0;
};

// Thread-safe.
class Store {
 public:
  virtual ~Store() = default;

  virtual absl::Status Create(const CampaignRow& row) = 0;
  virtual absl::StatusOr<CampaignRow> Find(const std::string& id) = 0;  // NOT_FOUND
  virtual absl::StatusOr<std::vector<CampaignRow>> List() = 0;          // newest first
  // Ids of campaigns that are RUNNING or PAUSED, and of cancelled ones with orders under way.
  virtual absl::StatusOr<std::vector<std::string>> Open() = 0;
  virtual absl::StatusOr<std::vector<WaveRow>> Waves(const CampaignRow& row, absl::Time now) = 0;
  virtual absl::StatusOr<std::vector<ApprovalRow>> Approvals(const std::string& id) = 0;
  virtual absl::StatusOr<std::vector<v1::FailureGroup>> Failures(const std::string& id) = 0;
  // Ids of the targets, ascending.
  virtual absl::StatusOr<std::vector<MachineId>> Targets(const std::string& id) = 0;
  virtual absl::StatusOr<v1::ListOrdersResponse> ListOrders(const v1::ListOrdersRequest& request,
                                                            const std::string& rule,
                                                            absl::Time now) = 0;

  // Of one machine, newest first. NOT_FOUND; FAILED_PRECONDITION where several have its name.
  virtual absl::StatusOr<v1::ListMachineOrdersResponse> ListMachineOrders(
      const v1::ListMachineOrdersRequest& request) = 0;

  // Runs `work` under the campaign's lock, and commits where it answers OK. NOT_FOUND. With
  // `only_if_free`, ABORTED where another holds the lock.
  virtual absl::Status Change(const std::string& id, bool only_if_free,
                              const std::function<absl::Status(CampaignTransaction&)>& work) = 0;

  // Machines of the selection; `extends` without the targets of that campaign and of its other
  // extensions.
  virtual absl::StatusOr<std::vector<Candidate>> Candidates(const v1::CampaignSpec& spec,
                                                            const std::string& extends,
                                                            absl::Time now) = 0;

  // Applies reports of many machines in one transaction: `judge` turns each into its new row. The
  // rows as they stand afterwards, in the order given; null where a machine has no such order.
  struct Report {
    MachineId machine;
    v1::OrderReport report;
  };
  virtual absl::StatusOr<std::vector<std::optional<OrderRow>>> ApplyReports(
      absl::Span<const Report> reports, absl::Time now,
      const std::function<OrderRow(const ReportedOrder&)>& judge) = 0;
  // Orders that were sent to these machines and of which nothing was heard: to be sent again.
  virtual absl::StatusOr<std::vector<OrderRow>> Unanswered(
      absl::Span<const MachineId> machines) = 0;
  // The same of all machines, where they were sent before that instant.
  virtual absl::StatusOr<std::vector<OrderRow>> UnansweredSince(absl::Time sent_before) = 0;
  // Orders that were under way when their campaigns were cancelled, and still are.
  virtual absl::StatusOr<std::vector<OrderRow>> Cancelled() = 0;

  // Groups.
  virtual absl::StatusOr<v1::PutGroupResponse> PutGroup(const v1::PutGroupRequest& request,
                                                        const std::string& by, absl::Time now) = 0;
  virtual absl::StatusOr<std::vector<v1::Group>> ListGroups() = 0;
  virtual absl::Status DeleteGroup(const std::string& id) = 0;
  virtual absl::StatusOr<v1::PreviewGroupResponse> PreviewGroup(
      const v1::PreviewGroupRequest& request, absl::Time now) = 0;

  virtual absl::StatusOr<std::string> SiteOf(const MachineId& machine) = 0;

  // Operator key sets, by serial.
  virtual absl::StatusOr<std::vector<v1::SignedKeySet>> KeySets() = 0;
  // ALREADY_EXISTS where this serial is there.
  virtual absl::Status PutKeySet(uint64_t serial, const v1::SignedKeySet& set,
                                 const std::string& by, absl::Time now) = 0;

  // Payloads, by content.
  virtual absl::Status PutPayload(const v1::StoredPayload& payload,
                                  const std::function<absl::StatusOr<std::string>()>& read) = 0;
  virtual absl::StatusOr<std::vector<v1::StoredPayload>> ListPayloads() = 0;
  virtual absl::StatusOr<v1::StoredPayload> FindPayload(const Digest& digest) = 0;  // NOT_FOUND
  // The bytes, piece by piece.
  virtual absl::Status ReadPayload(const Digest& digest,
                                   const std::function<absl::Status(absl::string_view)>& take) = 0;
};

}  // namespace muster::campaign

#endif  // MUSTER_SERVER_CAMPAIGN_STORE_H_
