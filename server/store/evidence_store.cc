#include "server/store/evidence_store.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/proto_time.h"
#include "muster/v1/order.pb.h"
#include "server/store/database_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

// States OFFERED to VERIFYING: a report that it runs may be behind the upload.
constexpr char kIsAskedFor[] = R"(
  SELECT c.manifest FROM orders o JOIN campaigns c ON c.id = o.campaign_id
  WHERE o.machine_id = $1::bytea AND o.campaign_id = $2 AND o.state BETWEEN 2 AND 6)";
constexpr char kDeleteFormer[] =
    "DELETE FROM evidence_bundles WHERE machine_id = $1::bytea AND campaign_id = $2";
constexpr char kPut[] = R"(
  INSERT INTO evidence_bundles (id, machine_id, campaign_id, size, sha256, masked, created_at)
  VALUES ($1, $2::bytea, $3, $4, $5::bytea, $6, $7::timestamptz))";
constexpr char kPutChunk[] =
    "INSERT INTO evidence_chunks (bundle_id, number, data) VALUES ($1, $2, $3::bytea)";
constexpr char kColumns[] = R"(
  SELECT b.id, b.machine_id, m.name, b.campaign_id, b.size, b.sha256, micros(b.created_at), b.masked
  FROM evidence_bundles b JOIN machines m ON m.id = b.machine_id WHERE )";
constexpr char kOfCampaign[] = "b.campaign_id = $1";
constexpr char kOfMachine[] = "b.machine_id = decode($1, 'hex')";
constexpr char kOfMachineName[] = "lower(m.name) = lower($1)";
constexpr char kAfter[] = " AND (micros(b.created_at), b.id) < ($2::bigint, $3)";
constexpr char kOrder[] = " ORDER BY b.created_at DESC, b.id DESC LIMIT $4";
constexpr char kHasMachine[] = R"(
  SELECT EXISTS (SELECT FROM machines WHERE encode(id, 'hex') = $1 OR lower(name) = lower($1)))";
constexpr char kHasCampaign[] = "SELECT EXISTS (SELECT FROM campaigns WHERE id = $1)";
constexpr char kReadChunk[] =
    "SELECT data FROM evidence_chunks WHERE bundle_id = $1 AND number = $2";
constexpr char kHasBundle[] = "SELECT EXISTS (SELECT FROM evidence_bundles WHERE id = $1)";
constexpr char kDelete[] = "DELETE FROM evidence_bundles WHERE id = $1";
constexpr char kDeleteOld[] = "DELETE FROM evidence_bundles WHERE created_at < $1::timestamptz";

absl::Status NoBundle(const std::string& id) {
  return absl::NotFoundError(
      absl::StrCat("there is no evidenceBundles/", id,
                   ": it may have been deleted, or replaced by a newer one"));
}

v1::EvidenceBundle ReadBundle(const pqxx::row& row) {
  v1::EvidenceBundle bundle;
  bundle.set_name(absl::StrCat("evidenceBundles/", row[0].c_str()));
  bundle.set_machine(absl::StrCat("machines/", ReadDigest(row[1]).ToHex()));
  bundle.set_machine_name(row[2].c_str());
  bundle.set_campaign(absl::StrCat("campaigns/", row[3].c_str()));
  bundle.set_size(row[4].as<uint64_t>());
  bundle.set_sha256(ReadBytes(row[5]));
  *bundle.mutable_create_time() = ToProto(ReadTime(row[6]));
  bundle.set_masked(row[7].as<bool>());
  return bundle;
}

// Where a page begins: behind the bundle made at this instant, in microseconds, with this id.
struct Place {
  int64_t micros = INT64_MAX;
  std::string id;
};

absl::StatusOr<Place> ReadToken(const std::string& token) {
  Place place;
  if (token.empty()) return place;
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &place.micros)) {
    return absl::InvalidArgumentError("page_token: not one that this method gave");
  }
  place.id = StorableText(parts[1]);
  return place;
}

}  // namespace

