// The real musterctl against a real server to which one real agent has reported: what it says, and
// its exit statuses.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "tests/integration/musterctl_fixture.h"

namespace muster::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class MusterctlReportTest : public MusterctlTest {
 protected:
  void SetUp() override {
    MusterctlTest::SetUp();
    Enroll();
    ReportOnce();
  }
};

TEST_F(MusterctlReportTest, ListsMachinesInEachFormat) {
  const std::string affected = "machines list --filter 'verdict = AFFECTED' --output ";
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

  EXPECT_THAT(Lines("machines list --filter 'verdict = CLEAN' --output csv"), SizeIs(1));
  const Ran wrong = Ctl("machines list --filter 'colour = blue'");
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("colour"));
}

TEST_F(MusterctlReportTest, ShowsAMachineWithItsEvidence) {
  const std::string text = Answer("machines show PC1");
  EXPECT_THAT(text, AllOf(HasSubstr("AFFECTED  expired-catalog  since 2013-06-26T21:37:17Z"),
                          HasSubstr("Package_2_for_KB2705219~31bf3856ad364e35~amd64"),
                          HasSubstr("0x800B0101")));
  EXPECT_THAT(text,
              Not(HasSubstr(" more\n")));  // all of it is there: 4 catalogs, 6 records of 2 kinds
  EXPECT_THAT(Answer("machines show " + Get("PC1").name()), HasSubstr("PC1"));
  const Ran nobody = Ctl("machines show PC9");
  EXPECT_EQ(nobody.exit_code, 5);
  EXPECT_THAT(nobody.err, HasSubstr("PC9"));
}

TEST_F(MusterctlReportTest, ShowsWhatWasKnownThen) {
  const std::string between =
      absl::FormatTime(absl::RFC3339_full, absl::Now(), absl::UTCTimeZone());
  WriteImage({.variant = testdata::ImageVariant::kFixed, .updates = 3});
  ReportOnce();
  EXPECT_THAT(Answer("machines show PC1"), HasSubstr("FIXED  expired-catalog"));
  EXPECT_THAT(Answer("machines show PC1 --as-of " + between),
              HasSubstr("AFFECTED  expired-catalog"));
}

TEST_F(MusterctlReportTest, SummarizesBySite) {
  const std::vector<std::string> table = Lines("summary --by site");
  ASSERT_THAT(table, SizeIs(2));
  EXPECT_THAT(absl::StrSplit(table[0], ' ', absl::SkipEmpty()),
              ::testing::ElementsAre("SITE", "AFFECTED", "AT", "RISK", "REMEDIATING", "UNKNOWN",
                                     "FIXED", "CLEAN", "TOTAL"));
  EXPECT_THAT(absl::StrSplit(table[1], ' ', absl::SkipEmpty()),
              ::testing::ElementsAre("Berlin", "1", "0", "0", "0", "0", "0", "1"));
}

TEST_F(MusterctlReportTest, AViewerLooksAndChangesNothing) {
  const std::string token = Answer("tokens create --role viewer --description auditor");
  EXPECT_THAT(token, StartsWith("muster_api_"));
  token_file_ = File("viewer", token);
  EXPECT_THAT(Lines("machines list"), SizeIs(2));
  for (const char* forbidden :
       {"tokens create --role admin --description more", "enrollment-tokens create --uses 1"}) {
    const Ran refused = Ctl(forbidden);
    EXPECT_EQ(refused.exit_code, 4) << forbidden;
    EXPECT_THAT(refused.out, IsEmpty());
    EXPECT_THAT(refused.err,
                AllOf(HasSubstr("the API token has VIEWER"), HasSubstr("use a token of that role"),
                      Not(HasSubstr(std::string(absl::StripAsciiWhitespace(token))))));
  }
}

