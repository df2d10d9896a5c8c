#include "server/store/identity_store.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "server/store/store_test_support.h"

namespace muster::store::testing {
namespace {

class IdentityStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    identity_ = std::make_unique<IdentityStore>(database_.get());
  }
  absl::Status PutToken(int max_uses) {
    return identity_->PutEnrollmentToken({"t1", Sha256("secret"), "for tests", max_uses, Hour(10)});
  }
  absl::Status Enroll(int machine, absl::Time now = Hour(1)) {
    v1::MachineAttributes attributes;
    attributes.set_name("PC");
    return identity_->EnrollMachine(Sha256("secret"), IdOf(machine), attributes, now);
  }
  std::unique_ptr<IdentityStore> identity_;
};

TEST_F(IdentityStoreTest, TokenEnrolsAsOftenAsItMay) {
  MUSTER_ASSERT_OK(PutToken(2));
  EXPECT_FALSE(*identity_->IsEnrolled(IdOf(1)));
  MUSTER_EXPECT_OK(Enroll(1));
  EXPECT_TRUE(*identity_->IsEnrolled(IdOf(1)));
  MUSTER_EXPECT_OK(Enroll(1));  // anew, and it costs a use
  EXPECT_EQ(Enroll(2).code(), absl::StatusCode::kUnauthenticated);
  EXPECT_FALSE(*identity_->IsEnrolled(IdOf(2)));
}

TEST_F(IdentityStoreTest, UnknownAndExpiredTokensEnrolNobody) {
  EXPECT_EQ(Enroll(1).code(), absl::StatusCode::kUnauthenticated);
  MUSTER_ASSERT_OK(PutToken(5));
  EXPECT_EQ(Enroll(1, Hour(10)).code(), absl::StatusCode::kUnauthenticated);
  MUSTER_EXPECT_OK(Enroll(1, Hour(9.99)));
}

TEST_F(IdentityStoreTest, ManyAtOnceNeverExceedTheUses) {
  MUSTER_ASSERT_OK(PutToken(10));
  std::atomic<int> enrolled = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5; ++i) {
        if (Enroll(t * 5 + i).ok()) ++enrolled;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(enrolled, 10);
  EXPECT_EQ(Number("SELECT count(*) FROM machines"), 10);
  EXPECT_EQ(Number("SELECT uses FROM enrollment_tokens"), 10);
}

TEST_F(IdentityStoreTest, ApiTokensAreKeptAndRevoked) {
  MUSTER_ASSERT_OK(identity_->PutApiToken(
      {"a1", Sha256("key"), "dashboard", v1::OPERATOR, Hour(0), Hour(5), std::nullopt}));
  const auto found = identity_->FindApiToken(Sha256("key"));
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->role, v1::OPERATOR);
  EXPECT_EQ((*found)->expires_at, Hour(5));
  EXPECT_FALSE((*found)->revoked_at);
  MUSTER_ASSERT_OK(identity_->RevokeApiToken("a1", Hour(2)));
  MUSTER_ASSERT_OK(identity_->RevokeApiToken("a1", Hour(3)));
  EXPECT_EQ((*identity_->ListApiTokens())[0].revoked_at, Hour(2));
  EXPECT_EQ(identity_->RevokeApiToken("a2", Hour(2)).code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(identity_->FindApiToken(Sha256("other"))->has_value());
}

TEST_F(IdentityStoreTest, AuditIsNewestFirstAndItsChainHolds) {
  std::vector<std::thread> writers;
  for (int t = 0; t < 4; ++t) {
    writers.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        MUSTER_EXPECT_OK(identity_->Audit({absl::FromUnixNanos(1'372'662'267'200'000'123),
                                           std::string("any\0one\xff", 8), "Enroll", "x", "OK"}));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const auto rows = identity_->ListAudit(0, 100);
  ASSERT_EQ(rows->size(), 20u);
  EXPECT_EQ(rows->front().sequence, 20);
  EXPECT_EQ((*identity_->ListAudit(5, 2))[0].sequence, 4);
  EXPECT_EQ(*identity_->FirstBrokenAuditRow(), std::nullopt);
}

TEST_F(IdentityStoreTest, AuditRefusesEveryChange) {
  MUSTER_ASSERT_OK(identity_->Audit({Hour(0), "anonymous", "Enroll", "x", "UNAUTHENTICATED"}));
  EXPECT_THROW(Execute("UPDATE audit SET actor = 'nobody'"), pqxx::sql_error);
  EXPECT_THROW(Execute("DELETE FROM audit"), pqxx::sql_error);
  EXPECT_THROW(Execute("TRUNCATE audit"), pqxx::sql_error);
  EXPECT_EQ(identity_->ListAudit(0, 10)->size(), 1u);
}

TEST_F(IdentityStoreTest, ForgedAndMissingRowsAreFound) {
  for (int i = 0; i < 5; ++i) {
    MUSTER_ASSERT_OK(identity_->Audit({Hour(i), "anonymous", "Enroll", "x", "OK"}));
  }
  const std::string off = "ALTER TABLE audit DISABLE TRIGGER ALL; ";
  Execute(off + "UPDATE audit SET result = 'DENIED' WHERE sequence = 3");
  EXPECT_EQ(*identity_->FirstBrokenAuditRow(), 3);
  Execute(
      "UPDATE audit SET result = 'OK' WHERE sequence = 3; DELETE FROM audit WHERE sequence = 2");
  EXPECT_EQ(*identity_->FirstBrokenAuditRow(), 3);
}

}  // namespace
}  // namespace muster::store::testing
