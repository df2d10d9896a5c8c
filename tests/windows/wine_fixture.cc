#include "tests/windows/wine_fixture.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/files.h"

namespace muster::integration {
namespace {

namespace fs = std::filesystem;

constexpr char kPackagesKey[] =
    "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based "
    "Servicing\\Packages";

std::string SourceDirectory() { return std::getenv("MUSTER_SOURCE_DIR"); }

void Shell(const std::string& line) {
  ASSERT_EQ(std::system((line + " >/dev/null 2>&1").c_str()), 0) << line;
}

}  // namespace

fs::path WineTest::prefix_;
FILE* WineTest::resident_ = nullptr;

void WineTest::SetUpTestSuite() {
  AgentTest::SetUpTestSuite();
  ASSERT_TRUE(fs::exists(AgentProgram()))
      << AgentProgram() << " is not there: ./deploy/windows/build makes it";
  std::string pattern = (fs::temp_directory_path() / "muster-wine-XXXXXX").string();
  prefix_ = mkdtemp(pattern.data());
  setenv("MUSTER_WINE_PREFIX", prefix_.c_str(), 1);
  Shell(SourceDirectory() + "/tests/windows/wine cmd /c exit");  // makes the prefix
  StartSession();
}

void WineTest::StartSession() {
  // Services end with the last other program of their prefix: one that waits for its input.
  resident_ = popen((SourceDirectory() + "/tests/windows/wine cmd >/dev/null 2>&1").c_str(), "w");
  ASSERT_NE(resident_, nullptr);
}

void WineTest::EndSession() {
  const std::string server =
      absl::StrCat("WINEPREFIX=", prefix_.string(), " /usr/lib/wine/wineserver64 ");
  static_cast<void>(std::system((server + "-k; " + server + "-w").c_str()));
  pclose(resident_);
}

void WineTest::Reboot() {
  EndSession();
  StartSession();
}

void WineTest::TearDownTestSuite() {
  EndSession();
  unsetenv("MUSTER_WINE_PREFIX");
  std::error_code ignored;
  fs::remove_all(prefix_, ignored);
  AgentTest::TearDownTestSuite();
}

void WineTest::SetUp() {
  AgentTest::SetUp();
  CopyImage();
}

void WineTest::TearDown() {
  Agent("service remove --purge");
  Wine("reg delete \"" + std::string(kPackagesKey) + "\" /f");
  for (const char* folder : {"windows/servicing", "windows/Logs", "windows/winsxs/Catalogs"}) {
    std::error_code ignored;
    fs::remove_all(DriveC() / folder, ignored);
  }
  AgentTest::TearDown();
}

std::string WineTest::AgentProgram() {
  return SourceDirectory() + "/build/windows/bin/muster-agent.exe";
}

Ran WineTest::Wine(const std::string& line) {
  return Run("timeout 120 " + SourceDirectory() + "/tests/windows/wine " + line);
}

std::string WineTest::WindowsPath(fs::path path) {
  std::string text = "Z:" + path.string();
  std::replace(text.begin(), text.end(), '/', '\\');
  return text;
}

void WineTest::ImportPackages() {
  std::string reg = "Windows Registry Editor Version 5.00\r\n\r\n";
  const auto add = [&](const std::string& name, const std::string& state) {
    absl::StrAppend(&reg, "[", kPackagesKey, "\\", name,
                    "~31bf3856ad364e35~amd64~~6.1.1.1]\r\n\"CurrentState\"=dword:", state,
                    "\r\n\"InstallClient\"=\"WindowsUpdateAgent\"\r\n\r\n");
  };
  add("Package_for_KB2705219", "00000070");
  add("Package_1_for_KB2705219", "00000070");
  add("Package_for_KB2731847", "00000050");
  const fs::path file = folder_ / "packages.reg";
  ASSERT_TRUE(ReplaceFileContent(file, reg, FileMode::kShared).ok());
  const Ran ran = Wine("reg import '" + WindowsPath(file) + "'");
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
}

void WineTest::CopyImage() {
  for (const char* folder : {"servicing", "Logs", "winsxs/Catalogs"}) {
    fs::create_directories((DriveC() / "windows" / folder).parent_path());
    fs::copy(fs::path(image_) / "Windows" / folder, DriveC() / "windows" / folder,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
}

std::unique_ptr<Process> WineTest::FollowServiceLog(bool from_start) {
  return std::make_unique<Process>(
      std::vector<std::string>{"/usr/bin/tail", from_start ? "-n+1" : "-n0", "-s0.1", "-F",
                               (State() / "logs/muster-agent.log").string()});
}

void WineTest::Invite() {
  const Ran ran = Agent(absl::StrCat("enroll --later --server ", AgentTarget(), " --ca '",
                                     WindowsPath(server_->authority_file()), "' --token ",
                                     NewEnrollmentToken(5), " --name PC1"));
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
}

v1::ScanReport WineTest::ScanReport(const Ran& ran) {
  v1::ScanReport report;
  const auto status = google::protobuf::util::JsonStringToMessage(ran.out, &report);
  EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << ran.out.substr(0, 2000) << ran.err;
  return report;
}

}  // namespace muster::integration