TEST_F(MusterctlReportTest, APersonLogsInChangesTheGivenPasswordAndLogsOut) {
  const std::string password = File("password", "correct horse battery\n");
  const std::string mine = File("mine", "another secret of mine\n");
  Answer("users create anna --role viewer --display-name Anna --password-file " + password);
  EXPECT_THAT(Answer("users list"), AllOf(HasSubstr("users/anna"), HasSubstr("new password")));

  const std::string admin = token_file_;
  token_file_ = "";
  EXPECT_EQ(Ctl("machines list").exit_code, 4);  // nobody is logged in
  const Ran wrong = Ctl("login --user anna --password-file " + mine);
  EXPECT_EQ(wrong.exit_code, 4);
  EXPECT_THAT(wrong.err, HasSubstr("user or password is wrong"));
  EXPECT_EQ(Answer("login --user anna --password-file " + password), "");  // it is kept
  EXPECT_EQ(Ctl("machines list").exit_code, 4);
  EXPECT_THAT(Ctl("machines list").err, HasSubstr("change it first"));
  Answer("passwd --current-file " + password + " --new-file " + mine);
  EXPECT_THAT(Answer("whoami"), HasSubstr("users/anna VIEWER"));
  EXPECT_THAT(Answer("machines list"), HasSubstr("PC1"));
  EXPECT_EQ(Ctl("users list").exit_code, 4);
  Answer("logout");
  EXPECT_EQ(Ctl("whoami").exit_code, 4);
  EXPECT_THAT(Ctl("whoami").err, HasSubstr("musterctl login"));

  token_file_ = admin;
  Answer("users update anna --role operator --disable");
  EXPECT_THAT(Answer("users list"), HasSubstr("disabled"));
  EXPECT_THAT(Ctl("users update anna").err, HasSubstr("nothing to change"));
  Answer("users delete anna");
  EXPECT_THAT(Answer("users list"), Not(HasSubstr("anna")));
  EXPECT_THAT(Answer("whoami"), HasSubstr("apiTokens/"));
}

// A script tells by the number alone what to do.
TEST_F(MusterctlReportTest, ExitStatusesTellApartWhatWentWrong) {
  EXPECT_EQ(Ctl("machines list").exit_code, 0);
  EXPECT_EQ(Ctl("machines list --output xml").exit_code, 2);
  EXPECT_EQ(Ctl("machines list --order-by colour").exit_code, 2);
  EXPECT_EQ(Ctl("campaigns show none").exit_code, 5);
  EXPECT_EQ(Ctl("groups delete none").exit_code, 5);
  const std::string draft =
      Word("campaigns create --title look --rescan --filter 'name = PC1' --wave rest");
  EXPECT_EQ(Ctl("campaigns start " + draft).exit_code, 6);
  Answer("campaigns cancel " + draft);
  EXPECT_EQ(Ctl("campaigns watch " + draft).exit_code, 1);
  const Ran gone =
      Run(absl::StrCat("musterctl --server 127.0.0.1:1 --ca ", server_->authority_file(),
                       " --token-file ", token_file_, " machines list"));
  EXPECT_EQ(gone.exit_code, 3);
  EXPECT_THAT(gone.err, HasSubstr("can't connect"));
}

TEST_F(MusterctlReportTest, AWatchShowsWhatIsNew) {
  Process watch({"/bin/sh", "-c",
                 absl::StrCat("exec \"$MUSTER_BIN_DIR/musterctl\" --server 127.0.0.1:",
                              server_->operator_port(), " --ca ", server_->authority_file(),
                              " --token-file ", token_file_, " groups list --watch=1")});
  watch.AwaitWord("GROUP");
  Answer("groups put pilots --machine PC1");
  watch.AwaitWord("groups/pilots");
}

TEST_F(MusterctlReportTest, BashCompletesNamesThatTheServerKnows) {
  Answer("groups put pilots --machine PC1");
  const auto reply = [&](const std::string& words) {
    const std::string script =
        File("complete.sh",
             absl::StrCat("source <(musterctl completion bash)\nCOMP_WORDS=(musterctl ", words,
                          ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_musterctl musterctl\n"
                          "echo \"${COMPREPLY[@]}\"\n"));
    const Ran ran = Run(absl::StrCat("export MUSTER_SERVER=127.0.0.1:", server_->operator_port(),
                                     " MUSTER_CA=", server_->authority_file(),
                                     " MUSTER_TOKEN_FILE=", token_file_, "; bash --norc ", script));
    EXPECT_EQ(ran.err, "");
    return std::string(absl::StripAsciiWhitespace(ran.out));
  };
  EXPECT_EQ(reply("machines show P"), "PC1");
  EXPECT_EQ(reply("groups preview ''"), "groups/pilots");
  EXPECT_EQ(reply("campaigns create --group pil"), "pilots");
  EXPECT_EQ(reply("rules show expired-c"), "expired-catalog");
}

}  // namespace
}  // namespace muster::integration
