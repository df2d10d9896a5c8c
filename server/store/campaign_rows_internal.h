// Campaigns, waves and orders as rows, in the shape that the files of the campaign store share.
#ifndef MUSTER_SERVER_STORE_CAMPAIGN_ROWS_INTERNAL_H_
#define MUSTER_SERVER_STORE_CAMPAIGN_ROWS_INTERNAL_H_

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "server/campaign/store.h"
#include "server/store/values_internal.h"

namespace muster::store {

// The columns that ReadCampaign reads, of campaigns.
inline constexpr char kCampaignColumns[] =
    "id, state, pause_reason, pause_detail, spec, manifest, extends, created_by, "
    "micros(created_at), "
    "micros(submitted_at), micros(started_at), micros(ended_at), version";
campaign::CampaignRow ReadCampaign(const pqxx::row& row);
// NOT_FOUND.
absl::StatusOr<campaign::CampaignRow> FindCampaign(pqxx::transaction_base& transaction,
                                                   const std::string& id);

// The columns that ReadOrder reads, of orders o.
inline constexpr char kOrderColumns[] =
    "o.machine_id, o.campaign_id, o.wave, o.leaf, o.attempt, o.state, o.cause, o.code, o.detail, "
    "micros(o.offered_at), micros(o.deadline_at), micros(o.ended_at)";
inline constexpr int kOrderColumnCount = 12;
campaign::OrderRow ReadOrder(const pqxx::row& row);

std::vector<campaign::WaveRow> ReadWaves(pqxx::transaction_base& transaction,
                                         const campaign::CampaignRow& row, absl::Time now);
std::vector<campaign::ApprovalRow> ReadApprovals(pqxx::transaction_base& transaction,
                                                 const std::string& id);

// A timestamptz parameter that may be null.
inline std::string TimeText(const std::optional<absl::Time>& time) {
  return time ? absl::FormatTime(absl::RFC3339_full, StorableTime(*time), absl::UTCTimeZone()) : "";
}

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_CAMPAIGN_ROWS_INTERNAL_H_
