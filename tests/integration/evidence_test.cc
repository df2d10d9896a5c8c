// Evidence by order, from musterctl's draft to the bundle that scan opens: every program is real.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "tests/integration/agent_fixture.h"

namespace muster::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class EvidenceTest : public AgentTest {
 protected:
  void SetUp() override {
    AgentTest::SetUp();
    key_ = (folder_ / "operator.key").string();
  }
  Ran Ctl(const std::string& arguments) {
    return Run(absl::StrCat("MUSTER_KEY_PASSPHRASE=secret-enough musterctl --server 127.0.0.1:",
                            server_->operator_port(), " --ca ", server_->authority_file(),
                            " --token-file ", server_->admin_token_file(), " ", arguments));
  }
  std::string Answer(const std::string& arguments) {
    const Ran ran = Ctl(arguments);
    EXPECT_EQ(ran.exit_code, 0) << arguments << ": " << ran.err;
    return std::string(absl::StripAsciiWhitespace(ran.out));
  }
  // A campaign that asks the one machine, approved and begun; its name.
  std::string Begin(const std::string& flags = "") {
    const std::string campaign = Answer(absl::StrCat(
        "campaigns create --title case-4711 --filter 'name = \"PC1\"' --collect-evidence "
        "--soak 1s --wave rest ",
        flags));
    Answer("campaigns submit " + campaign);
    Answer("campaigns approve " + campaign + " --key " + key_);
    Answer("campaigns start " + campaign);
    return campaign;
  }
  // The name of the first bundle that a list shows.
  std::string FirstBundle(const std::string& of) {
    const std::string list = Answer("evidence list --output json " + of);
    const size_t at = list.find("evidenceBundles/");
    return at == std::string::npos ? "" : list.substr(at, list.find('"', at) - at);
  }

  std::string key_;
};

TEST_F(EvidenceTest, AMachineSendsItsBundleBecauseAnOrderAsksForIt) {
  Answer("keys new --out " + key_ + " --name Ada");
  Enroll();
  AppendToLog("2013-07-09 09:04:27, Info CBS C:\\Users\\anna\\x.msu\r\n");
  Process agent(RunWords());
  agent.AwaitWord("in sync");
  const std::string campaign = Begin();
  Answer("campaigns watch " + campaign);
  EXPECT_THAT(Answer("campaigns list"), HasSubstr("COMPLETED"));

  const std::string bundle = FirstBundle("--machine PC1");
  ASSERT_NE(bundle, "");
  EXPECT_EQ(FirstBundle("--campaign " + campaign), bundle);
  EXPECT_THAT(Answer("evidence list --machine PC1"),
              AllOf(HasSubstr("PC1"), HasSubstr(campaign), HasSubstr("yes")));
  EXPECT_THAT(Answer("evidence list --machine PC1 --output yaml"),
              HasSubstr("evidenceBundles:\n  - name: " + bundle));
  EXPECT_THAT(Answer("evidence list --machine PC1 --output csv"),
              HasSubstr("\r\n" + bundle + ",PC1,"));
  const std::string file = (folder_ / "case.zip").string();
  Answer("evidence download " + bundle + " --out " + file);
  const Ran scanned = Run("muster-agent scan --bundle " + file);
  EXPECT_EQ(scanned.exit_code, 1) << scanned.err;
  EXPECT_THAT(scanned.out, HasSubstr("AFFECTED"));
  EXPECT_THAT(Run("unzip -p " + file + " files/Windows/Logs/CBS/CBS.log").out,
              AllOf(HasSubstr("Users\\user-1"), Not(HasSubstr("anna"))));

  // Nothing is overwritten, and what is deleted is gone.
  EXPECT_NE(Ctl("evidence download " + bundle + " --out " + file).exit_code, 0);
  Answer("evidence delete " + bundle);
  EXPECT_EQ(FirstBundle("--machine PC1"), "");
  const Ran gone = Ctl("evidence download " + bundle + " --out " + file + "2");
  EXPECT_THAT(gone.err, HasSubstr("deleted"));
  EXPECT_FALSE(std::filesystem::exists(file + "2"));
  EXPECT_FALSE(std::filesystem::exists(file + "2.part"));
  EXPECT_THAT(Ctl("evidence list --machine PC2").err, HasSubstr("there is no machines/PC2"));
  EXPECT_THAT(Answer("audit list"), HasSubstr("DownloadEvidenceBundle"));
  // The order's files are gone from the machine.
  EXPECT_EQ(Run("find " + state_ + " -name evidence.zip").out, "");
}

TEST_F(EvidenceTest, AnAgentThatGoesDownSendsItOnceItIsBack) {
  Answer("keys new --out " + key_ + " --name Ada");
  Enroll();
  {
    Process agent(RunWords());
    agent.AwaitWord("in sync");
  }  // killed
  const std::string campaign = Begin("--no-masking --offline-after 10m");
  {
    Process agent(RunWords());
    agent.AwaitWord("taken, to collect evidence");
  }  // killed wherever it is
  Process agent(RunWords());
  Answer("campaigns watch " + campaign);
  EXPECT_THAT(Answer("evidence list --campaign " + campaign), HasSubstr("no"));
  EXPECT_NE(FirstBundle("--campaign " + campaign), "");
}

TEST_F(EvidenceTest, ARuleIsNothingThatEvidenceCures) {
  const Ran ran =
      Ctl("campaigns create --title x --filter 'name = \"PC1\"' --collect-evidence "
          "--rule expired-catalog");
  EXPECT_NE(ran.exit_code, 0);
  EXPECT_THAT(ran.err, HasSubstr("cures nothing"));
}

}  // namespace
}  // namespace muster::integration
