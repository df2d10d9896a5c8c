// The real musterctl against a real server to which one real agent has reported.
#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "tests/integration/agent_fixture.h"

namespace muster::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class MusterctlTest : public AgentTest {
 protected:
  void SetUp() override {
    AgentTest::SetUp();
    Enroll();
    ReportOnce();
    token_file_ = server_->admin_token_file();
  }

  Ran Ctl(const std::string& arguments) {
    return Run(absl::StrCat("musterctl --server 127.0.0.1:", server_->operator_port(), " --ca ",
                            server_->authority_file(), " --token-file ", token_file_, " ",
                            arguments));
  }
  // The output of a command that has to succeed.
  std::string Answer(const std::string& arguments) {
    const Ran ran = Ctl(arguments);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return ran.out;
  }
  std::vector<std::string> Lines(const std::string& arguments) {
    return absl::StrSplit(Answer(arguments), '\n', absl::SkipEmpty());
  }

  std::string token_file_;
};

TEST_F(MusterctlTest, ListsMachinesInEachFormat) {
  const std::string affected = "machines list --filter 'verdict = AFFECTED' --format ";
  const std::vector<std::string> table = Lines(affected + "table");
  ASSERT_THAT(table, SizeIs(2));
  EXPECT_THAT(table[1], AllOf(StartsWith("PC1"), HasSubstr("Berlin"), HasSubstr("AFFECTED")));

  const std::vector<std::string> csv = Lines(affected + "csv");
  ASSERT_THAT(csv, SizeIs(2));
  EXPECT_THAT(csv[0], StartsWith("name,machine,site,"));
  EXPECT_THAT(csv[1], AllOf(StartsWith("PC1,machines/"), HasSubstr(",Berlin,"),
                            HasSubstr(",AFFECTED,expired-catalog,2013-06-26T21:37:17Z,")));

  google::protobuf::Struct json;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(Answer(affected + "json"), &json).ok());
  const auto& machines = json.fields().at("machines").list_value();
  ASSERT_EQ(machines.values_size(), 1);
  EXPECT_EQ(machines.values(0).struct_value().fields().at("name").string_value(),
            Get("PC1").name());

  EXPECT_THAT(Lines("machines list --filter 'verdict = CLEAN' --format csv"), SizeIs(1));
  const Ran wrong = Ctl("machines list --filter 'colour = blue'");
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("colour"));
}

TEST_F(MusterctlTest, ShowsAMachineWithItsEvidence) {
  const std::string text = Answer("machines show PC1");
  EXPECT_THAT(text, AllOf(HasSubstr("AFFECTED  expired-catalog  since 2013-06-26T21:37:17Z"),
                          HasSubstr("Package_2_for_KB2705219~31bf3856ad364e35~amd64"),
                          HasSubstr("0x800B0101")));
  EXPECT_THAT(text,
              Not(HasSubstr(" more\n")));  // all of it is there: 4 catalogs, 6 records of 2 kinds
  EXPECT_THAT(Answer("machines show " + Get("PC1").name()), HasSubstr("PC1"));
  const Ran nobody = Ctl("machines show PC9");
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.err, HasSubstr("PC9"));
}

TEST_F(MusterctlTest, ShowsWhatWasKnownThen) {
  const std::string between =
      absl::FormatTime(absl::RFC3339_full, absl::Now(), absl::UTCTimeZone());
  WriteImage({.variant = testdata::ImageVariant::kFixed, .updates = 3});
  ReportOnce();
  EXPECT_THAT(Answer("machines show PC1"), HasSubstr("FIXED  expired-catalog"));
  EXPECT_THAT(Answer("machines show PC1 --as-of " + between),
              HasSubstr("AFFECTED  expired-catalog"));
}

TEST_F(MusterctlTest, SummarizesBySite) {
  const std::vector<std::string> table = Lines("summary --by site");
  ASSERT_THAT(table, SizeIs(2));
  EXPECT_THAT(absl::StrSplit(table[0], ' ', absl::SkipEmpty()),
              ::testing::ElementsAre("SITE", "AFFECTED", "AT", "RISK", "REMEDIATING", "UNKNOWN",
                                     "FIXED", "CLEAN", "TOTAL"));
  EXPECT_THAT(absl::StrSplit(table[1], ' ', absl::SkipEmpty()),
              ::testing::ElementsAre("Berlin", "1", "0", "0", "0", "0", "0", "1"));
}

TEST_F(MusterctlTest, AViewerLooksAndChangesNothing) {
  const std::string token = Answer("tokens create --role viewer --description auditor");
  EXPECT_THAT(token, StartsWith("muster_api_"));
  token_file_ = (folder_ / "viewer").string();
  ASSERT_TRUE(ReplaceFileContent(token_file_, token, FileMode::kPrivate).ok());
  EXPECT_THAT(Lines("machines list"), SizeIs(2));
  for (const char* forbidden :
       {"tokens create --role admin --description more", "enrollment-tokens create --uses 1"}) {
    const Ran refused = Ctl(forbidden);
    EXPECT_EQ(refused.exit_code, 1) << forbidden;
    EXPECT_THAT(refused.out, IsEmpty());
    EXPECT_THAT(refused.err,
                AllOf(HasSubstr("the API token has VIEWER"), HasSubstr("use a token of that role"),
                      Not(HasSubstr(std::string(absl::StripAsciiWhitespace(token))))));
  }
}

TEST_F(MusterctlTest, APersonLogsInChangesTheGivenPasswordAndLogsOut) {
  const std::string password = (folder_ / "password").string(), mine = (folder_ / "mine").string();
  ASSERT_TRUE(ReplaceFileContent(password, "correct horse battery\n", FileMode::kPrivate).ok());
  ASSERT_TRUE(ReplaceFileContent(mine, "another secret of mine\n", FileMode::kPrivate).ok());
  Answer("users create anna --role viewer --display-name Anna --password-file " + password);
  EXPECT_THAT(Answer("users list"), AllOf(HasSubstr("users/anna"), HasSubstr("new password")));

  const std::string admin = token_file_;
  const std::string session = (folder_ / "session").string();
  token_file_ = "/nonexistent";  // logging in needs none
  const Ran wrong = Ctl("login --user anna --password-file " + mine);
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("user or password is wrong"));
  const std::string token = Answer("login --user anna --password-file " + password);
  EXPECT_THAT(token, StartsWith("muster_session_"));
  ASSERT_TRUE(ReplaceFileContent(session, token, FileMode::kPrivate).ok());
  token_file_ = session;
  EXPECT_THAT(Ctl("machines list").err, HasSubstr("change it first"));
  Answer("passwd --current-file " + password + " --new-file " + mine);
  EXPECT_THAT(Answer("whoami"), HasSubstr("users/anna VIEWER"));
  EXPECT_THAT(Answer("machines list"), HasSubstr("PC1"));
  EXPECT_NE(Ctl("users list").exit_code, 0);
  Answer("logout");
  EXPECT_THAT(Ctl("whoami").err, HasSubstr("log in again"));

  token_file_ = admin;
  Answer("users update anna --role operator --disable");
  EXPECT_THAT(Answer("users list"), HasSubstr("disabled"));
  EXPECT_THAT(Ctl("users update anna").err, HasSubstr("nothing to change"));
  Answer("users delete anna");
  EXPECT_THAT(Answer("users list"), Not(HasSubstr("anna")));
  EXPECT_THAT(Answer("whoami"), HasSubstr("apiTokens/"));
}

}  // namespace
}  // namespace muster::integration
