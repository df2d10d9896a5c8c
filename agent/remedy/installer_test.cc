#include "agent/remedy/installer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::remedy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const host::Readiness kServiceDisabled = [] {
  host::Readiness readiness;
  readiness.update_service_disabled = true;
  return readiness;
}();
const WorkFiles kFiles{"C:\\m\\Windows6.1-KB2749655-x64.msu", "C:\\m"};

TEST(InstallerTest, ExitCodesMeanWhatMicrosoftSays) {
  EXPECT_EQ(MeaningOf(0), ExitMeaning::kDone);
  EXPECT_EQ(MeaningOf(3010), ExitMeaning::kRestart);
  EXPECT_EQ(MeaningOf(1641), ExitMeaning::kRestart);
  EXPECT_EQ(MeaningOf(2359301), ExitMeaning::kRestart);
  EXPECT_EQ(MeaningOf(2359302), ExitMeaning::kAlreadyThere);
  EXPECT_EQ(MeaningOf(2359303), ExitMeaning::kAlreadyThere);
  EXPECT_EQ(MeaningOf(2149842967), ExitMeaning::kNotApplicable);
  EXPECT_EQ(MeaningOf(static_cast<uint32_t>(-2145124329)), ExitMeaning::kNotApplicable);
  EXPECT_EQ(MeaningOf(2149842966), ExitMeaning::kBusy);
  EXPECT_EQ(MeaningOf(1618), ExitMeaning::kBusy);
  for (const uint32_t code :
       {1u, 87u, 2147942405u, 2148204801u, 2148081668u, 2147945417u, 2147943458u}) {
    EXPECT_EQ(MeaningOf(code), ExitMeaning::kFailed) << code;
  }
}

TEST(InstallerTest, AFailureIsToldInBothSpellings) {
  const auto status = StatusOfExit({host::ProcessEnd::Kind::kExited, 2147943458});
  EXPECT_EQ(status.cause(), v1::OrderStatus::INSTALLER_FAILED);
  EXPECT_EQ(status.code(), 0x80070422u);
  EXPECT_THAT(status.detail(), HasSubstr("2147943458 (0x80070422"));
  EXPECT_EQ(StatusOfExit({host::ProcessEnd::Kind::kExited, 0}).cause(),
            v1::OrderStatus::CAUSE_UNSPECIFIED);
  EXPECT_EQ(StatusOfExit({host::ProcessEnd::Kind::kLost, 0}).cause(), v1::OrderStatus::INTERRUPTED);
}

TEST(InstallerTest, WusaUnlessItsServiceIsDisabled) {
  v1::Action action;
  action.mutable_install_update();
  auto commands = CommandsFor(action, kFiles, {});
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].program, host::SystemProgram::kWusa);
  commands = CommandsFor(action, kFiles, kServiceDisabled);
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_EQ(commands[0].program, host::SystemProgram::kExpand);
  EXPECT_THAT(commands[0].arguments, ElementsAre("-F:Windows*.cab", kFiles.payload, kFiles.folder));
  EXPECT_EQ(commands[1].program, host::SystemProgram::kDism);
  EXPECT_THAT(commands[1].arguments, ::testing::Contains("/packagepath:C:\\m"));
  action.mutable_install_update()->set_installer(v1::Action::WUSA);
  EXPECT_EQ(CommandsFor(action, kFiles, kServiceDisabled).size(), 1u);
  action.mutable_install_update()->set_installer(v1::Action::DISM);
  EXPECT_EQ(CommandsFor(action, kFiles, {}).size(), 2u);
}

TEST(InstallerTest, RemovesByNumberAndStartsNothingElse) {
  v1::Action action;
  action.mutable_remove_update()->set_kb("KB2705219");
  const auto commands = CommandsFor(action, kFiles, {});
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_THAT(commands[0].arguments, ::testing::Contains("/kb:2705219"));
  EXPECT_THAT(commands[0].arguments, ::testing::Contains("/norestart"));
  action.mutable_rescan();
  EXPECT_TRUE(CommandsFor(action, kFiles, {}).empty());
  action.mutable_restart();
  EXPECT_TRUE(CommandsFor(action, kFiles, {}).empty());
}

}  // namespace
}  // namespace muster::remedy
