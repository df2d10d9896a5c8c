#include "server/store/user_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "server/store/store_test_support.h"

namespace muster::store::testing {
namespace {

using identity::UserRow;

class UserStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    store_ = std::make_unique<UserStore>(database_.get());
  }
  UserRow User(const std::string& id, v1::Role role) {
    UserRow row;
    row.id = id;
    row.display_name = "Ä " + id;
    row.role = role;
    row.password_hash = "$argon2id$";
    row.created_at = start_;
    EXPECT_TRUE(store_->CreateUser(row).ok());
    return row;
  }
  Digest Session(const std::string& user, const std::string& secret) {
    const Digest hash = Sha256(secret);
    EXPECT_TRUE(store_
                    ->OpenSession({hash, user, start_, start_ + absl::Hours(12), start_},
                                  [](UserRow&) { return absl::OkStatus(); })
                    .ok());
    return hash;
  }

  const absl::Time start_ = absl::FromUnixSeconds(1'770'000'000);
  std::unique_ptr<UserStore> store_;
};

TEST_F(UserStoreTest, AUserIsReadAsWritten) {
  User("anna", v1::ADMIN);
  EXPECT_TRUE(absl::IsAlreadyExists(store_->CreateUser((**store_->FindUser("anna")))));
  const UserRow read = **store_->FindUser("anna");
  EXPECT_EQ(read.display_name, "Ä anna");
  EXPECT_EQ(read.role, v1::ADMIN);
  EXPECT_EQ(read.created_at, start_);
  EXPECT_FALSE(read.last_login_at);
  EXPECT_EQ(*store_->FindUser("otto"), std::nullopt);
}

TEST_F(UserStoreTest, AChangeIsWrittenOrNothing) {
  User("anna", v1::ADMIN);
  User("otto", v1::ADMIN);
  User("vera", v1::VIEWER);
  auto changed = store_->ChangeUser("anna", [&](UserRow& row, int64_t others) {
    EXPECT_EQ(others, 1);
    row.role = v1::OPERATOR;
    row.last_login_at = start_ + absl::Microseconds(5);
    return absl::OkStatus();
  });
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->version, 2);
  EXPECT_EQ((**store_->FindUser("anna")).version, 2);
  EXPECT_EQ((**store_->FindUser("anna")).last_login_at, start_ + absl::Microseconds(5));
  auto refused = store_->ChangeUser("vera", [](UserRow& row, int64_t) {
    row.role = v1::ADMIN;
    return absl::AbortedError("no");
  });
  EXPECT_TRUE(absl::IsAborted(refused.status()));
  EXPECT_EQ((**store_->FindUser("vera")).role, v1::VIEWER);
  EXPECT_TRUE(absl::IsNotFound(
      store_->ChangeUser("nobody", [](UserRow&, int64_t) { return absl::OkStatus(); }).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(store_->DeleteUser("otto")));
  EXPECT_TRUE(store_->DeleteUser("vera").ok());
  EXPECT_TRUE(absl::IsNotFound(store_->DeleteUser("vera")));
}

TEST_F(UserStoreTest, SessionsBelongToTheirUser) {
  User("anna", v1::ADMIN);
  User("vera", v1::VIEWER);
  const Digest first = Session("anna", "1"), second = Session("anna", "2");
  Session("vera", "3");
  auto found = store_->FindSession(first);
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->user.id, "anna");
  EXPECT_EQ((*found)->session.expires_at, start_ + absl::Hours(12));
  ASSERT_TRUE(store_->TouchSession(first, start_ + absl::Minutes(1)).ok());
  EXPECT_EQ((*store_->FindSession(first))->session.seen_at, start_ + absl::Minutes(1));
  ASSERT_TRUE(store_->DeleteSessions("anna", first).ok());
  EXPECT_TRUE((*store_->FindSession(first)).has_value());
  EXPECT_FALSE((*store_->FindSession(second)).has_value());
  const auto listed = *store_->ListUsers(start_);
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].sessions, 1);
  EXPECT_EQ((*store_->ListUsers(start_ + absl::Minutes(60)))[0].sessions, 1);  // used since
  EXPECT_EQ((*store_->ListUsers(start_ + absl::Minutes(60)))[1].sessions, 0);
  ASSERT_TRUE(store_->DeleteUser("vera").ok());
  EXPECT_FALSE((*store_->FindSession(Sha256("3"))).has_value());
  ASSERT_TRUE(store_->Prune(start_ + absl::Hours(13)).ok());
  EXPECT_FALSE((*store_->FindSession(first)).has_value());
}

