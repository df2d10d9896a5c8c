#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/proto_time.h"
#include "common/refusal.h"
#include "server/store/machine_rows_internal.h"

namespace muster::store {
namespace {

constexpr char kById[] = " FROM machines m WHERE m.id = $1::bytea";
constexpr char kByName[] =
    " FROM machines m WHERE lower(m.name) = lower($1) ORDER BY m.id LIMIT 11";

}  // namespace

absl::StatusOr<pqxx::row> FindMachine(pqxx::transaction_base& transaction,
                                      const std::string& name) {
  const absl::string_view bare = absl::StripPrefix(name, "machines/");
  const auto id = Digest::FromHex(bare);
  const pqxx::result rows =
      id.ok() ? transaction.exec_params(absl::StrCat("SELECT ", kMachineColumns, kById),
                                        BytesParam(id->view()))
              : transaction.exec_params(absl::StrCat("SELECT ", kMachineColumns, kByName),
                                        StorableText(bare));
  if (rows.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no machine has the id or computer name \"", std::string(bare), "\""));
  }
  if (rows.size() == 1) return rows[0];
  std::string ids;
  for (size_t i = 0; i < std::min<size_t>(rows.size(), 10); ++i) {
    absl::StrAppend(&ids, i == 0 ? "" : ", ", "machines/",
                    ReadDigest(rows[static_cast<int>(i)][0]).ToHex());
  }
  return FailedPrecondition("NAME_AMBIGUOUS", absl::StrCat("machines/", bare),
                            absl::StrCat("several machines are named \"", bare,
                                         "\", ask by id: ", ids, rows.size() > 10 ? ", …" : ""));
}

v1::Machine ReadMachine(const pqxx::row& row) {
  v1::Machine machine;
  machine.set_name(absl::StrCat("machines/", ReadDigest(row[0]).ToHex()));
  v1::MachineAttributes& attributes = *machine.mutable_attributes();
  attributes.set_name(row[1].c_str());
  attributes.set_domain(row[2].c_str());
  attributes.set_site(row[3].c_str());
  attributes.set_organizational_unit(row[4].c_str());
  attributes.set_os(row[5].c_str());
  attributes.set_os_version(row[6].c_str());
  attributes.set_architecture(row[7].c_str());
  machine.set_agent_version(row[8].c_str());
  *machine.mutable_enrolled_at() = ToProto(ReadTime(row[9]));
  if (auto seen = ReadOptionalTime(row[10])) *machine.mutable_last_seen() = ToProto(*seen);
  return machine;
}

v1::Verdict ToldVerdict(const std::string& body, absl::Time at) {
  v1::Verdict verdict;
  verdict.ParseFromString(body);
  if (verdict.state() == v1::Verdict::AT_RISK && verdict.has_breaks_at() &&
      FromProto(verdict.breaks_at()) <= at) {
    verdict.set_state(v1::Verdict::AFFECTED);
  }
  return verdict;
}

void BeginSnapshot(pqxx::transaction_base& transaction) {
  transaction.exec0("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
}

pqxx::result Query(pqxx::transaction_base& transaction, const std::string& sql,
                   const SqlParams& params) {
  return transaction.exec_params(sql, pqxx::prepare::make_dynamic_params(params.values()));
}

}  // namespace muster::store