absl::StatusOr<bool> EvidenceStore::IsAskedFor(const Digest& machine, const std::string& campaign) {
  bool asked = false;
  const absl::Status status =
      database_->Run("looking for an order", [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows = transaction.exec_params(kIsAskedFor, BytesParam(machine.view()),
                                                          StorableText(campaign));
        v1::OrderManifest manifest;
        asked = !rows.empty() && manifest.ParseFromString(ReadBytes(rows[0][0])) &&
                manifest.action().has_collect_evidence();
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return asked;
}

absl::Status EvidenceStore::Put(const evidence::BundleRow& row,
                                const std::function<absl::StatusOr<std::string>()>& read) {
  return database_->Run("storing evidence", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kDeleteFormer, BytesParam(row.machine.view()), row.campaign);
    transaction.exec_params0(kPut, row.id, BytesParam(row.machine.view()), row.campaign, row.size,
                             BytesParam(row.sha256.view()), row.masked, TimeParam(row.created_at));
    for (int number = 0;; ++number) {
      auto chunk = read();
      if (!chunk.ok()) return chunk.status();
      if (chunk->empty()) return absl::OkStatus();
      transaction.exec_params0(kPutChunk, row.id, number, BytesParam(*chunk));
    }
  });
}

absl::StatusOr<v1::ListEvidenceBundlesResponse> EvidenceStore::List(
    const v1::ListEvidenceBundlesRequest& request) {
  auto place = ReadToken(request.page_token());
  if (!place.ok()) return place.status();
  absl::string_view id = request.parent();
  const bool of_campaign = absl::ConsumePrefix(&id, "campaigns/");
  if (!of_campaign) absl::ConsumePrefix(&id, "machines/");
  const std::string bound = StorableText(id);
  const char* condition = of_campaign                   ? kOfCampaign
                          : Digest::FromHex(bound).ok() ? kOfMachine
                                                        : kOfMachineName;
  v1::ListEvidenceBundlesResponse response;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    const pqxx::result rows =
        transaction.exec_params(absl::StrCat(kColumns, condition, kAfter, kOrder), bound,
                                place->micros, place->id, request.page_size() + 1);
    for (const pqxx::row& row : rows) {
      if (response.evidence_bundles_size() == request.page_size()) {
        const pqxx::row last = rows[request.page_size() - 1];
        response.set_next_page_token(absl::StrCat(last[6].c_str(), ".", last[0].c_str()));
        break;
      }
      *response.add_evidence_bundles() = ReadBundle(row);
    }
    if (!rows.empty() || !request.page_token().empty()) return absl::OkStatus();
    const bool known =
        transaction.exec_params1(of_campaign ? kHasCampaign : kHasMachine, bound)[0].as<bool>();
    return known ? absl::OkStatus()
                 : absl::NotFoundError(absl::StrCat("there is no ", request.parent()));
  };
  if (absl::Status status = database_->Run("listing evidence", work); !status.ok()) return status;
  return response;
}

absl::Status EvidenceStore::Read(const std::string& id,
                                 const std::function<absl::Status(absl::string_view)>& take) {
  return database_->Run("reading evidence", [&](pqxx::transaction_base& transaction) {
    for (int number = 0;; ++number) {
      const pqxx::result rows = transaction.exec_params(kReadChunk, StorableText(id), number);
      if (!rows.empty()) {
        if (absl::Status taken = take(ReadBytes(rows[0][0])); !taken.ok()) return taken;
        continue;
      }
      if (number > 0) return absl::OkStatus();
      const bool known = transaction.exec_params1(kHasBundle, StorableText(id))[0].as<bool>();
      return known ? absl::OkStatus() : NoBundle(id);
    }
  });
}

absl::Status EvidenceStore::Delete(const std::string& id) {
  return database_->Run("deleting evidence", [&](pqxx::transaction_base& transaction) {
    const pqxx::result gone = transaction.exec_params(kDelete, StorableText(id));
    return gone.affected_rows() > 0 ? absl::OkStatus() : NoBundle(id);
  });
}

absl::StatusOr<int64_t> EvidenceStore::DeleteOlderThan(absl::Time time) {
  int64_t gone = 0;
  const absl::Status status =
      database_->Run("deleting old evidence", [&](pqxx::transaction_base& transaction) {
        gone = static_cast<int64_t>(
            transaction.exec_params(kDeleteOld, TimeParam(time)).affected_rows());
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return gone;
}

}  // namespace muster::store
