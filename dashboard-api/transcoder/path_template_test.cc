#include "dashboard-api/transcoder/path_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dashboard-api/transcoder/url.h"

namespace muster::transcoder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::optional<std::map<std::string, std::string>> Match(const std::string& text,
                                                        const std::string& path) {
  auto parsed = PathTemplate::Parse(text);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  auto request = RequestPath::Parse(path);
  EXPECT_TRUE(request.ok()) << request.status();
  return parsed->Match(*request);
}

TEST(RequestPathTest, TakesSegmentsAndVerbApart) {
  auto path = RequestPath::Parse("/v1/machines/PC%201%3Ab:watch");
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_THAT(path->segments, ElementsAre("v1", "machines", "PC 1:b"));
  EXPECT_EQ(path->verb, "watch");
}

class HostilePathTest : public testing::TestWithParam<const char*> {};

TEST_P(HostilePathTest, IsRefused) {
  EXPECT_TRUE(absl::IsInvalidArgument(RequestPath::Parse(GetParam()).status())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    All, HostilePathTest,
    testing::Values("", "v1/machines", "//", "/v1//machines", "/v1/machines/", "/v1/./machines",
                    "/v1/machines/..", "/v1/machines/%2e%2e", "/v1/machines/%2E%2E:watch",
                    "/v1/machines/a%2Fb", "/v1/machines/a%2fb", "/v1/machines/%00",
                    "/v1/machines/a%0d%0ab", "/v1/machines/%7f", "/v1/machines/%",
                    "/v1/machines/%4", "/v1/machines/%zz", "/v1/machines/%c0%af",
                    "/v1/machines/%e0%80%af", "/v1/machines/%ed%a0%80", "/v1/machines/%ff",
                    "/v1/machines/:watch", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"));

TEST(PathTemplateTest, BindsAVariableOverSeveralSegments) {
  EXPECT_THAT(*Match("/v1/{name=machines/*}", "/v1/machines/PC-1"),
              ElementsAre(Pair("name", "machines/PC-1")));
  EXPECT_THAT(*Match("/v1/{parent=machines/*}/items", "/v1/machines/PC-1/items"),
              ElementsAre(Pair("parent", "machines/PC-1")));
  EXPECT_THAT(*Match("/v1/{user.name=users/*}", "/v1/users/anna"),
              ElementsAre(Pair("user.name", "users/anna")));
  EXPECT_THAT(*Match("/v1/{a}/x/{b}", "/v1/1/x/2"),
              UnorderedElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST(PathTemplateTest, VerbAndLengthMustMatch) {
  EXPECT_FALSE(Match("/v1/{name=campaigns/*}", "/v1/campaigns/1:watch"));
  EXPECT_FALSE(Match("/v1/{name=campaigns/*}:watch", "/v1/campaigns/1"));
  EXPECT_FALSE(Match("/v1/{name=campaigns/*}:watch", "/v1/campaigns/1:Watch"));
  EXPECT_FALSE(Match("/v1/machines", "/v1/machines/PC-1"));
  EXPECT_FALSE(Match("/v1/{name=machines/*}", "/v1/Machines/PC-1"));
  EXPECT_TRUE(Match("/v1/verdicts:summarize", "/v1/verdicts:summarize"));
}

TEST(PathTemplateTest, RefusesWhatItCannotServe) {
  for (const char* text : {"", "v1", "/", "/v1/{name", "/v1/{name=machines/**}", "/v1//x"}) {
    EXPECT_FALSE(PathTemplate::Parse(text).ok()) << text;
  }
}

TEST(PathTemplateTest, SaysItselfAsOpenApi) {
  const auto path = PathTemplate::Parse("/v1/{parent=enrollmentPolicies/*}/x:go")->ToOpenApi();
  EXPECT_EQ(path.path, "/v1/enrollmentPolicies/{enrollmentPolicy}/x:go");
  ASSERT_EQ(path.parameters.size(), 1u);
  EXPECT_EQ(path.parameters[0].field_path, "parent");
  EXPECT_EQ(path.parameters[0].prefix, "enrollmentPolicies/");
}

TEST(ParseQueryTest, DecodesInOrder) {
  EXPECT_THAT(*ParseQuery("a=1&b=x+y%2Bz&a=%C3%A4&&c"),
              ElementsAre(Pair("a", "1"), Pair("b", "x y+z"), Pair("a", "ä"), Pair("c", "")));
  EXPECT_THAT(*ParseQuery("filter=a%0Ab"), ElementsAre(Pair("filter", "a\nb")));
}

TEST(ParseQueryTest, RefusesWhatIsNoText) {
  for (const char* query : {"a=%", "a=%f", "a=%ff", "a=%c0%80", "a=%00", "%0a=1", "%ff=1"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseQuery(query).status())) << query;
  }
  std::string many;
  for (int i = 0; i < 257; ++i) many += "a=1&";
  EXPECT_THAT(std::string(ParseQuery(many).status().message()), HasSubstr("too many"));
}

}  // namespace
}  // namespace muster::transcoder
