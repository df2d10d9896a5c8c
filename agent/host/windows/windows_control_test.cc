#include "agent/host/windows/windows_control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <windows.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/host/windows/command_line.h"
#include "agent/host/windows/kernel_handle.h"
#include "agent/host/windows/process.h"
#include "agent/host/windows/registry_sandbox.h"
#include "agent/host/windows/text.h"

namespace muster::host {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::SizeIs;
using Kind = ProcessEnd::Kind;

constexpr absl::Duration kPatience = absl::Seconds(60);

// A system folder with the stand-in as its only program, and what the stand-in is told to do.
class WindowsControlTest : public ::testing::Test {
 protected:
  WindowsControlTest()
      : folder_(fs::temp_directory_path() /
                (L"muster control ü " + std::to_wstring(GetCurrentProcessId()) + L"-" +
                 WideOf(::testing::UnitTest::GetInstance()->current_test_info()->name()))) {
    fs::create_directories(folder_);
    wchar_t program[MAX_PATH] = {};
    GetModuleFileNameW(nullptr, program, MAX_PATH);
    fs::copy_file(fs::path(program).parent_path() / "stand_in" / "wusa.exe", folder_ / "wusa.exe",
                  fs::copy_options::overwrite_existing);
    SetEnvironmentVariableW(L"MUSTER_STAND_IN", folder_.c_str());
  }
  ~WindowsControlTest() override {
    SetEnvironmentVariableW(L"MUSTER_STAND_IN", nullptr);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::string Path(const std::wstring& name) const { return Utf8Of((folder_ / name).wstring()); }
  void Behave(const std::string& lines) const {
    std::ofstream(folder_ / "wusa.txt", std::ios::binary) << lines;
  }
  absl::StatusOr<ProcessId> StartUninstall(WindowsControl& control) const {
    return control.Start({SystemProgram::kWusa, {"/uninstall", "/kb:2705219", "/quiet"}});
  }
  ProcessEnd RunToEnd(const std::string& lines) {
    Behave(lines);
    const absl::StatusOr<ProcessId> process = StartUninstall(control_);
    EXPECT_TRUE(process.ok()) << process.status();
    return process.ok() ? control_.Await(*process, kPatience) : ProcessEnd{};
  }
  // The lines of the stand-ins' log, once there are so many.
  std::vector<std::string> Runs(size_t count) const {
    std::vector<std::string> lines;
    for (int i = 0; i < 1000 && lines.size() < count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      lines.clear();
      std::ifstream log(folder_ / "runs.log");
      for (std::string line; std::getline(log, line);) lines.push_back(line);
    }
    return lines;
  }
  static uint32_t PidOf(const std::string& line) {
    const std::vector<std::string> parts = absl::StrSplit(line, absl::ByAnyChar("= "));
    uint32_t pid = 0;
    EXPECT_TRUE(parts.size() > 1 && absl::SimpleAtoi(parts[1], &pid)) << line;
    return pid;
  }
  static bool IsRunning(const KernelHandle& process) {
    return process.valid() && WaitForSingleObject(process.get(), 0) == WAIT_TIMEOUT;
  }
  std::string StandIn(const std::string& does) const {
    return absl::StrCat("\"", Path(L"wusa.exe"), "\" stand_in ", does);
  }

  const fs::path folder_;
  WindowsControl control_{Path(L"")};
};

TEST_F(WindowsControlTest, TellsExitCodesWhole) {
  for (const uint32_t code : {0u, 3010u, 259u, 0x00240006u, 0x80240017u, 0xFFFFFFFFu}) {
    const ProcessEnd end = RunToEnd(absl::StrCat("exit ", code, "\n"));
    EXPECT_EQ(end.kind, Kind::kExited);
    EXPECT_EQ(end.code, code);
  }
}

TEST_F(WindowsControlTest, ACrashIsAnExitCodeToo) {
  const ProcessEnd end = RunToEnd("crash\n");
  EXPECT_EQ(end.kind, Kind::kExited);
  EXPECT_EQ(end.code, 0xC0000005u);
}

TEST_F(WindowsControlTest, KnowsTheCodeOfAChildThatEndedBefore) {
  Behave("exit 3010\n");
  const absl::StatusOr<ProcessId> process = StartUninstall(control_);
  ASSERT_TRUE(process.ok()) << process.status();
  ASSERT_TRUE(WaitForEnd(OpenProcessOf(*process).get(), kPatience));
  EXPECT_EQ(control_.Await(*process, absl::ZeroDuration()).code, 3010u);
  EXPECT_EQ(control_.Await(*process, absl::ZeroDuration()).kind, Kind::kExited);
}

TEST_F(WindowsControlTest, PassesArgumentsAsTheyAre) {
  std::ofstream(folder_ / "an update.msu") << "MSCF";
  const std::string payload = Path(L"an update.msu");
  const std::string log = absl::StrCat("/log:", Path(L"wusa.evtx"));
  const absl::StatusOr<ProcessId> process =
      control_.Start({SystemProgram::kWusa, {payload, "/quiet", "/norestart", log}});
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_EQ(control_.Await(*process, kPatience).code, 0u);
  EXPECT_TRUE(fs::exists(folder_ / "wusa.evtx"));
  EXPECT_THAT(Runs(1), ElementsAre(absl::StrCat("pid=", process->id, " args=", payload,
                                                " /quiet /norestart ", log)));
}

TEST_F(WindowsControlTest, WhatIsQuotedIsReadBackByWindows) {
  const std::vector<std::string> arguments = {
      "", "a b", "C:\\My Work\\", "a\"b", "\\\\\"", "\\\\x", "ü \" \\\" \\", "-F:Windows*.cab"};
  const absl::StatusOr<std::string> line = CommandLineOf("C:\\a b\\wusa.exe", arguments);
  ASSERT_TRUE(line.ok()) << line.status();
  int count = 0;
  wchar_t** const read = CommandLineToArgvW(WideOf(*line).c_str(), &count);
  ASSERT_EQ(count, 9);
  EXPECT_EQ(Utf8Of(read[0]), "C:\\a b\\wusa.exe");
  for (size_t i = 0; i < arguments.size(); ++i) EXPECT_EQ(Utf8Of(read[i + 1]), arguments[i]);
  LocalFree(read);
}

TEST_F(WindowsControlTest, SaysThatAProgramIsMissing) {
  EXPECT_EQ(control_.Start({SystemProgram::kDism, {}}).status().code(),
            absl::StatusCode::kNotFound);
  WindowsControl nowhere(Path(L"nowhere"));
  EXPECT_EQ(StartUninstall(nowhere).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(WindowsControlTest, EndsAtTheLimitWhatHangsAndWhatItStarted) {
  // A child, and a grandchild whose parent waits for it.
  Behave(absl::StrCat("start ", StandIn(absl::StrCat("run ", StandIn("hang"))), "\nhang\n"));
  const absl::StatusOr<ProcessId> process = StartUninstall(control_);
  ASSERT_TRUE(process.ok()) << process.status();
  const std::vector<std::string> runs = Runs(3);
  ASSERT_THAT(runs, SizeIs(3));
  const KernelHandle child(OpenProcess(SYNCHRONIZE, FALSE, PidOf(runs[1])));
  const KernelHandle grandchild(OpenProcess(SYNCHRONIZE, FALSE, PidOf(runs[2])));
  ASSERT_TRUE(IsRunning(child));
  ASSERT_TRUE(IsRunning(grandchild));
  EXPECT_EQ(control_.Await(*process, absl::Milliseconds(50)).kind, Kind::kTimedOut);
  EXPECT_FALSE(IsRunning(child));
  EXPECT_FALSE(IsRunning(grandchild));
  EXPECT_FALSE(IsRunning(OpenProcessOf(*process)));
}

TEST_F(WindowsControlTest, LeavesOthersAloneAtTheLimit) {
  Behave("hang\n");
  const absl::StatusOr<ProcessId> other = StartUninstall(control_);
  const absl::StatusOr<ProcessId> process = StartUninstall(control_);
  ASSERT_TRUE(other.ok() && process.ok());
  EXPECT_EQ(control_.Await(*process, absl::Milliseconds(50)).kind, Kind::kTimedOut);
  EXPECT_TRUE(IsRunning(OpenProcessOf(*other)));
  EXPECT_EQ(control_.Await(*other, absl::ZeroDuration()).kind, Kind::kTimedOut);
}

TEST_F(WindowsControlTest, ALaterLifeWaitsForWhatAnEarlierOneStarted) {
  Behave(absl::StrCat("await ", Path(L"go"), "\nexit 0x80240017\n"));
  absl::StatusOr<ProcessId> process;
  {
    WindowsControl earlier(Path(L""));
    process = StartUninstall(earlier);
  }
  ASSERT_TRUE(process.ok()) << process.status();
  std::thread later([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // it waits by then
    std::ofstream(folder_ / "go") << "x";
  });
  const ProcessEnd end = control_.Await(*process, kPatience);
  later.join();
  EXPECT_EQ(end.kind, Kind::kExited);
  EXPECT_EQ(end.code, 0x80240017u);
}

TEST_F(WindowsControlTest, WhatEndedBetweenTwoLivesIsLost) {
  absl::StatusOr<ProcessId> process;
  {
    WindowsControl earlier(Path(L""));
    process = StartUninstall(earlier);
    ASSERT_TRUE(process.ok()) << process.status();
    EXPECT_EQ(earlier.Await(*process, kPatience).kind, Kind::kExited);
  }
  // Windows too may keep what is left of it for a moment.
  for (int i = 0; i < 1000 && OpenProcessOf(*process).valid(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(control_.Await(*process, kPatience).kind, Kind::kLost);
}

TEST_F(WindowsControlTest, AnotherProcessOfTheSameNumberIsNotTheOne) {
  Behave("hang\n");
  const absl::StatusOr<ProcessId> process = StartUninstall(control_);
  ASSERT_TRUE(process.ok()) << process.status();
  const ProcessId other{.id = process->id, .created = process->created + 1};
  EXPECT_EQ(control_.Await(other, absl::ZeroDuration()).kind, Kind::kLost);
  EXPECT_TRUE(IsRunning(OpenProcessOf(*process)));
  EXPECT_EQ(control_.Await(*process, absl::ZeroDuration()).kind, Kind::kTimedOut);
}

// The service's job caps its memory: an installer must not fall under that, nor end with it.
TEST_F(WindowsControlTest, TakesItsChildrenOutOfItsJob) {
  const KernelHandle job(CreateJobObjectW(nullptr, nullptr));
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_BREAKAWAY_OK;
  ASSERT_TRUE(SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits,
                                      sizeof(limits)));
  if (!AssignProcessToJobObject(job.get(), GetCurrentProcess())) GTEST_SKIP() << "in a job already";
  Behave("hang\n");
  const absl::StatusOr<ProcessId> process = StartUninstall(control_);
  ASSERT_TRUE(process.ok()) << process.status();
  BOOL in_job = TRUE;
  const KernelHandle child(OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, process->id));
  EXPECT_TRUE(IsProcessInJob(child.get(), job.get(), &in_job));
  EXPECT_FALSE(in_job);
  control_.Await(*process, absl::ZeroDuration());
}

TEST_F(WindowsControlTest, LookSaysHowThisWindowsIs) {
  const Readiness readiness = WindowsControl().Look();
  ASSERT_TRUE(readiness.free_disk_bytes.has_value());
  EXPECT_GT(*readiness.free_disk_bytes, 0u);
  EXPECT_THAT(readiness.architecture, AnyOf("amd64", "x86"));
  EXPECT_FALSE(readiness.servicing_busy);
  EXPECT_FALSE(readiness.update_service_disabled);
}

TEST_F(WindowsControlTest, LookSeesWindowsInstallerAtWork) {
  EXPECT_FALSE(control_.Look().installer_busy);
  {
    const KernelHandle mutex(CreateMutexW(nullptr, TRUE, L"Global\\_MSIExecute"));
    EXPECT_TRUE(control_.Look().installer_busy);
  }
  EXPECT_FALSE(control_.Look().installer_busy);
}

TEST_F(WindowsControlTest, LookSeesThatARestartIsPendingByStrongSignsAlone) {
  RegistrySandbox registry;
  registry.SetValue(L"SYSTEM\\CurrentControlSet\\Control\\Session Manager",
                    L"PendingFileRenameOperations", REG_MULTI_SZ,
                    std::string("a\0\0\0\0\0\0\0", 8));
  EXPECT_FALSE(control_.Look().restart_pending);
  registry.AddKey(
      L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based "
      L"Servicing\\RebootPending");
  EXPECT_TRUE(control_.Look().restart_pending);
}

// Its service is not there under Wine, and idle on Windows: a session alone is no work.
TEST_F(WindowsControlTest, ASessionWithoutTrustedInstallerIsNoWork) {
  RegistrySandbox registry;
  registry.SetDword(
      L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based "
      L"Servicing\\SessionsPending",
      L"Exclusive", 1);
  EXPECT_FALSE(control_.Look().servicing_busy);
}

TEST_F(WindowsControlTest, BootIsTheSameForTheWholeSession) {
  const absl::StatusOr<std::string> boot = control_.Boot();
  ASSERT_TRUE(boot.ok()) << boot.status();
  EXPECT_FALSE(boot->empty());
  EXPECT_EQ(*WindowsControl().Boot(), *boot);
}

TEST(SystemFolder, HasTheProgramsOfWindows) {
  EXPECT_THAT(SystemFolder(), AnyOf(EndsWith("\\System32"), EndsWith("\\Sysnative"),
                                    EndsWith("\\system32"), EndsWith("\\sysnative")));
  EXPECT_TRUE(fs::exists(fs::path(WideOf(SystemFolder())) / "expand.exe"));
}

}  // namespace
}  // namespace muster::host
