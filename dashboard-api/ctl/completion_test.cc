// What a shell is offered: by the program itself, and in a real bash.
#include "dashboard-api/ctl/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "dashboard-api/ctl/command_line.h"
#include "dashboard-api/ctl/musterctl_fixture.h"

namespace muster::ctl {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class CompletionTest : public testing::Test {
 protected:
  CompletionTest() { AddCommands(app_, invocation_); }
  // `line`: as it is typed after the program's name, the cursor at its end.
  Candidates At(const std::string& line) { return Complete(app_, absl::StrSplit(line, ' ')); }

  Invocation invocation_;
  CLI::App app_{"test", "musterctl"};
};

TEST_F(CompletionTest, CommandsThenTheirCommandsThenTheirOptions) {
  EXPECT_THAT(At("").words,
              AllOf(Contains("machines"), Contains("campaigns"), Not(Contains("__complete"))));
  EXPECT_THAT(At("ma").words, ElementsAre("machines"));
  EXPECT_THAT(At("machines ").words, AllOf(Contains("list"), Contains("show")));
  EXPECT_THAT(At("machines list --or").words, ElementsAre("--order-by"));
  EXPECT_THAT(At("campaign sh").words, ElementsAre("show"));  // by its other name
  EXPECT_THAT(At("no-such-command --x").words, IsEmpty());
}

TEST_F(CompletionTest, TheProgramsOwnOptionsMayStandAnywhere) {
  EXPECT_THAT(At("--outp").words, ElementsAre("--output"));
  EXPECT_THAT(At("machines list --outp").words, ElementsAre("--output"));
  EXPECT_THAT(At("--server muster:7443 summ").words, ElementsAre("summary"));
}

TEST_F(CompletionTest, ValuesOfWhatTakesOneOfSome) {
  EXPECT_THAT(At("machines list --output ").words, ElementsAre("table", "json", "yaml", "csv"));
  EXPECT_THAT(At("machines items PC1 ").words,
              ElementsAre("updates", "packages", "catalogs", "facts"));
  EXPECT_THAT(At("users create anna --role a").words, ElementsAre("approver", "admin"));
  EXPECT_THAT(At("completion b").words, ElementsAre("bash"));
  // In a group of options that exclude each other.
  EXPECT_THAT(At("campaigns create --restart-when ").words, Contains("if-needed"));
}

TEST_F(CompletionTest, AnEqualsSignMayBeAWordOfItsOwn) {
  EXPECT_THAT(At("machines list --output=j").words, ElementsAre("--output=json"));
  EXPECT_THAT(At("machines list --output = j").words, ElementsAre("json"));
  EXPECT_THAT(At("machines list --output =").words, Contains("yaml"));
}

TEST_F(CompletionTest, KnowsWhereAFileIsWanted) {
  EXPECT_TRUE(At("groups put g --import ").files);
  EXPECT_TRUE(At("payloads upload ").files);
  EXPECT_TRUE(At("--ca ").files);
  EXPECT_FALSE(At("machines list --filter ").files);
}

TEST_F(CompletionTest, KnowsWhoseNameIsWantedAndOfWhichServer) {
  const auto wanted = [&](const Candidates& candidates) {
    const auto found = invocation_.names.find(candidates.value_of);
    return found == invocation_.names.end() ? nullptr : found->second;
  };
  const Candidates machine = At("--server a:1 machines show --ca x PC");
  EXPECT_EQ(wanted(machine), &MachineNames);
  EXPECT_EQ(machine.prefix, "PC");
  EXPECT_EQ(machine.flags.server, "a:1");
  EXPECT_EQ(machine.flags.ca, "x");
  EXPECT_EQ(wanted(At("campaigns start ")), &CampaignNames);
  EXPECT_EQ(wanted(At("campaigns create --group ")), &GroupNames);
  EXPECT_EQ(wanted(At("summary --rule ")), &RuleNames);
  const Candidates equals = At("evidence list --campaign=c");
  EXPECT_EQ(wanted(equals), &CampaignNames);
  EXPECT_EQ(equals.before + equals.prefix, "--campaign=c");
  EXPECT_EQ(wanted(At("machines list --filter ")), nullptr);
}

TEST_F(CompletionTest, NamesAreOfferedAsTheyAreTyped) {
  const std::vector<std::string> names = {"campaigns/c1", "campaigns/d1", "PC-1"};
  EXPECT_THAT(MatchNames(names, ""), ElementsAre("campaigns/c1", "campaigns/d1", "PC-1"));
  EXPECT_THAT(MatchNames(names, "campaigns/d"), ElementsAre("campaigns/d1"));
  EXPECT_THAT(MatchNames(names, "d"), ElementsAre("d1"));
  EXPECT_THAT(MatchNames(names, "x"), IsEmpty());
}

// What PowerShell itself makes of it is not tested here: its script asks the same command.
TEST_F(CompletionTest, BothScriptsAskTheProgram) {
  EXPECT_THAT(BashCompletion(), HasSubstr("\"$program\" __complete"));
  EXPECT_THAT(PowerShellCompletion(), AllOf(HasSubstr("Register-ArgumentCompleter -Native"),
                                            HasSubstr("Extent.Text __complete")));
}

class ShellTest : public MusterctlTest {
 protected:
  // What `musterctl __complete` writes of these words.
  std::string Candidates(const std::string& lines) {
    Write("words", lines);
    return Run(absl::StrCat("__complete <", (root_ / "words").string())).out;
  }
  // COMPREPLY of a bash that has the script, with these words; the last is where the cursor is.
  std::vector<std::string> Reply(const std::vector<std::string>& words) {
    Write("complete.sh",
          absl::StrCat("source <(", program_.string(), " completion bash) || exit 9\n",
                       "COMP_WORDS=(", program_.string(), " ",
                       absl::StrJoin(words, " ",
                                     [](std::string* out, const std::string& word) {
                                       absl::StrAppend(out, "'", word, "'");
                                     }),
                       ")\nCOMP_CWORD=", words.size(), "\n",
                       "$(complete -p musterctl | sed 's/.*-F //; s/ .*//') ", program_.string(),
                       " \"${COMP_WORDS[COMP_CWORD]}\" ''\n",
                       "printf '%s\\n' \"${COMPREPLY[@]}\"\n"));
    const std::string line =
        absl::StrCat("MUSTER_CONTEXT=", (root_ / "context.json").string(), " bash --norc ",
                     (root_ / "complete.sh").string(), " >", (root_ / "out").string(), " 2>",
                     (root_ / "err").string());
    EXPECT_EQ(std::system(line.c_str()), 0) << Read("err");
    EXPECT_EQ(Read("err"), "");
    return absl::StrSplit(Read("out"), '\n', absl::SkipEmpty());
  }
};

TEST_F(ShellTest, BashCompletesCommandsOptionsAndValues) {
  EXPECT_THAT(Reply({"mach"}), ElementsAre("machines"));
  EXPECT_THAT(Reply({"machines", "list", "--out"}), ElementsAre("--output"));
  EXPECT_THAT(Reply({"machines", "list", "--output", "y"}), ElementsAre("yaml"));
  EXPECT_THAT(Reply({"machines", "list", "--output", "=", "j"}), ElementsAre("json"));
  EXPECT_THAT(Reply({"machines", "list", "--output", "="}),
              ElementsAre("table", "json", "yaml", "csv"));
  EXPECT_THAT(
      Reply({"machines", "list", "--filter", "site = Berlin AND verdict = AFFECTED", "--w"}),
      ElementsAre("--watch"));
}

TEST_F(ShellTest, BashCompletesFilesAndNamesOfTheServer) {
  EXPECT_THAT(Reply({"--ca", (root_ / "ca").string()}), ElementsAre((root_ / "ca.pem").string()));
  EXPECT_THAT(Reply({"campaigns", "start", ""}),
              UnorderedElementsAre("campaigns/c1", "campaigns/c2"));  // and none with a line break
  EXPECT_THAT(Reply({"campaigns", "start", "c2"}), ElementsAre("c2"));
  Reply({"machines", "show", "PC-1"});
  EXPECT_EQ(fleet_.filter, "name = \"PC-1*\"");
}

TEST_F(ShellTest, AWordAtATimeAsPowerShellGivesThem) {
  EXPECT_EQ(Candidates("machines\r\nlist\r\n--output\r\nj\r\n"), "json\n");
  EXPECT_EQ(Candidates("payloads\nupload\n\n"), ":files\n");
  EXPECT_EQ(Candidates("evidence\nlist\n--campaign=c1\n"), "--campaign=c1\n");
}

TEST_F(ShellTest, AServerThatIsAwayOffersNothingAndSaysNothing) {
  server_->Shutdown();
  EXPECT_THAT(Reply({"campaigns", "start", ""}), IsEmpty());
  Write("context.json", "{}");
  EXPECT_THAT(Reply({"campaigns", "start", ""}), IsEmpty());
}

}  // namespace
}  // namespace muster::ctl
