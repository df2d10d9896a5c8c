#include "agent/servicing/update_history/update_history.h"

#include <gtest/gtest.h>

namespace muster::servicing {
namespace {

TEST(KbOfUpdateTitle, ReadsTitlesOfEveryLanguage) {
  EXPECT_EQ(KbOfUpdateTitle("Security Update for Windows 7 for x64-based Systems (KB2705219)"),
            "KB2705219");
  EXPECT_EQ(KbOfUpdateTitle("Sicherheitsupdate für Windows (KB2705219)"), "KB2705219");
  EXPECT_EQ(KbOfUpdateTitle("Обновление безопасности для Windows 7 (KB2731847-v2)"), "KB2731847");
  EXPECT_EQ(KbOfUpdateTitle("Windows 7 用セキュリティ更新プログラム（KB2749655）"), "KB2749655");
  EXPECT_EQ(KbOfUpdateTitle("kb2749655"), "KB2749655");
}

TEST(KbOfUpdateTitle, TheOneInParenthesesIsTheUpdate) {
  EXPECT_EQ(KbOfUpdateTitle("Update replacing KB976932 for Windows 7 (KB2505438)"), "KB2505438");
  EXPECT_EQ(KbOfUpdateTitle("KB2533552 and KB2534366"), "KB2533552");
}

TEST(KbOfUpdateTitle, IsEmptyWhereNoneIsNamed) {
  EXPECT_EQ(KbOfUpdateTitle("Realtek - Network - Realtek PCIe GBE Family Controller"), "");
  EXPECT_EQ(KbOfUpdateTitle("512KB1234 cache"), "");
  EXPECT_EQ(KbOfUpdateTitle("KB12"), "");
  EXPECT_EQ(KbOfUpdateTitle(""), "");
  EXPECT_EQ(KbOfUpdateTitle("KB"), "");
  EXPECT_EQ(KbOfUpdateTitle(std::string(100'000, 'x') + "(KB2705219)"), "");
}

TEST(UpdateAttemptOf, SaysHowAnAttemptEnded) {
  const auto attempt = [](int32_t operation, int32_t result) {
    return UpdateAttemptOf(UpdateOperationOf(operation), UpdateResultOf(result));
  };
  EXPECT_EQ(attempt(1, 2), UpdateAttempt::kInstalled);
  EXPECT_EQ(attempt(1, 3), UpdateAttempt::kInstalled);
  EXPECT_EQ(attempt(1, 4), UpdateAttempt::kInstallFailed);
  EXPECT_EQ(attempt(1, 5), UpdateAttempt::kInstallFailed);
  EXPECT_EQ(attempt(2, 2), UpdateAttempt::kUninstalled);
  EXPECT_EQ(attempt(2, 4), UpdateAttempt::kUninstallFailed);
  EXPECT_EQ(attempt(1, 1), UpdateAttempt::kUnfinished);
  EXPECT_EQ(attempt(0, 2), UpdateAttempt::kUnfinished);
  EXPECT_EQ(attempt(1, 77), UpdateAttempt::kUnfinished);
}

TEST(Names, AreThoseOfTheUpdateAgent) {
  EXPECT_EQ(UpdateOperationName(UpdateOperationOf(2)), "Uninstallation");
  EXPECT_EQ(UpdateOperationName(UpdateOperationOf(-9)), "Unknown");
  EXPECT_EQ(UpdateResultName(UpdateResultOf(3)), "SucceededWithErrors");
  EXPECT_EQ(UpdateResultName(UpdateResultOf(6)), "Unknown");
}

}  // namespace
}  // namespace muster::servicing
