// A Windows of its own for a test: a Wine prefix in Windows 7 mode, with what the incident left on
// it.
#ifndef MUSTER_TESTS_WINDOWS_WINE_FIXTURE_H_
#define MUSTER_TESTS_WINDOWS_WINE_FIXTURE_H_

#include <cstdio>
#include <filesystem>
#include <string>

#include "muster/v1/scan.pb.h"
#include "tests/integration/agent_fixture.h"

namespace muster::integration {

// The prefix is made once a program; each test leaves neither service nor state behind.
class WineTest : public AgentTest {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  // Runs a program under Wine until it ends.
  Ran Wine(const std::string& line);
  Ran Agent(const std::string& arguments) { return Wine(AgentProgram() + " " + arguments); }
  static std::string AgentProgram();
  // Ends every program of the prefix at once, as when the power goes, and starts its services anew.
  void Reboot();
  // A path of this system as Windows has it: "Z:\\tmp\\…".
  static std::string WindowsPath(std::filesystem::path path);

  // Packages as component based servicing keeps them: installed, and one superseded.
  void ImportPackages();
  // The folders of `image_` that the agent reads, on drive C.
  void CopyImage();
  std::filesystem::path DriveC() const { return prefix_ / "drive_c"; }
  std::filesystem::path State() const { return DriveC() / "ProgramData/Muster"; }
  // Follows the service's log from now on.
  std::unique_ptr<Process> FollowServiceLog(bool from_start);
  // Keeps what the service needs to enrol, as the machine's own name.
  void Invite();
  v1::ScanReport ScanReport(const Ran& ran);

  static std::filesystem::path prefix_;

 private:
  static void StartSession();
  static void EndSession();

  static FILE* resident_;
};

}  // namespace muster::integration

#endif  // MUSTER_TESTS_WINDOWS_WINE_FIXTURE_H_
