// Machines and verdicts as rows, in the shape that lists and details share.
#ifndef MUSTER_SERVER_STORE_MACHINE_ROWS_INTERNAL_H_
#define MUSTER_SERVER_STORE_MACHINE_ROWS_INTERNAL_H_

#include <pqxx/pqxx>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "muster/v1/operator.pb.h"
#include "server/store/filter_sql_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {

// The columns that ReadMachine reads, of machines m.
inline constexpr char kMachineColumns[] =
    "m.id, m.name, m.domain, m.site, m.organizational_unit, m.os, m.os_version, m.architecture, "
    "m.agent_version, micros(m.enrolled_at), micros(m.last_seen)";
inline constexpr int kMachineColumnCount = 11;
v1::Machine ReadMachine(const pqxx::row& row);
// Its machine columns, by "machines/{id}" or "machines/{computer name}", with or without the
// collection. NOT_FOUND; FAILED_PRECONDITION where several have the name.
absl::StatusOr<pqxx::row> FindMachine(pqxx::transaction_base& transaction, const std::string& name);

// A verdict as it is told at `at`: AT_RISK whose time has come is AFFECTED.
v1::Verdict ToldVerdict(const std::string& body, absl::Time at);

// First in a transaction: what follows sees one snapshot and writes nothing.
void BeginSnapshot(pqxx::transaction_base& transaction);

pqxx::result Query(pqxx::transaction_base& transaction, const std::string& sql,
                   const SqlParams& params);

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_MACHINE_ROWS_INTERNAL_H_
