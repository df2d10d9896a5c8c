// What the tests of server/store share: one private cluster a program, one database a test.
#ifndef MUSTER_SERVER_STORE_STORE_TEST_SUPPORT_H_
#define MUSTER_SERVER_STORE_STORE_TEST_SUPPORT_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "common/item_set.h"
#include "server/inventory/store.h"
#include "server/store/database.h"
#include "server/store/embedded_postgres.h"
#include "server/store/identity_store.h"
#include "server/store/inventory_store.h"

namespace muster::store::testing {

#define MUSTER_ASSERT_OK(expression)                 \
  do {                                               \
    const absl::Status status_ = (expression);       \
    ASSERT_TRUE(status_.ok()) << status_.ToString(); \
  } while (false)
#define MUSTER_EXPECT_OK(expression)                 \
  do {                                               \
    const absl::Status status_ = (expression);       \
    EXPECT_TRUE(status_.ok()) << status_.ToString(); \
  } while (false)

// A directory that its user may pass, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Started by the first test that asks, stopped with the program.
EmbeddedPostgres& SharedCluster();

// 2013-07-01T00:00:00Z, and `hours` later.
absl::Time Hour(double hours);

Digest IdOf(int number);

v1::Outcome Ok();
v1::Outcome Outcome(v1::Outcome::Code code, const std::string& detail);
ItemSet UpdateSet(const std::vector<std::string>& kbs);
inventory::MachineReport Report(const Digest& machine, absl::Time at,
                                const std::vector<const ItemSet*>& sets);
v1::Verdict MakeVerdict(v1::Verdict::State state, const std::string& rule = "expired-catalog");

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override;

  // Straight past the store.
  void Enroll(const std::vector<Digest>& machines);
  void Execute(const std::string& sql);
  int64_t Number(const std::string& sql);
  // Runs `work` in a transaction that holds the locks of all machines, and commits.
  absl::Status Apply(const std::function<absl::Status(inventory::Transaction&)>& work);
  absl::Status PutSet(inventory::Transaction& transaction, const ItemSet& set);

  std::string conninfo_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<InventoryStore> store_;
};

}  // namespace muster::store::testing

#endif  // MUSTER_SERVER_STORE_STORE_TEST_SUPPORT_H_
