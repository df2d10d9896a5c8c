#include "dashboard-api/ctl/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "dashboard-api/ctl/session_file.h"

namespace muster::ctl {
namespace {

using ::testing::HasSubstr;

class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string root = testing::TempDir() + "/muster-settings-XXXXXX";
    ASSERT_NE(mkdtemp(root.data()), nullptr);
    root_ = root;
    Write("ca.pem", "the authority");
    Write("token", "muster_api_from_context\n");
    Write("other-token", "  muster_api_from_flag \n");
    Write("context.json", R"({"server": "context:1", "ca": "ca.pem", "token_file": "token"})");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }
  absl::StatusOr<Settings> Resolve() {
    return ResolveSettings(flags_, [this](const char* name) { return environment_[name]; });
  }

  std::filesystem::path root_;
  Flags flags_;
  std::map<std::string, std::string> environment_;
};

TEST_F(SettingsTest, AContextFileIsEnoughAndItsPathsAreRelativeToIt) {
  flags_.context = root_ / "context.json";
  auto settings = Resolve();
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->server, "context:1");
  EXPECT_EQ(settings->ca_pem, "the authority");
  EXPECT_EQ(settings->token, "muster_api_from_context");
}

TEST_F(SettingsTest, FlagsOverrideTheEnvironmentAndThatTheContext) {
  environment_ = {{"MUSTER_CONTEXT", root_ / "context.json"},
                  {"MUSTER_SERVER", "environment:1"},
                  {"MUSTER_TOKEN", "muster_api_from_environment"}};
  auto settings = Resolve();
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->server, "environment:1");
  EXPECT_EQ(settings->token, "muster_api_from_environment");
  flags_.server = "flag:1";
  flags_.token_file = root_ / "other-token";
  settings = Resolve();
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->server, "flag:1");
  EXPECT_EQ(settings->token, "muster_api_from_flag");
}

TEST_F(SettingsTest, TheDefaultContextIsReadWhereItIs) {
  environment_["HOME"] = root_;
  EXPECT_THAT(Resolve().status().message(), HasSubstr("--server"));
  Write(".config/muster/context.json", R"({"server": "home:1", "ca": "../../ca.pem"})");
  environment_["MUSTER_TOKEN_FILE"] = root_ / "token";
  auto settings = Resolve();
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->server, "home:1");
}

TEST_F(SettingsTest, ASessionIsForItsServerAndComesBeforeTheContextsToken) {
  flags_.context = root_ / "context.json";
  const std::string file = root_ / "context.session";
  ASSERT_TRUE(KeepSession(file, {"context:1", "muster_session_x"}).ok());
  auto settings = Resolve();
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->token, "muster_session_x");
  EXPECT_TRUE(settings->token_is_session);
  EXPECT_EQ(settings->session_file, file);
  // No other server is shown it, and what is given for one command goes before it.
  flags_.server = "other:1";
  EXPECT_EQ(Resolve()->token, "muster_api_from_context");
  flags_.server = "";
  flags_.token_file = root_ / "other-token";
  settings = Resolve();
  EXPECT_EQ(settings->token, "muster_api_from_flag");
  EXPECT_EQ(settings->before_session, "--token-file");
}

TEST_F(SettingsTest, LoggingInNeedsNoTokenAndNothingElseDoesWithout) {
  flags_.server = "a:1";
  flags_.ca = root_ / "ca.pem";
  EXPECT_TRUE(absl::IsUnauthenticated(Resolve().status())) << Resolve().status();
  flags_.needs_token = false;
  EXPECT_TRUE(Resolve().ok());
}

TEST_F(SettingsTest, WhatIsMissingOrMalformedIsSaid) {
  flags_.server = "a:1";
  EXPECT_THAT(Resolve().status().message(), HasSubstr("--ca"));
  flags_.ca = root_ / "ca.pem";
  EXPECT_THAT(Resolve().status().message(), HasSubstr("--token-file"));
  flags_.token_file = root_ / "absent";
  EXPECT_THAT(Resolve().status().message(), HasSubstr("absent"));
  Write("bad-token", "two\nlines");
  flags_.token_file = root_ / "bad-token";
  EXPECT_FALSE(Resolve().ok());
  Write("bad.json", R"({"sever": "a:1"})");
  flags_.context = root_ / "bad.json";
  EXPECT_THAT(Resolve().status().message(), HasSubstr("sever"));
  Write("bad.json", "server = a:1");
  EXPECT_THAT(Resolve().status().message(), HasSubstr("bad.json"));
  flags_.context = root_ / "no-such.json";
  EXPECT_THAT(Resolve().status().message(), HasSubstr("no-such.json"));
}

}  // namespace
}  // namespace muster::ctl
