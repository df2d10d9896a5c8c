// Operator key sets and payloads.
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "server/store/campaign_store.h"
#include "server/store/database_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

constexpr char kKeySets[] = "SELECT body FROM operator_key_sets ORDER BY serial";
constexpr char kPutKeySet[] = R"(
  INSERT INTO operator_key_sets (serial, body, published_by, published_at)
  VALUES ($1, $2::bytea, $3, $4::timestamptz) ON CONFLICT DO NOTHING)";
constexpr char kPutPayload[] = R"(
  INSERT INTO payloads (sha256, body, uploaded_at) VALUES ($1::bytea, $2::bytea, $3::timestamptz)
  ON CONFLICT DO NOTHING)";
constexpr char kPutChunk[] =
    "INSERT INTO payload_chunks (sha256, number, data) VALUES ($1::bytea, $2, $3::bytea)";
constexpr char kListPayloads[] = "SELECT body FROM payloads ORDER BY uploaded_at DESC, sha256";
constexpr char kFindPayload[] = "SELECT body FROM payloads WHERE sha256 = $1::bytea";
constexpr char kReadChunk[] =
    "SELECT data FROM payload_chunks WHERE sha256 = $1::bytea AND number = $2";

}  // namespace

absl::StatusOr<std::vector<v1::SignedKeySet>> CampaignStore::KeySets() {
  std::vector<v1::SignedKeySet> sets;
  const absl::Status status =
      database_->Run("reading the operator keys", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec(kKeySets)) {
          sets.emplace_back().ParseFromString(ReadBytes(row[0]));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return sets;
}

absl::Status CampaignStore::PutKeySet(uint64_t serial, const v1::SignedKeySet& set,
                                      const std::string& by, absl::Time now) {
  return database_->Run("storing operator keys", [&](pqxx::transaction_base& transaction) {
    const pqxx::result put = transaction.exec_params(
        kPutKeySet, serial, BytesParam(set.SerializeAsString()), StorableText(by), TimeParam(now));
    return put.affected_rows() > 0
               ? absl::OkStatus()
               : absl::AlreadyExistsError("somebody published other keys meanwhile: try again");
  });
}

absl::Status CampaignStore::PutPayload(const v1::StoredPayload& payload,
                                       const std::function<absl::StatusOr<std::string>()>& read) {
  return database_->Run("storing a payload", [&](pqxx::transaction_base& transaction) {
    const auto digest = BytesParam(payload.payload().sha256());
    const pqxx::result put =
        transaction.exec_params(kPutPayload, digest, BytesParam(payload.SerializeAsString()),
                                TimeParam(FromProto(payload.uploaded_at())));
    if (put.affected_rows() == 0) return absl::OkStatus();  // the same bytes are there already
    for (int number = 0;; ++number) {
      auto chunk = read();
      if (!chunk.ok()) return chunk.status();
      if (chunk->empty()) return absl::OkStatus();
      transaction.exec_params0(kPutChunk, digest, number, BytesParam(*chunk));
    }
  });
}

absl::StatusOr<std::vector<v1::StoredPayload>> CampaignStore::ListPayloads() {
  std::vector<v1::StoredPayload> payloads;
  const absl::Status status =
      database_->Run("listing payloads", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec(kListPayloads)) {
          payloads.emplace_back().ParseFromString(ReadBytes(row[0]));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return payloads;
}

absl::StatusOr<v1::StoredPayload> CampaignStore::FindPayload(const Digest& digest) {
  v1::StoredPayload payload;
  const absl::Status status =
      database_->Run("looking for a payload", [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows = transaction.exec_params(kFindPayload, BytesParam(digest.view()));
        if (rows.empty()) {
          return absl::NotFoundError(absl::StrCat("there is no payload ", digest.ToHex()));
        }
        payload.ParseFromString(ReadBytes(rows[0][0]));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return payload;
}

absl::Status CampaignStore::ReadPayload(
    const Digest& digest, const std::function<absl::Status(absl::string_view)>& take) {
  return database_->Run("reading a payload", [&](pqxx::transaction_base& transaction) {
    for (int number = 0;; ++number) {
      const pqxx::result rows =
          transaction.exec_params(kReadChunk, BytesParam(digest.view()), number);
      if (rows.empty()) return absl::OkStatus();
      if (absl::Status taken = take(ReadBytes(rows[0][0])); !taken.ok()) return taken;
    }
  });
}

}  // namespace muster::store
