#include "server/store/database.h"

#include <gmock/gmock.h>

#include <thread>

#include "server/store/migrations_internal.h"
#include "server/store/store_test_support.h"

namespace muster::store::testing {
namespace {

using ::testing::HasSubstr;

class DatabaseTest : public StoreTest {};

TEST_F(DatabaseTest, MigratesOnce) {
  EXPECT_EQ(Number("SELECT count(*) FROM schema_migrations"),
            static_cast<int64_t>(EmbeddedMigrations().size()));
  EXPECT_TRUE(Database::Open({.conninfo = conninfo_}).ok());
}

TEST_F(DatabaseTest, ServersMayStartTogether) {
  Execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  std::vector<std::thread> servers;
  std::array<absl::Status, 4> opened;
  for (absl::Status& status : opened) {
    servers.emplace_back([&] { status = Database::Open({.conninfo = conninfo_}).status(); });
  }
  for (std::thread& server : servers) server.join();
  for (const absl::Status& status : opened) MUSTER_EXPECT_OK(status);
}

TEST_F(DatabaseTest, NewerSchemaIsRefusedWithAdvice) {
  Execute("INSERT INTO schema_migrations (version, name, sha256) VALUES (9999, '9999_future', '')");
  const absl::Status status = Database::Open({.conninfo = conninfo_}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("start a muster-server that is as new"));
}

TEST_F(DatabaseTest, ChangedMigrationIsRefused) {
  Execute("UPDATE schema_migrations SET sha256 = sha256('other') WHERE version = 1");
  const absl::Status status = Database::Open({.conninfo = conninfo_}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("0001_inventory was changed"));
}

TEST_F(DatabaseTest, FailureUndoesAndIsToldByItsCode) {
  const absl::Status failed = database_->Run("testing", [](pqxx::transaction_base& transaction) {
    transaction.exec("INSERT INTO meta VALUES ('a', '')");
    transaction.exec("SELECT 1 / 0");
    return absl::OkStatus();
  });
  EXPECT_EQ(failed.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(failed.message()), HasSubstr("testing: "));
  EXPECT_EQ(Number("SELECT count(*) FROM meta"), 0);
  const auto fail = [&](const std::string& sqlstate) {
    return database_->Run("testing", [&](pqxx::transaction_base& transaction) {
      transaction.exec("DO $$ BEGIN RAISE SQLSTATE '" + sqlstate + "'; END $$");
      return absl::OkStatus();
    });
  };
  EXPECT_EQ(fail("53100"), absl::ResourceExhaustedError(
                               "the server's database is out of room: free its disk or memory"));
  EXPECT_EQ(fail("40001").code(), absl::StatusCode::kAborted);
  EXPECT_EQ(fail("40P01").code(), absl::StatusCode::kAborted);
  EXPECT_EQ(fail("57P01").code(), absl::StatusCode::kUnavailable);
}

TEST_F(DatabaseTest, NoServerIsUnavailable) {
  const absl::Status status =
      Database::Open({.conninfo = "host=/nonexistent user=muster dbname=postgres"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  // For callers: where the database lies is the server's business.
  EXPECT_EQ(status.message(), "the server's database is away: try again in a moment");
}

TEST_F(DatabaseTest, StoppedServerIsUnavailableAndComesBack) {
  auto transaction = store_->Begin();
  ASSERT_TRUE(transaction.ok());
  MUSTER_ASSERT_OK(SharedCluster().Stop());
  EXPECT_EQ((*transaction)->KnownSets({IdOf(1)}).status().code(), absl::StatusCode::kUnavailable);
  transaction->reset();
  EXPECT_EQ(store_->JudgedBy().status().code(), absl::StatusCode::kUnavailable);
  MUSTER_ASSERT_OK(SharedCluster().Restart());
  EXPECT_TRUE(store_->JudgedBy().ok());
}

TEST_F(DatabaseTest, ConnectionsThatWereClosedMeanwhileAreReplacedUnseen) {
  ASSERT_TRUE(store_->JudgedBy().ok());
  MUSTER_ASSERT_OK(SharedCluster().Restart());
  MUSTER_EXPECT_OK(store_->JudgedBy().status());
}

}  // namespace
}  // namespace muster::store::testing
