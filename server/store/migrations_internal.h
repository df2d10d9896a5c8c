// The schema's numbered migrations, and how they come into a database.
#ifndef MUSTER_SERVER_STORE_MIGRATIONS_INTERNAL_H_
#define MUSTER_SERVER_STORE_MIGRATIONS_INTERNAL_H_

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace muster::store {

struct Migration {
  int version;
  std::string name;  // "0001_inventory"
  std::string sql;
};

// migrations/*.sql as they were when the program was built, ascending.
const std::vector<Migration>& EmbeddedMigrations();

// Brings the database to the last of `migrations`, each in a transaction of its own, under an
// advisory lock. Each is recorded with its SHA-256. FAILED_PRECONDITION where the database has a
// migration that is not among these, or one with another content. Throws what libpqxx throws.
absl::Status Migrate(pqxx::connection_base& connection, const std::vector<Migration>& migrations);

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_MIGRATIONS_INTERNAL_H_
