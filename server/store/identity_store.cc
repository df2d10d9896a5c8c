#include "server/store/identity_store.h"

#include "absl/strings/str_cat.h"
#include "server/store/database_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

using identity::ApiTokenRow;
using identity::EnrollmentTokenRow;

constexpr char kPutEnrollmentToken[] = R"(
  INSERT INTO enrollment_tokens (id, hash, description, max_uses, expires_at)
  VALUES ($1, $2::bytea, $3, $4, $5::timestamptz))";
// The row lock of the update puts redemptions in a line; the condition is looked at anew once it is
// had.
constexpr char kRedeem[] = R"(
  UPDATE enrollment_tokens SET uses = uses + 1
  WHERE hash = $1::bytea AND uses < max_uses AND expires_at > $2::timestamptz)";
constexpr char kEnroll[] = R"(
  INSERT INTO machines (id, enrolled_at, name, domain, site, organizational_unit, os, os_version,
    architecture)
  VALUES ($1::bytea, $2::timestamptz, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (id) DO UPDATE SET enrolled_at = EXCLUDED.enrolled_at, name = EXCLUDED.name,
    domain = EXCLUDED.domain, site = EXCLUDED.site,
    organizational_unit = EXCLUDED.organizational_unit, os = EXCLUDED.os,
    os_version = EXCLUDED.os_version, architecture = EXCLUDED.architecture)";
constexpr char kIsEnrolled[] = "SELECT 1 FROM machines WHERE id = $1::bytea";
constexpr char kPutApiToken[] = R"(
  INSERT INTO api_tokens (id, hash, description, role, created_at, expires_at)
  VALUES ($1, $2::bytea, $3, $4, $5::timestamptz, $6::timestamptz))";
constexpr char kFindApiToken[] = R"(
  SELECT id, hash, description, role, micros(created_at), micros(expires_at), micros(revoked_at)
  FROM api_tokens WHERE hash = $1::bytea)";
constexpr char kListApiTokens[] = R"(
  SELECT id, hash, description, role, micros(created_at), micros(expires_at), micros(revoked_at)
  FROM api_tokens ORDER BY created_at, id)";
// Once revoked, the first time stays.
constexpr char kRevokeApiToken[] = R"(
  UPDATE api_tokens SET revoked_at = coalesce(revoked_at, $2::timestamptz) WHERE id = $1)";

ApiTokenRow ReadApiToken(const pqxx::row& row) {
  return {.id = row[0].c_str(),
          .hash = ReadDigest(row[1]),
          .description = row[2].c_str(),
          .role = static_cast<v1::Role>(row[3].as<int>()),
          .created_at = ReadTime(row[4]),
          .expires_at = ReadTime(row[5]),
          .revoked_at = ReadOptionalTime(row[6])};
}

}  // namespace

absl::Status IdentityStore::PutEnrollmentToken(const EnrollmentTokenRow& token) {
  return database_->Run("storing an enrolment token", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kPutEnrollmentToken, StorableText(token.id),
                             BytesParam(token.hash.view()), StorableText(token.description),
                             token.max_uses, TimeParam(token.expires_at));
    return absl::OkStatus();
  });
}

absl::Status IdentityStore::EnrollMachine(const Digest& token_hash, const Digest& machine,
                                          const v1::MachineAttributes& attributes, absl::Time now) {
  const auto work = [&](pqxx::transaction_base& transaction) {
    const pqxx::result redeemed =
        transaction.exec_params(kRedeem, BytesParam(token_hash.view()), TimeParam(now));
    if (redeemed.affected_rows() == 0) {
      return absl::UnauthenticatedError(
          "the enrolment token is unknown, spent or expired: ask an administrator for a new one");
    }
    transaction.exec_params0(
        kEnroll, BytesParam(machine.view()), TimeParam(now), StorableText(attributes.name()),
        StorableText(attributes.domain()), StorableText(attributes.site()),
        StorableText(attributes.organizational_unit()), StorableText(attributes.os()),
        StorableText(attributes.os_version()), StorableText(attributes.architecture()));
    return absl::OkStatus();
  };
  return database_->Run("enrolling a machine", work);
}

absl::StatusOr<bool> IdentityStore::IsEnrolled(const Digest& machine) {
  bool enrolled = false;
  const absl::Status status =
      database_->Run("looking for a machine", [&](pqxx::transaction_base& transaction) {
        enrolled = !transaction.exec_params(kIsEnrolled, BytesParam(machine.view())).empty();
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return enrolled;
}

absl::Status IdentityStore::PutApiToken(const ApiTokenRow& token) {
  return database_->Run("storing an API token", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kPutApiToken, StorableText(token.id), BytesParam(token.hash.view()),
                             StorableText(token.description), int{token.role},
                             TimeParam(token.created_at), TimeParam(token.expires_at));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::optional<ApiTokenRow>> IdentityStore::FindApiToken(const Digest& hash) {
  std::optional<ApiTokenRow> token;
  const absl::Status status =
      database_->Run("looking for an API token", [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows = transaction.exec_params(kFindApiToken, BytesParam(hash.view()));
        if (!rows.empty()) token = ReadApiToken(rows[0]);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return token;
}

absl::StatusOr<std::vector<ApiTokenRow>> IdentityStore::ListApiTokens() {
  std::vector<ApiTokenRow> tokens;
  const absl::Status status =
      database_->Run("listing API tokens", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec(kListApiTokens)) {
          tokens.push_back(ReadApiToken(row));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return tokens;
}

absl::Status IdentityStore::RevokeApiToken(const std::string& id, absl::Time now) {
  return database_->Run("revoking an API token", [&](pqxx::transaction_base& transaction) {
    const pqxx::result revoked =
        transaction.exec_params(kRevokeApiToken, StorableText(id), TimeParam(now));
    if (revoked.affected_rows() > 0) return absl::OkStatus();
    return absl::NotFoundError(absl::StrCat("there is no API token ", id));
  });
}

}  // namespace muster::store
