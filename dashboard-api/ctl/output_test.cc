// The shapes of an answer, and YAML of JSON.
#include "dashboard-api/ctl/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "dashboard-api/ctl/yaml.h"
#include "muster/v1/operator.pb.h"

namespace muster::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class OutputTest : public testing::Test {
 protected:
  std::string As(const std::string& shape, const std::string& remark = "") {
    v1::ApiToken token;
    token.set_name("apiTokens/1");
    token.set_description("wall\x1b[2J, \"left\"");
    Table table({"TOKEN", "FOR WHAT"});
    table.Add({{token.name()}, {token.description()}});
    Console console{out_, err_, false, shape};
    EXPECT_TRUE(Write(token, table, console, remark).ok());
    return std::exchange(out_, std::ostringstream()).str();
  }

  std::ostringstream out_, err_;
};

TEST_F(OutputTest, EachShapeHasTheSameAnswer) {
  EXPECT_EQ(As("table"), "TOKEN        FOR WHAT\napiTokens/1  wall\\x1b[2J, \"left\"\n");
  EXPECT_EQ(As("csv"), "token,for_what\r\napiTokens/1,\"wall\x1b[2J, \"\"left\"\"\"\r\n");
  const std::string json = As("json");
  EXPECT_THAT(json, HasSubstr(R"("description": "wall\u001b[2J, \"left\"")"));
  EXPECT_THAT(json, Not(HasSubstr("\x1b")));
  EXPECT_EQ(As("yaml"), "name: apiTokens/1\ndescription: \"wall\\u001b[2J, \\\"left\\\"\"\n");
}

TEST_F(OutputTest, RemarksAreForPeopleAlone) {
  for (const char* shape : {"json", "yaml", "csv"}) As(shape, "1 of 1\n");
  EXPECT_EQ(err_.str(), "");
  As("table", "1 of 1\n");
  EXPECT_EQ(err_.str(), "1 of 1\n");
}

TEST_F(OutputTest, AChangeIsALineForPeopleAndAMessageForPrograms) {
  v1::ApiToken token;
  token.set_name("apiTokens/1");
  Table table({"TOKEN"});
  table.Add({{token.name()}});
  for (const auto& [shape, expected] :
       {std::pair("table", "the secret\n"), std::pair("yaml", "name: apiTokens/1\n"),
        std::pair("csv", "token\r\napiTokens/1\r\n")}) {
    std::ostringstream out;
    Console console{out, err_, false, shape};
    EXPECT_TRUE(WriteChange(token, "the secret\n", table, console).ok());
    EXPECT_EQ(out.str(), expected) << shape;
  }
}

TEST(YamlTest, HasTheTreeOfTheJson) {
  EXPECT_EQ(*YamlOfJson(R"({"a": {"b": [1, {"c": true, "d": []}, "x"]}, "e": {}, "f": null})"),
            "a:\n  b:\n    - 1\n    - c: true\n      d: []\n    - x\ne: {}\nf: null\n");
  EXPECT_EQ(*YamlOfJson(R"([[1, 2], [3]])"), "- - 1\n  - 2\n- - 3\n");
  EXPECT_EQ(*YamlOfJson("{}"), "{}\n");
  EXPECT_EQ(*YamlOfJson(" \"x\" "), "x\n");
}

TEST(YamlTest, WhatCouldBeSomethingElseStaysQuoted) {
  for (const char* text : {"no",
                           "Yes",
                           "NULL",
                           "on",
                           "y",
                           "123",
                           "1e5",
                           "0x800B0101",
                           "~",
                           "",
                           "2013-07-01T09:00:00Z",
                           "a: b",
                           "a #b",
                           "- a",
                           "*x",
                           "&x",
                           "!x",
                           "%x",
                           "@x",
                           "`x",
                           "{x",
                           "x ",
                           " x",
                           ".inf",
                           "=",
                           "?"}) {
    const std::string quoted = "\"" + std::string(text) + "\"";
    EXPECT_EQ(*YamlOfJson(quoted), quoted + "\n");
  }
  EXPECT_EQ(*YamlOfJson("\"PC-1.corp\""), "PC-1.corp\n");
}

TEST(YamlTest, APairOfSurrogatesIsOneCharacter) {
  EXPECT_EQ(*YamlOfJson(R"("\ud83d\ude00 \\ud83d\n")"), "\"\\U0001F600 \\\\ud83d\\n\"\n");
}

TEST(YamlTest, AFilterCanBeRead) {
  EXPECT_EQ(*YamlOfJson(R"("last_seen \u003e 1 \\u003e \u0022")"),
            "\"last_seen > 1 \\\\u003e \\u0022\"\n");
}

TEST(YamlTest, WhatIsNoJsonIsRefused) {
  for (const char* text : {"", "{", "{\"a\"}", "[1,", "\"x", "{} {}", "[1 2]"}) {
    EXPECT_FALSE(YamlOfJson(text).ok()) << text;
  }
  EXPECT_FALSE(YamlOfJson(std::string(200, '[') + std::string(200, ']')).ok());
}

}  // namespace
}  // namespace muster::ctl
