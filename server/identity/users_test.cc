#include "server/identity/users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "muster/v1/operator.pb.h"
#include "muster/v1/session.pb.h"
#include "server/identity/fake_store.h"

namespace muster::identity {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kPassword[] = "correct horse battery";
constexpr char kList[] = "muster.v1.FleetService.ListMachines";

class UsersTest : public ::testing::Test {
 protected:
  UsersTest() {
    // Methods are known once their messages are linked.
    v1::GetCurrentSessionRequest::descriptor();
    v1::ListMachinesRequest::descriptor();
    Create("anna", v1::ADMIN);
  }

  void Create(const std::string& id, v1::Role role, bool must_change = false) {
    UserRow row;
    row.id = id;
    row.role = role;
    row.must_change_password = must_change;
    auto created = users_.Create(server_, row, kPassword);
    ASSERT_TRUE(created.ok()) << created.status();
  }
  // The session's secret.
  std::string LogIn(const std::string& id = "anna") {
    auto opened = users_.LogIn(id, kPassword);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? opened->text : "";
  }
  absl::Status Use(const std::string& token, const char* method = kList) {
    return access_.Admit(token, method).status();
  }
  Call CallOf(const std::string& token) {
    auto principal = access_.Admit(token, "muster.v1.SessionService.GetCurrentSession");
    EXPECT_TRUE(principal.ok()) << principal.status();
    return {principal->name, "test", principal->session, *principal};
  }

