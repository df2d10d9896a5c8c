#include "server/identity/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "muster/v1/operator.pb.h"
#include "server/identity/fake_store.h"

namespace muster::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr char kList[] = "muster.v1.FleetService.ListMachines";
constexpr char kCreate[] = "muster.v1.AccessService.CreateApiToken";
constexpr absl::Duration kDay = absl::Hours(24);

class AccessTest : public testing::Test {
 protected:
  CreatedApiToken Make(v1::Role role, absl::Duration lifetime = kDay) {
    auto created = access_.CreateApiToken({"server", "test"}, "for a test", role, lifetime);
    EXPECT_TRUE(created.ok()) << created.status();
    return *created;
  }
  absl::Status Admit(const std::string& token, const std::string& method = kList) {
    return access_.Admit(token, method).status();
  }

  // Links the operator API's descriptors.
  const bool linked_ = v1::ListMachinesRequest::descriptor() != nullptr;
  absl::Time now_ = absl::FromUnixSeconds(1'770'000'000);
  FakeStore store_;
  Access access_{store_, store_, [this] { return now_; }};
};

TEST_F(AccessTest, ATokenOpensWhatItsRoleMayAndNoMore) {
  CreatedApiToken viewer = Make(v1::VIEWER);
  EXPECT_THAT(viewer.text, MatchesRegex("muster_api_[A-Za-z0-9_-]{43}"));
  EXPECT_FALSE(absl::StrContains(viewer.text, viewer.row.id));
  auto principal = access_.Admit(viewer.text, kList);
  ASSERT_TRUE(principal.ok()) << principal.status();
  EXPECT_EQ(principal->name, "apiTokens/" + viewer.row.id);
  EXPECT_EQ(Admit(viewer.text, kCreate).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(Admit(Make(v1::ADMIN).text, kCreate).ok());
}

TEST_F(AccessTest, AMethodThatDeclaresNoRoleIsNobodys) {
  EXPECT_EQ(Admit(Make(v1::ADMIN).text, "muster.v1.AgentGateway.Enroll").code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Admit(Make(v1::ADMIN).text, "muster.v1.No.Such").code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(AccessTest, EveryOperatorMethodDeclaresARole) {
  const auto* file = v1::ListMachinesRequest::descriptor()->file();
  for (int i = 0; i < file->service_count(); ++i) {
    for (int j = 0; j < file->service(i)->method_count(); ++j) {
      const std::string& name = file->service(i)->method(j)->full_name();
      EXPECT_NE(RequiredRole(name), v1::ROLE_UNSPECIFIED) << name;
    }
  }
}

TEST_F(AccessTest, UnknownExpiredAndRevokedTokensAreToldApart) {
  CreatedApiToken expired = Make(v1::VIEWER, absl::Hours(1));
  CreatedApiToken revoked = Make(v1::VIEWER);
  ASSERT_TRUE(access_.RevokeApiToken({"server", "test"}, revoked.row.id).ok());
  now_ += absl::Hours(1);
  EXPECT_THAT(Admit("").message(), HasSubstr("missing"));
  EXPECT_THAT(Admit("muster_api_x").message(), HasSubstr("unknown"));
  EXPECT_THAT(Admit("muster_api_" + std::string(43, 'A')).message(), HasSubstr("unknown"));
  EXPECT_THAT(Admit(expired.text).message(), HasSubstr("expired"));
  EXPECT_THAT(Admit(revoked.text).message(), HasSubstr("revoked"));
  for (const std::string& token : {std::string(), expired.text, revoked.text}) {
    EXPECT_EQ(Admit(token).code(), absl::StatusCode::kUnauthenticated);
  }
}

TEST_F(AccessTest, AnEnrolmentTokenIsNoApiToken) {
  auto token = access_.CreateEnrollmentToken({"server", "test"}, "", 1, kDay);
  ASSERT_TRUE(token.ok()) << token.status();
  EXPECT_EQ(Admit(token->text).code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(AccessTest, DenialsAndChangesAreAuditedAndAdmissionsAreNot) {
  CreatedApiToken viewer = Make(v1::VIEWER);
  Admit(viewer.text).IgnoreError();
  Admit(viewer.text, kCreate).IgnoreError();
  Admit("").IgnoreError();
  const std::string name = "apiTokens/" + viewer.row.id;
  EXPECT_THAT(store_.AuditLines(),
              ElementsAre(absl::StrCat("server test ", name, " OK"),
                          absl::StrCat(name, " ", kCreate, "  PERMISSION_DENIED"),
                          absl::StrCat("anonymous ", kList, "  UNAUTHENTICATED")));
}

TEST_F(AccessTest, AFloodOfStrangersIsCountedAndDoesNotFillTheAuditLog) {
  const std::string viewer = Make(v1::VIEWER).text;
  for (int i = 0; i < 1000; ++i) Admit("").IgnoreError();
  EXPECT_EQ(store_.AuditLines().size(), 1u + kMaxAnonymousDenialsPerMinute);
  Admit(viewer, kCreate).IgnoreError();  // who is known is told of all the same
  EXPECT_THAT(store_.AuditLines().back(), HasSubstr("PERMISSION_DENIED"));
  now_ += absl::Minutes(1);
  Admit("").IgnoreError();
  const std::vector<std::string> lines = store_.AuditLines();
  ASSERT_EQ(lines.size(), 4u + kMaxAnonymousDenialsPerMinute);
  EXPECT_EQ(lines[lines.size() - 2],
            "anonymous  940 more denials in the minute from 2026-02-02T02:40:00Z UNAUTHENTICATED");
  EXPECT_EQ(lines.back(), absl::StrCat("anonymous ", kList, "  UNAUTHENTICATED"));
  {
    Access stopping(store_, store_, [this] { return now_; });
    for (int i = 0; i < 61; ++i) stopping.Admit("", kList).IgnoreError();
  }
  EXPECT_THAT(store_.AuditLines().back(), HasSubstr(" 1 more denials"));
}

TEST_F(AccessTest, AChangeThatCannotBeAuditedFails) {
  CreatedApiToken viewer = Make(v1::VIEWER);
  store_.FailAudit(absl::UnavailableError("the database is away"));
  EXPECT_TRUE(absl::IsUnavailable(
      access_.CreateApiToken({"server", "test"}, "x", v1::VIEWER, kDay).status()));
  EXPECT_TRUE(absl::IsUnavailable(
      access_.CreateEnrollmentToken({"server", "test"}, "x", 1, kDay).status()));
  EXPECT_TRUE(absl::IsUnavailable(access_.RevokeApiToken({"server", "test"}, viewer.row.id)));
  EXPECT_EQ(Admit("").code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(AccessTest, TheDatabaseIsAskedOnceWithinTheCachesTime) {
  CreatedApiToken viewer = Make(v1::VIEWER);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Admit(viewer.text).ok());
  EXPECT_EQ(store_.lookups(), 1);
  now_ += absl::Seconds(5);
  EXPECT_TRUE(Admit(viewer.text).ok());
  EXPECT_EQ(store_.lookups(), 2);
}

TEST_F(AccessTest, RevocationHereTakesEffectAtOnceAndElsewhereAfterTheCachesTime) {
  CreatedApiToken viewer = Make(v1::VIEWER);
  Access elsewhere(store_, store_, [this] { return now_; });
  ASSERT_TRUE(elsewhere.Admit(viewer.text, kList).ok());
  ASSERT_TRUE(Admit(viewer.text).ok());
  ASSERT_TRUE(access_.RevokeApiToken({"server", "test"}, viewer.row.id).ok());
  EXPECT_EQ(Admit(viewer.text).code(), absl::StatusCode::kUnauthenticated);
  now_ += absl::Seconds(5);
  EXPECT_FALSE(elsewhere.Admit(viewer.text, kList).ok());
}

TEST_F(AccessTest, ADatabaseThatIsAwayIsNoDenial) {
  CreatedApiToken viewer = Make(v1::VIEWER);
  store_.FailFind(absl::UnavailableError("the database is away"));
  EXPECT_TRUE(absl::IsUnavailable(Admit(viewer.text)));
  EXPECT_EQ(store_.AuditLines().size(), 1u);
}

TEST_F(AccessTest, FieldsAreCheckedAndNamed) {
  auto create = [&](const std::string& description, int role, absl::Duration lifetime) {
    return std::string(
        access_
            .CreateApiToken({"server", "test"}, description, static_cast<v1::Role>(role), lifetime)
            .status()
            .message());
  };
  EXPECT_THAT(create("", v1::VIEWER, kDay), HasSubstr("description"));
  EXPECT_THAT(create("a\x1b[31m", v1::VIEWER, kDay), HasSubstr("description"));
  EXPECT_THAT(create(std::string(257, 'x'), v1::VIEWER, kDay), HasSubstr("description"));
  EXPECT_THAT(create("x", v1::ROLE_UNSPECIFIED, kDay), HasSubstr("role"));
  EXPECT_THAT(create("x", 99, kDay), HasSubstr("role"));
  EXPECT_THAT(create("x", v1::VIEWER, absl::ZeroDuration()), HasSubstr("lifetime"));
  EXPECT_THAT(create("x", v1::VIEWER, 401 * kDay), HasSubstr("400 days"));
  EXPECT_THAT(access_.CreateEnrollmentToken({"s", "t"}, "", 0, kDay).status().message(),
              HasSubstr("max_uses"));
  EXPECT_THAT(access_.CreateEnrollmentToken({"s", "t"}, "", 1, 91 * kDay).status().message(),
              HasSubstr("90 days"));
  EXPECT_EQ(access_.RevokeApiToken({"s", "t"}, "nobody").code(), absl::StatusCode::kNotFound);
}

TEST(AuditHashTest, DependsOnEveryFieldAndOnWhatWasBefore) {
  const AuditEvent event{absl::FromUnixMicros(1), "actor", "action", "subject", "OK"};
  const Digest hash = AuditHash({}, 1, event);
  EXPECT_EQ(hash, AuditHash({}, 1, event));
  EXPECT_NE(hash, AuditHash(hash, 1, event));
  EXPECT_NE(hash, AuditHash({}, 2, event));
  // What a database keeps of a time is its microseconds.
  EXPECT_EQ(
      hash,
      AuditHash({}, 1, {event.at + absl::Nanoseconds(999), "actor", "action", "subject", "OK"}));
  EXPECT_NE(
      hash,
      AuditHash({}, 1, {event.at + absl::Microseconds(1), "actor", "action", "subject", "OK"}));
  EXPECT_NE(hash, AuditHash({}, 1, {event.at, "actora", "ction", "subject", "OK"}));
  EXPECT_NE(hash, AuditHash({}, 1, {event.at, "actor", "action", "subjec", "tOK"}));
}

}  // namespace
}  // namespace muster::identity
