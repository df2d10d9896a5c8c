// Every musterctl command that answers with data, in every shape, against a real server.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "absl/strings/match.h"
#include "dashboard-api/ctl/yaml.h"
#include "tests/integration/musterctl_fixture.h"
#include "tests/testdata/msu_maker.h"

namespace muster::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

google::protobuf::Struct Parse(const std::string& json) {
  google::protobuf::Struct parsed;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &parsed).ok()) << json;
  return parsed;
}

// The fields of each line (RFC 4180).
std::vector<std::vector<std::string>> ParseCsv(const std::string& csv) {
  std::vector<std::vector<std::string>> lines(1, {""});
  bool quoted = false;
  for (size_t i = 0; i < csv.size(); ++i) {
    if (csv[i] == '"') {
      if (quoted && csv[i + 1] == '"') {
        lines.back().back() += csv[++i];
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && csv[i] == ',') {
      lines.back().emplace_back();
    } else if (!quoted && csv.compare(i, 2, "\r\n") == 0) {
      lines.push_back({""});
      ++i;
    } else {
      lines.back().back() += csv[i];
    }
  }
  EXPECT_FALSE(quoted);
  lines.pop_back();
  return lines;
}

// A fleet of one, with something of every kind.
class MusterctlShapesTest : public MusterctlTest {
 protected:
  void SetUp() override {
    MusterctlTest::SetUp();
    key_ = (folder_ / "ada.key").string();
    Answer("keys new --out " + key_ + " --name Ada");
    Enroll();
    ReportOnce();
    testdata::MsuSpec spec;
    spec.catalog = testdata::MakeCatalog(testdata::Authority::OfProcess(), {});
    const std::string msu = File(testdata::MsuName(spec), testdata::MakeMsu(spec));
    digest_ = Word("payloads upload " + msu);
    Answer("groups put pilots --machine PC1 --machine PC9 --description first");
    Answer("users create anna --role viewer --password-file " +
           File("password", "correct horse battery\n"));
    Answer("notifications add --webhook https://hooks.example/x");
    campaign_ = Word("campaigns create --title look --rescan --group pilots --wave rest");
    Answer("campaigns submit " + campaign_);
    Answer("campaigns approve " + campaign_ + " --key " + key_);
  }

  enum class Shapes {
    kAll,
    kChanging,   // with the time of the answer in it
    kWithoutCsv  // likewise
  };

  // In every shape the command has an answer, and it is the same one.
  void ExpectEveryShape(const std::string& command, const std::string& word,
                        Shapes shapes = Shapes::kAll) {
    SCOPED_TRACE(command);
    EXPECT_THAT(Answer(command), HasSubstr(word));
    EXPECT_THAT(Answer(command + " --output table"), HasSubstr(word));
    const std::string json = Answer(command + " --output json");
    EXPECT_GT(Parse(json).fields_size(), 0);
    const std::string yaml = Answer(command + " --output yaml");
    EXPECT_THAT(yaml, Not(StartsWith("{")));
    if (shapes == Shapes::kWithoutCsv) {
      EXPECT_EQ(Ctl(command + " --output csv").exit_code, 2);
      return;
    }
    if (shapes != Shapes::kChanging) {
      EXPECT_EQ(yaml, *ctl::YamlOfJson(json));
    }
    const auto csv = ParseCsv(Answer(command + " --output csv"));
    ASSERT_GE(csv.size(), 2u);
    for (const auto& line : csv) EXPECT_EQ(line.size(), csv[0].size());
  }

  std::string key_, digest_, campaign_;
};

TEST_F(MusterctlShapesTest, TheFleetAsAWhole) {
  ExpectEveryShape("machines list", "PC1");
  ExpectEveryShape("summary", "AFFECTED");
  ExpectEveryShape("summary --by site", "Berlin");
  ExpectEveryShape("forecast --days 30", "already");
  ExpectEveryShape("history --points 3 --start 2026-01-01 --end 2026-01-31", "AFFECTED");
  ExpectEveryShape("silence", "SILENT FOR", Shapes::kChanging);
  ExpectEveryShape("attention", "CRITICAL");
  ExpectEveryShape("rules list", "expired-catalog");
  ExpectEveryShape("rules show expired-catalog", "affectedWhen:");
  ExpectEveryShape("catalogs list", "TIMESTAMP_CERTIFICATE_WITHOUT_EKU");
  ExpectEveryShape("signers", "SIGNER");
  ExpectEveryShape("health", "PostgreSQL", Shapes::kWithoutCsv);
}

TEST_F(MusterctlShapesTest, OneMachine) {
  ExpectEveryShape("machines show PC1 --as-of 2026-11-01", "Three witnesses");
  ExpectEveryShape("machines items PC1 updates", "KB");
  ExpectEveryShape("machines items PC1 packages", "PRESENT");
  ExpectEveryShape("machines items PC1 catalogs", ".cat");
  ExpectEveryShape("machines items PC1 facts", "VALUE");
  ExpectEveryShape("machines witnesses PC1", "LISTED");
  ExpectEveryShape("machines incidents PC1", "0x800B0101");
  ExpectEveryShape("machines changes PC1", "AFFECTED");
  ExpectEveryShape("machines orders PC1", campaign_);
}

TEST_F(MusterctlShapesTest, OneCatalogByTheDigestOfTheList) {
  const auto csv = ParseCsv(Answer("catalogs list --limit 1 --output csv"));
  ASSERT_EQ(csv.size(), 2u);
  EXPECT_EQ(csv[1][0].size(), 64u);  // whole for programs
  ExpectEveryShape("catalogs show " + csv[1][0], csv[1][0]);
  EXPECT_EQ(Ctl("catalogs show " + std::string(64, '0')).exit_code, 5);
}

TEST_F(MusterctlShapesTest, CampaignsAndWhatTheyNeed) {
  ExpectEveryShape("campaigns list", campaign_);
  ExpectEveryShape("campaigns show " + campaign_, "wave 1");
  ExpectEveryShape("campaigns orders " + campaign_, "PC1");
  ExpectEveryShape("campaigns report " + campaign_, "# look");
  ExpectEveryShape("payloads list", digest_);
  ExpectEveryShape("groups list", "groups/pilots");
  ExpectEveryShape("groups preview pilots", "PC1");
  ExpectEveryShape("groups preview --filter 'verdict = AFFECTED'", "PC1");
  ExpectEveryShape("notifications list", "hooks.example");
}

TEST_F(MusterctlShapesTest, WhoMayAndWhoDid) {
  ExpectEveryShape("tokens list", "apiTokens/");
  ExpectEveryShape("users list", "users/anna");
  ExpectEveryShape("keys list", "Ada");
  ExpectEveryShape("whoami", "ADMIN");
  ExpectEveryShape("audit list --limit 3", "CampaignService");
}

TEST_F(MusterctlShapesTest, WhatMakesOrChangesSomethingAnswersWithIt) {
  const auto name = [](const std::string& json) {
    return Parse(json).fields().at("name").string_value();
  };
  EXPECT_THAT(name(Answer("tokens create --role viewer --description wall --output json")),
              StartsWith("apiTokens/"));
  EXPECT_THAT(Answer("enrollment-tokens create --uses 3 --output yaml"),
              HasSubstr("\nmaxUses: 3\n"));
  EXPECT_EQ(name(Answer("users update anna --role operator --output json")), "users/anna");
  EXPECT_THAT(Answer("groups put all --filter 'last_seen:*' --output yaml"),
              StartsWith("group:\n  name: groups/all\n"));
  EXPECT_EQ(name(Answer("campaigns start " + campaign_ + " --output json")), campaign_);
  EXPECT_THAT(Answer("campaigns pause " + campaign_ + " --reason lunch --output yaml"),
              HasSubstr("\nstate: PAUSED\n"));
  const auto csv = ParseCsv(Answer(
      "campaigns create --title next --rescan --filter 'name = PC1' --wave rest --output csv"));
  ASSERT_EQ(csv.size(), 2u);
  EXPECT_THAT(csv[1][0], StartsWith("campaigns/"));
  EXPECT_EQ(Ctl("campaigns start " + csv[1][0]).exit_code, 6);  // a draft
}

TEST_F(MusterctlShapesTest, OrdersAreChosenByStateAndWave) {
  EXPECT_THAT(Lines("campaigns orders " + campaign_ + " --state scheduled --wave 1"),
              ::testing::SizeIs(2));
  EXPECT_THAT(Lines("campaigns orders " + campaign_ + " --state FAILED"), ::testing::SizeIs(1));
  EXPECT_THAT(Lines("campaigns orders " + campaign_ + " --wave 2"), ::testing::SizeIs(1));
}

TEST_F(MusterctlShapesTest, WhatSomebodyWroteMovesNoCursorAndIsNoFormula) {
  // The server takes no such text; an older one may have.
  ExecuteSql("UPDATE api_tokens SET description = '=1+' || chr(27) || '[31m'");
  EXPECT_THAT(Answer("tokens list"), HasSubstr("=1+\\x1b[31m"));
  EXPECT_THAT(Answer("tokens list --output json"), HasSubstr("=1+\\u001b[31m"));
  EXPECT_THAT(Answer("tokens list --output yaml"), HasSubstr("=1+\\u001b[31m"));
  EXPECT_THAT(Answer("tokens list --output csv"), HasSubstr(",'=1+"));
}

}  // namespace
}  // namespace muster::integration