TEST_F(UserStoreTest, ASessionIsOpenedWithItsUserHeldOrNotAtAll) {
  User("anna", v1::ADMIN);
  const Digest hash = Sha256("1");
  const identity::SessionRow session{hash, "anna", start_, start_ + absl::Hours(12), start_};
  auto refused = store_->OpenSession(session, [](UserRow& row) {
    row.password_hash = "other";
    return absl::UnauthenticatedError("no");
  });
  EXPECT_TRUE(absl::IsUnauthenticated(refused.status()));
  EXPECT_FALSE((*store_->FindSession(hash)).has_value());
  EXPECT_EQ((**store_->FindUser("anna")).password_hash, "$argon2id$");
  auto opened = store_->OpenSession(session, [&](UserRow& row) {
    row.password_hash = "dearer";
    row.last_login_at = start_;
    return absl::OkStatus();
  });
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE((*store_->FindSession(hash)).has_value());
  const UserRow read = **store_->FindUser("anna");
  EXPECT_EQ(read.password_hash, "dearer");
  EXPECT_EQ(read.last_login_at, start_);
  EXPECT_EQ(read.version, 1);
  auto nobody = store_->OpenSession({hash, "nobody", start_, start_, start_},
                                    [](UserRow&) { return absl::OkStatus(); });
  EXPECT_TRUE(absl::IsNotFound(nobody.status()));
}

TEST_F(UserStoreTest, TriesAreCountedForAnyNameUntilItIsLocked) {
  const auto lock = [this](int count) {
    return count < 3 ? start_ : start_ + absl::Seconds(count);
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*store_->BeginTry("nobody", start_, lock), std::nullopt);
  // Refused ones do not count.
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(*store_->BeginTry("nobody", start_, lock), start_ + absl::Seconds(3));
  }
  EXPECT_EQ(*store_->BeginTry("nobody", start_ + absl::Seconds(3), lock), std::nullopt);
  EXPECT_EQ(*store_->BeginTry("nobody", start_ + absl::Seconds(3), lock),
            start_ + absl::Seconds(4));
  EXPECT_EQ(*store_->BeginTry("anna", start_, lock), std::nullopt);
  ASSERT_TRUE(store_->ClearFailures("nobody").ok());
  EXPECT_EQ(*store_->BeginTry("nobody", start_, lock), std::nullopt);
}

TEST_F(UserStoreTest, OfManyTriesAtOnceEachIsCounted) {
  const auto lock = [this](int count) { return count < 5 ? start_ : start_ + absl::Hours(1); };
  std::atomic<int> let_in = 0;
  std::vector<std::thread> tries;
  for (int i = 0; i < 24; ++i) {
    tries.emplace_back([&] { let_in += *store_->BeginTry("anna", start_, lock) == std::nullopt; });
  }
  for (std::thread& one : tries) one.join();
  EXPECT_EQ(let_in, 5);
}

TEST_F(UserStoreTest, OldFailuresAreForgotten) {
  const auto lock = [this](int) { return start_ + absl::Hours(100); };
  EXPECT_EQ(*store_->BeginTry("nobody", start_, lock), std::nullopt);
  ASSERT_TRUE(store_->Prune(start_ + absl::Hours(23)).ok());
  EXPECT_NE(*store_->BeginTry("nobody", start_, lock), std::nullopt);
  ASSERT_TRUE(store_->Prune(start_ + absl::Hours(25)).ok());
  EXPECT_EQ(*store_->BeginTry("nobody", start_, lock), std::nullopt);
}

}  // namespace
}  // namespace muster::store::testing