  absl::Time now_ = absl::FromUnixSeconds(1'770'000'000);
  const Call server_{"server", "test"};
  FakeStore store_;
  Access access_{store_, store_, [this] { return now_; }};
  Users users_{store_, access_, [this] { return now_; }, {.memory_kib = 64, .passes = 1}};
};

TEST_F(UsersTest, ASessionOpensWhatTheUsersRoleDoes) {
  Create("vera", v1::VIEWER);
  const std::string token = LogIn("vera");
  EXPECT_TRUE(Use(token).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(Use(token, "muster.v1.AccessService.ListApiTokens")));
  EXPECT_EQ(CallOf(token).actor, "users/vera");
  EXPECT_THAT(store_.AuditLines(),
              Contains("users/vera muster.v1.SessionService.CreateSession users/vera OK"));
}

TEST_F(UsersTest, WrongNamesAndWrongPasswordsAreToldApartByNothing) {
  const absl::Status wrong = users_.LogIn("anna", "wrong horse battery").status();
  const absl::Status unknown = users_.LogIn("nobody", kPassword).status();
  const absl::Status malformed = users_.LogIn("No/Body", kPassword).status();
  EXPECT_TRUE(absl::IsUnauthenticated(wrong));
  EXPECT_EQ(wrong, unknown);
  EXPECT_EQ(wrong, malformed);
  Create("vera", v1::VIEWER);
  ASSERT_TRUE(users_.Change(server_, "vera", {.disabled = true}).ok());
  EXPECT_EQ(users_.LogIn("vera", kPassword).status(), wrong);
}

TEST_F(UsersTest, GuessersWaitLongerAndLongerWhoeverTheyGuessAt) {
  for (const std::string name : {"anna", "nobody"}) {
    for (int i = 0; i < kFreeFailures; ++i) {
      EXPECT_TRUE(absl::IsUnauthenticated(users_.LogIn(name, "wrong horse battery").status()));
    }
    const absl::Status locked = users_.LogIn(name, "wrong horse battery").status();
    EXPECT_TRUE(absl::IsResourceExhausted(locked)) << locked;
    EXPECT_EQ(RetryAfter(locked), absl::Seconds(1));
  }
  // Neither does the right one help, until the time is up.
  EXPECT_TRUE(absl::IsResourceExhausted(users_.LogIn("anna", kPassword).status()));
  now_ += absl::Seconds(1);
  EXPECT_TRUE(absl::IsUnauthenticated(users_.LogIn("anna", "wrong horse battery").status()));
  EXPECT_EQ(RetryAfter(users_.LogIn("anna", kPassword).status()), absl::Seconds(2));
  now_ += absl::Seconds(2);
  LogIn();
  // It is forgotten with the right one.
  EXPECT_TRUE(absl::IsUnauthenticated(users_.LogIn("anna", "wrong horse battery").status()));
  LogIn();
}

TEST_F(UsersTest, WhoGuessesManyAtATimeIsLockedOutAsSoon) {
  for (const std::string name : {"anna", "nobody"}) {
    std::atomic<int> looked_at = 0, locked = 0;
    std::vector<std::thread> guessers;
    for (int i = 0; i < 32; ++i) {
      guessers.emplace_back([&] {
        const absl::Status status = users_.LogIn(name, "wrong horse battery").status();
        looked_at += absl::IsUnauthenticated(status);
        locked += absl::IsResourceExhausted(status);
      });
    }
    for (std::thread& guesser : guessers) guesser.join();
    EXPECT_EQ(looked_at, kFreeFailures) << name;
    EXPECT_EQ(locked, 32 - kFreeFailures) << name;
  }
}

TEST_F(UsersTest, TooManyAtOnceAreToldToComeAgainAndAreNotCounted) {
  absl::Notification go_on;
  std::atomic<int> busy = 0, over = 0;
  // Costly enough that those who came first are still at it when the last comes.
  Users slow(store_, access_, [this] { return now_; }, {.memory_kib = 8'192, .passes = 2});
  std::vector<std::thread> crowd;
  for (int i = 0; i < 4 * kMaxTriesAtOnce; ++i) {
    crowd.emplace_back([&, name = "user" + std::to_string(i)] {
      go_on.WaitForNotification();
      const absl::Status status = slow.LogIn(name, "wrong horse battery").status();
      if (absl::IsResourceExhausted(status)) {
        EXPECT_EQ(RetryAfter(status), absl::Seconds(1));
        ++busy;
      }
      ++over;
    });
  }
  go_on.Notify();
  for (std::thread& one : crowd) one.join();
  EXPECT_EQ(over, 4 * kMaxTriesAtOnce);
  EXPECT_GT(busy, 0);
  EXPECT_TRUE(slow.LogIn("anna", kPassword).ok());
}

TEST_F(UsersTest, APasswordThatIsChangedWhileItIsCheckedOpensNothing) {
  Create("vera", v1::VIEWER);
  const std::vector<std::function<void()>> events = {
      [&] { ASSERT_TRUE(users_.SetPassword(server_, "vera", "another secret", false).ok()); },
      [&] { ASSERT_TRUE(users_.Change(server_, "vera", {.disabled = true}).ok()); },
      [&] { ASSERT_TRUE(users_.Delete(server_, "vera").ok()); }};
  for (const auto& event : events) {
    store_.Meanwhile(event);
    EXPECT_EQ(users_.LogIn("vera", kPassword).status(), users_.LogIn("nobody", kPassword).status());
    if (!(*store_.FindUser("vera")).has_value()) break;
    EXPECT_EQ((*store_.ListUsers(now_))[1].sessions, 0);
    ASSERT_TRUE(users_.SetPassword(server_, "vera", kPassword, false).ok());
    ASSERT_TRUE(users_.Change(server_, "vera", {.disabled = false}).ok());
  }
  EXPECT_FALSE((*store_.FindUser("vera")).has_value());
}

TEST_F(UsersTest, ALoginIsNoChangeOfTheUser) {
  const int64_t before = (*store_.FindUser("anna"))->version;
  LogIn();
  EXPECT_EQ((*store_.FindUser("anna"))->version, before);
  EXPECT_EQ((*store_.FindUser("anna"))->last_login_at, now_);
}

TEST_F(UsersTest, AStolenSessionIsNoWayToGuessThePassword) {
  const Call call = CallOf(LogIn());
  for (int i = 0; i < kFreeFailures; ++i) {
    EXPECT_TRUE(absl::IsPermissionDenied(
        users_.ChangePassword(call, "wrong horse battery", "another secret")));
  }
  const absl::Status locked = users_.ChangePassword(call, kPassword, "another secret");
  EXPECT_TRUE(absl::IsResourceExhausted(locked)) << locked;
  EXPECT_EQ(RetryAfter(locked), absl::Seconds(1));
  now_ += absl::Seconds(1);
  EXPECT_TRUE(users_.ChangePassword(call, kPassword, "another secret").ok());
}

TEST(LockoutTest, DoublesUpToAQuarterOfAnHour) {
  EXPECT_EQ(LockoutAfter(4), absl::ZeroDuration());
  EXPECT_EQ(LockoutAfter(5), absl::Seconds(1));
  EXPECT_EQ(LockoutAfter(8), absl::Seconds(8));
  EXPECT_EQ(LockoutAfter(14), absl::Seconds(512));
  EXPECT_EQ(LockoutAfter(15), absl::Minutes(15));
  EXPECT_EQ(LockoutAfter(1'000'000), absl::Minutes(15));
}

TEST_F(UsersTest, AnAdministratorEndsALockout) {
  for (int i = 0; i < 20; ++i) {
    users_.LogIn("anna", "wrong horse battery").status().IgnoreError();
    now_ += absl::Minutes(20);
  }
  users_.LogIn("anna", "wrong horse battery").status().IgnoreError();
  EXPECT_TRUE(absl::IsResourceExhausted(users_.LogIn("anna", kPassword).status()));
  ASSERT_TRUE(users_.SetPassword(server_, "anna", kPassword, /*must_change=*/false).ok());
  LogIn();
}

TEST_F(UsersTest, ASessionEndsAfterItsTimeAndAfterAnIdleHour) {
  const std::string used = LogIn(), idle = LogIn();
  for (absl::Duration passed; passed < absl::Hours(12); passed += absl::Minutes(50)) {
    EXPECT_TRUE(Use(used).ok()) << passed;
    now_ += absl::Minutes(50);
  }
  EXPECT_TRUE(absl::IsUnauthenticated(Use(used)));
  EXPECT_TRUE(absl::IsUnauthenticated(Use(idle)));
}

TEST_F(UsersTest, TheUseOfASessionIsWrittenDownOnceAMinute) {
  const std::string token = LogIn();
  for (int i = 0; i < 120; ++i) {
    EXPECT_TRUE(Use(token).ok());
    now_ += absl::Seconds(1);
  }
  EXPECT_LE(store_.touches(), 2);
  EXPECT_GE(store_.touches(), 1);
}

TEST_F(UsersTest, LoggingOutEndsTheOneSessionAtOnce) {
  const std::string token = LogIn(), other = LogIn();
  EXPECT_TRUE(Use(token).ok());
  ASSERT_TRUE(users_.LogOut(CallOf(token)).ok());
  EXPECT_TRUE(absl::IsUnauthenticated(Use(token)));
  EXPECT_TRUE(Use(other).ok());
}

TEST_F(UsersTest, ANewPasswordEndsTheOtherSessions) {
  const std::string token = LogIn(), other = LogIn();
  const Call call = CallOf(token);
  EXPECT_TRUE(absl::IsPermissionDenied(
      users_.ChangePassword(call, "wrong horse battery", "another secret")));
  EXPECT_TRUE(absl::IsInvalidArgument(users_.ChangePassword(call, kPassword, "short")));
  EXPECT_TRUE(absl::IsInvalidArgument(users_.ChangePassword(call, kPassword, kPassword)));
  ASSERT_TRUE(users_.ChangePassword(call, kPassword, "another secret").ok());
  EXPECT_TRUE(Use(token).ok());
  EXPECT_TRUE(absl::IsUnauthenticated(Use(other)));
  EXPECT_TRUE(absl::IsUnauthenticated(users_.LogIn("anna", kPassword).status()));
  EXPECT_TRUE(users_.LogIn("anna", "another secret").ok());
}

TEST_F(UsersTest, AGivenPasswordHasToBeChangedFirst) {
  Create("vera", v1::VIEWER, /*must_change=*/true);
  const std::string token = LogIn("vera");
  EXPECT_TRUE(absl::IsPermissionDenied(Use(token)));
  const Call call = CallOf(token);
  EXPECT_TRUE(call.principal.must_change_password);
  ASSERT_TRUE(users_.ChangePassword(call, kPassword, "another secret").ok());
  EXPECT_TRUE(Use(token).ok());
}

TEST_F(UsersTest, ARoleFollowsAtOnceAndADisabledUserIsOut) {
  Create("otto", v1::ADMIN);
  const std::string token = LogIn("otto");
  EXPECT_TRUE(Use(token, "muster.v1.AccessService.ListApiTokens").ok());
  ASSERT_TRUE(users_.Change(server_, "otto", {.role = v1::VIEWER}).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(Use(token, "muster.v1.AccessService.ListApiTokens")));
  ASSERT_TRUE(users_.Change(server_, "otto", {.disabled = true}).ok());
  EXPECT_TRUE(absl::IsUnauthenticated(Use(token)));
}

TEST_F(UsersTest, AnAdminIsAlwaysLeft) {
  EXPECT_TRUE(
      absl::IsFailedPrecondition(users_.Change(server_, "anna", {.role = v1::VIEWER}).status()));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(users_.Change(server_, "anna", {.disabled = true}).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(users_.Delete(server_, "anna")));
  Create("otto", v1::ADMIN);
  EXPECT_TRUE(users_.Delete(server_, "anna").ok());
}

TEST_F(UsersTest, TwoWhoChangeOneUserDoNotOverwriteEachOther) {
  Create("vera", v1::VIEWER);
  auto first = users_.Change(server_, "vera", {.role = v1::OPERATOR, .version = 1});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(absl::IsAborted(
      users_.Change(server_, "vera", {.role = v1::APPROVER, .version = 1}).status()));
}

TEST_F(UsersTest, AHashOfAnotherCostIsMadeAnewAtTheNextLogin) {
  const std::string before = (*store_.FindUser("anna"))->password_hash;
  Users dearer(store_, access_, [this] { return now_; }, {.memory_kib = 128, .passes = 1});
  ASSERT_TRUE(dearer.LogIn("anna", kPassword).ok());
  EXPECT_THAT((*store_.FindUser("anna"))->password_hash, HasSubstr("m=128,"));
  EXPECT_NE((*store_.FindUser("anna"))->password_hash, before);
  EXPECT_TRUE(dearer.LogIn("anna", kPassword).ok());
}

TEST_F(UsersTest, WhatIsNoUserIsRefusedByField) {
  UserRow row;
  row.role = v1::VIEWER;
  for (const std::string id : {"", "Anna", "a b", "a/b", std::string(64, 'a').c_str()}) {
    row.id = id;
    EXPECT_THAT(users_.Create(server_, row, kPassword).status().message(), HasSubstr("user.name"));
  }
  row.id = "vera";
  EXPECT_THAT(users_.Create(server_, row, "short").status().message(), HasSubstr("password"));
  row.role = v1::ROLE_UNSPECIFIED;
  EXPECT_THAT(users_.Create(server_, row, kPassword).status().message(), HasSubstr("user.role"));
  row.role = v1::VIEWER;
  row.id = "anna";
  EXPECT_TRUE(absl::IsAlreadyExists(users_.Create(server_, row, kPassword).status()));
}

}  // namespace
}  // namespace muster::identity
