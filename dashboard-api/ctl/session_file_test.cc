#include "dashboard-api/ctl/session_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace muster::ctl {
namespace {

namespace fs = std::filesystem;

class SessionFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string root = testing::TempDir() + "/muster-session-XXXXXX";
    ASSERT_NE(mkdtemp(root.data()), nullptr);
    root_ = root;
    file_ = root_ / "muster" / "context.session";
  }
  void TearDown() override { fs::remove_all(root_); }

  fs::path root_, file_;
};

TEST_F(SessionFileTest, IsKeptForItsOwnerAloneAndForgotten) {
  ASSERT_TRUE(KeepSession(file_, {"muster:7443", "muster_session_x"}).ok());
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(file_.parent_path()).permissions(), fs::perms::owner_all);
  auto session = ReadSession(file_);
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_EQ((*session)->server, "muster:7443");
  EXPECT_EQ((*session)->token, "muster_session_x");
  ASSERT_TRUE(ForgetSession(file_).ok());
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_TRUE(ForgetSession(file_).ok());
}

TEST_F(SessionFileTest, NoFileIsNoSessionAndAnotherFileIsSaid) {
  auto none = ReadSession(file_);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_FALSE(none->has_value());
  fs::create_directories(file_.parent_path());
  std::ofstream(file_) << "muster_session_x\n";
  EXPECT_TRUE(absl::IsInvalidArgument(ReadSession(file_).status()));
}

}  // namespace
}  // namespace muster::ctl
