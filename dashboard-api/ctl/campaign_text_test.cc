#include "dashboard-api/ctl/campaign_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dashboard-api/ctl/groups.h"

namespace muster::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

v1::Campaign Campaign() {
  v1::Campaign campaign;
  campaign.set_name("campaigns/c1");
  campaign.mutable_spec()->set_title("the cure");
  campaign.set_state(v1::Campaign::PAUSED);
  campaign.set_pause_reason(v1::Campaign::ERRORS_ABOVE_THRESHOLD);
  campaign.set_pause_detail("wave 1: 3 of 10");
  v1::Wave& wave = *campaign.add_waves();
  wave.set_state(v1::Wave::ACTIVE);
  wave.mutable_policy()->set_name("canary");
  wave.mutable_counts()->set_succeeded(5);
  wave.mutable_counts()->set_failed(2);
  wave.mutable_counts()->set_running(1);
  wave.mutable_counts()->set_offline(2);
  *campaign.mutable_counts() = wave.counts();
  v1::FailureGroup& group = *campaign.add_failures();
  group.set_cause(v1::OrderStatus::INSTALLER_FAILED);
  group.set_has_code(true);
  group.set_code(0x80070422);
  group.set_code_name("ERROR_SERVICE_DISABLED");
  group.set_machines(2);
  group.add_samples("PC\x1b[31m1");
  return campaign;
}

TEST(CampaignTextTest, ShowsEachWaveAndFailuresInBothSpellings) {
  const std::string text = CampaignText(Campaign(), 10, /*colours=*/false);
  EXPECT_THAT(text, HasSubstr("#####xx>.. 5/10 ACTIVE  5 fixed, 2 failed, 1 running, 2 offline"));
  EXPECT_THAT(text, HasSubstr("2147943458 (0x80070422, ERROR_SERVICE_DISABLED)"));
  EXPECT_THAT(text, HasSubstr("ERRORS_ABOVE_THRESHOLD: wave 1: 3 of 10"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));  // a machine's name moves no cursor
}

TEST(CampaignsTableTest, SaysHowFarEachIs) {
  v1::ListCampaignsResponse list;
  *list.add_campaigns() = Campaign();
  EXPECT_EQ(CampaignsTable(list).ToCsv(),
            "campaign,state,created,succeeded,failed,under_way,waiting,title,why_it_paused\r\n"
            "campaigns/c1,PAUSED,,5,2,1,2,the cure,wave 1: 3 of 10\r\n");
}

TEST(CampaignTextTest, TheRecordHasWhatWasDoneAndHowItWent) {
  const std::string text = CampaignMarkdown(Campaign());
  EXPECT_THAT(text, HasSubstr("# the cure"));
  EXPECT_THAT(text, HasSubstr("| machines | 10: 5 fixed, 2 failed, 1 running, 2 offline |"));
  EXPECT_THAT(text, HasSubstr("| 2 | INSTALLER_FAILED 2147943458"));
}

TEST(CampaignMarkdownTest, NothingThatSomebodyNamedEndsACell) {
  v1::Campaign campaign = Campaign();
  campaign.mutable_waves(0)->mutable_policy()->set_name("a|b");
  campaign.mutable_spec()->set_rule("x | y");
  const std::string text = CampaignMarkdown(campaign);
  EXPECT_THAT(text, HasSubstr("a\\|b"));
  EXPECT_THAT(text, HasSubstr("| rule | x \\| y |"));
}

TEST(CampaignLineTest, SaysWhatIsAtWork) {
  v1::Campaign campaign = Campaign();
  campaign.set_state(v1::Campaign::RUNNING);
  campaign.mutable_waves(0)->set_state(v1::Wave::DONE);
  campaign.add_waves()->set_state(v1::Wave::SOAKING);
  campaign.mutable_waves(1)->mutable_policy()->set_name("pilots");
  EXPECT_THAT(CampaignLine(campaign), HasSubstr(" RUNNING, wave 2 pilots SOAKING: 5 fixed"));
  EXPECT_EQ(CampaignLine(campaign).find('\n'), CampaignLine(campaign).size() - 1);
}

TEST(ReadNamesTest, TakesListsAndExports) {
  EXPECT_THAT(ReadNames("PC1\r\n# comment\r\n\r\nPC2\n"), ElementsAre("PC1", "PC2"));
  EXPECT_THAT(ReadNames("\xef\xbb\xbf\"Name\";\"Site Code\"\r\n\"PC1\";\"B01\"\r\n"),
              ElementsAre("PC1"));
  EXPECT_THAT(ReadNames("ResourceID,Computer name,Domain\n16777,PC1,CORP\n16778,\"PC,2\",CORP\n"),
              ElementsAre("PC1", "PC,2"));
  EXPECT_THAT(ReadNames("PC1,Berlin\nPC2,Hamburg\n"), ElementsAre("PC1", "PC2"));
  EXPECT_THAT(ReadNames(""), IsEmpty());
  EXPECT_THAT(ReadNames("Name\n"), IsEmpty());
}

}  // namespace
}  // namespace muster::ctl
