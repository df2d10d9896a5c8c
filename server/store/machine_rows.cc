#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "server/store/machine_rows_internal.h"

namespace muster::store {

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
