// campaign::Store on PostgreSQL.
#ifndef MUSTER_SERVER_STORE_CAMPAIGN_STORE_H_
#define MUSTER_SERVER_STORE_CAMPAIGN_STORE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/campaign/store.h"
#include "server/store/database.h"

namespace muster::store {

// Thread-safe. What campaigns count is counted from the rows of their orders, each time.
class CampaignStore : public campaign::Store {
 public:
  // `database` must outlive the store.
  explicit CampaignStore(Database* database) : database_(database) {}

  absl::Status Create(const campaign::CampaignRow& row) override;
  absl::StatusOr<campaign::CampaignRow> Find(const std::string& id) override;
  absl::StatusOr<std::vector<campaign::CampaignRow>> List() override;
  absl::StatusOr<std::vector<std::string>> Open() override;
  absl::StatusOr<std::vector<campaign::WaveRow>> Waves(const campaign::CampaignRow& row,
                                                       absl::Time now) override;
  absl::StatusOr<std::vector<campaign::ApprovalRow>> Approvals(const std::string& id) override;
  absl::StatusOr<std::vector<v1::FailureGroup>> Failures(const std::string& id) override;
  absl::StatusOr<std::vector<campaign::MachineId>> Targets(const std::string& id) override;
  absl::StatusOr<v1::ListOrdersResponse> ListOrders(const v1::ListOrdersRequest& request,
                                                    const std::string& rule,
                                                    absl::Time now) override;
  absl::StatusOr<v1::ListMachineOrdersResponse> ListMachineOrders(
      const v1::ListMachineOrdersRequest& request) override;
  absl::Status Change(
      const std::string& id, bool only_if_free,
      const std::function<absl::Status(campaign::CampaignTransaction&)>& work) override;
  absl::StatusOr<std::vector<campaign::Candidate>> Candidates(const v1::CampaignSpec& spec,
                                                              const std::string& extends,
                                                              absl::Time now) override;
  absl::StatusOr<std::vector<std::optional<campaign::OrderRow>>> ApplyReports(
      absl::Span<const Report> reports, absl::Time now,
      const std::function<campaign::OrderRow(const campaign::ReportedOrder&)>& judge) override;
  absl::StatusOr<std::vector<campaign::OrderRow>> UnansweredSince(absl::Time sent_before) override;
  absl::StatusOr<std::vector<campaign::OrderRow>> Unanswered(
      absl::Span<const campaign::MachineId> machines) override;
  absl::StatusOr<std::vector<campaign::OrderRow>> Cancelled() override;
  absl::StatusOr<v1::PutGroupResponse> PutGroup(const v1::PutGroupRequest& request,
                                                const std::string& by, absl::Time now) override;
  absl::StatusOr<std::vector<v1::Group>> ListGroups() override;
  absl::Status DeleteGroup(const std::string& id) override;
  absl::StatusOr<v1::PreviewGroupResponse> PreviewGroup(const v1::PreviewGroupRequest& request,
                                                        absl::Time now) override;
  absl::StatusOr<std::string> SiteOf(const campaign::MachineId& machine) override;
  absl::StatusOr<std::vector<v1::SignedKeySet>> KeySets() override;
  absl::Status PutKeySet(uint64_t serial, const v1::SignedKeySet& set, const std::string& by,
                         absl::Time now) override;
  absl::Status PutPayload(const v1::StoredPayload& payload,
                          const std::function<absl::StatusOr<std::string>()>& read) override;
  absl::StatusOr<std::vector<v1::StoredPayload>> ListPayloads() override;
  absl::StatusOr<v1::StoredPayload> FindPayload(const Digest& digest) override;
  absl::Status ReadPayload(const Digest& digest,
                           const std::function<absl::Status(absl::string_view)>& take) override;

 private:
  Database* const database_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_CAMPAIGN_STORE_H_
