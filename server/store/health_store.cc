#include "server/store/health_store.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/proto_time.h"
#include "server/store/database_internal.h"
#include "server/store/migrations_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

constexpr absl::Duration kMostOffset = absl::Seconds(5);

constexpr char kPut[] = R"(
  INSERT INTO servers (id, address, body, seen_at)
  VALUES ($1, $2, $3::bytea, $4::timestamptz)
  ON CONFLICT (id) DO UPDATE SET body = EXCLUDED.body, seen_at = EXCLUDED.seen_at)";
constexpr char kForget[] = "DELETE FROM servers WHERE seen_at < $1::timestamptz - interval '1 day'";
constexpr char kServers[] = "SELECT body, micros(seen_at) FROM servers ORDER BY address, id";
constexpr char kFacts[] = R"(
  SELECT current_setting('server_version'), pg_database_size(current_database()),
    (SELECT coalesce(max(version), 0) FROM schema_migrations),
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
    current_setting('max_connections')::bigint, micros(clock_timestamp()),
    (SELECT count(*) FROM notifications WHERE sent_at IS NULL AND given_up_at IS NULL))";
// Machines with a verdict of a span that is not the only standing one, or with two standing sets.
constexpr char kTorn[] = R"(
  SELECT (SELECT count(*) FROM (SELECT 1 FROM verdicts WHERE valid_to IS NULL
            GROUP BY machine_id, rule HAVING count(*) > 1) v)
       + (SELECT count(*) FROM (SELECT 1 FROM machine_sets WHERE valid_to IS NULL
            GROUP BY machine_id, kind HAVING count(*) > 1) s))";
// Orders of campaigns that are through, which nobody will ever look at again.
constexpr char kStranded[] = R"(
  SELECT count(*) FROM orders o JOIN campaigns c ON c.id = o.campaign_id
  WHERE c.state = 5 AND o.state BETWEEN 1 AND 6)";

constexpr char kCampaigns[] = "SELECT state, count(*) FROM campaigns GROUP BY state";
constexpr char kOrders[] = "SELECT state, count(*) FROM orders GROUP BY state";
constexpr char kWaiting[] =
    "SELECT count(*) FROM notifications WHERE sent_at IS NULL AND given_up_at IS NULL";

absl::Duration RoundTrip(pqxx::transaction_base& transaction) {
  const absl::Time asked = absl::Now();
  transaction.exec("SELECT");
  return absl::Now() - asked;
}

void AddCheck(v1::Health& health, const std::string& name, bool holds, const std::string& detail) {
  auto& check = *health.add_checks();
  check.set_name(name);
  check.set_holds(holds);
  check.set_detail(detail);
}

}  // namespace

absl::Status HealthStore::PutServer(const v1::Health::Server& server, absl::Time now) {
  return database_->Run("saying that this server works", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kPut, server.id(), StorableText(server.address()),
                             BytesParam(server.SerializeAsString()), TimeParam(now));
    transaction.exec_params0(kForget, TimeParam(now));
    return absl::OkStatus();
  });
}

absl::Status HealthStore::RemoveServer(const std::string& id) {
  return database_->Run("saying that this server ends", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0("DELETE FROM servers WHERE id = $1", id);
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::Health> HealthStore::Read(absl::Time now) {
  v1::Health health;
  const auto work = [&](pqxx::transaction_base& transaction) {
    auto& database = *health.mutable_database();
    *database.mutable_round_trip() = ToProto(RoundTrip(transaction));
    for (const pqxx::row& row : transaction.exec(kServers)) {
      v1::Health::Server& server = *health.add_servers();
      server.ParseFromString(ReadBytes(row[0]));
      *server.mutable_seen_time() = ToProto(ReadTime(row[1]));
    }
    const pqxx::row facts = transaction.exec1(kFacts);
    database.set_version(facts[0].c_str());
    database.set_size_bytes(facts[1].as<int64_t>());
    database.set_schema_version(facts[2].as<int32_t>());
    database.set_connections(facts[3].as<int64_t>());
    database.set_max_connections(facts[4].as<int64_t>());
    health.set_waiting_notifications(facts[6].as<int64_t>());
    const absl::Duration offset = now - ReadTime(facts[5]);
    AddCheck(health, "clocks agree", absl::AbsDuration(offset) < kMostOffset,
             absl::StrCat("this server's clock minus the database's: ",
                          absl::FormatDuration(absl::Trunc(offset, absl::Milliseconds(1)))));
    const int newest = EmbeddedMigrations().back().version;
    AddCheck(health, "the schema is this program's", database.schema_version() == newest,
             absl::StrCat("version ", database.schema_version(), " of ", newest));
    const auto torn = transaction.exec1(kTorn)[0].as<int64_t>();
    AddCheck(health, "every machine has one verdict a rule and one set a kind", torn == 0,
             absl::StrCat(torn, " have more"));
    const auto stranded = transaction.exec1(kStranded)[0].as<int64_t>();
    AddCheck(health, "no order is left over in a campaign that is complete", stranded == 0,
             absl::StrCat(stranded, " are"));
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("looking at the database", work); !status.ok()) {
    return status;
  }
  return health;
}

absl::StatusOr<health::Tally> HealthStore::Count() {
  health::Tally tally;
  const auto work = [&](pqxx::transaction_base& transaction) {
    tally.round_trip = RoundTrip(transaction);
    for (const pqxx::row& row : transaction.exec(kCampaigns)) {
      tally.campaigns[static_cast<v1::Campaign::State>(row[0].as<int>())] = row[1].as<int64_t>();
    }
    for (const pqxx::row& row : transaction.exec(kOrders)) {
      tally.orders[static_cast<v1::OrderStatus::State>(row[0].as<int>())] = row[1].as<int64_t>();
    }
    tally.waiting_notifications = transaction.exec1(kWaiting)[0].as<int64_t>();
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("counting orders", work); !status.ok()) return status;
  return tally;
}

}  // namespace muster::store
