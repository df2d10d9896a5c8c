#include "agent/main/installation_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/host/fake/fake_host.h"

namespace muster::agent {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

constexpr char kLog[] = "Windows/Logs/CBS/CBS.log";

class InstallationLogsTest : public ::testing::Test {
 protected:
  std::string FirstMessage(const std::string& message) {
    host_.Write(kLog,
                absl::StrCat("2013-07-01 09:00:00, Error                 CBS    ", message,
                             "\r\n2013-07-01 09:00:01, Info                  CBS    End\r\n"));
    InstallationLogs logs(host_, /*system=*/nullptr, /*once=*/true);
    const auto batch = logs.Next("CBS.log", {});
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (!batch.ok() || batch->incidents_size() != 1) return {};
    return batch->incidents(0).first_message();
  }

  host::FakeHost host_;
};

TEST_F(InstallationLogsTest, ARecordGoesAsItsLogSpellsItWithoutItsUser) {
  const std::string message = FirstMessage(
      R"(Failed to open C:\Users\anna\cache 17 [HRESULT = 0x800b0101 - CERT_E_EXPIRED])");
  EXPECT_EQ(message,
            R"(Failed to open C:\Users\user-1\cache 17 [HRESULT = 0x800b0101 - CERT_E_EXPIRED])");
}

TEST_F(InstallationLogsTest, TheLastRecordOfAKindGoesLikewise) {
  const std::string line =
      "2013-07-01 09:00:0%, Error                 CBS    Failed to open C:\\Users\\anna\\cache "
      "%\r\n";
  std::string log;
  for (const char* n : {"1", "2", "3"})
    absl::StrAppend(&log, absl::StrReplaceAll(line, {{"%", n}}));
  host_.Write(kLog, log + "2013-07-01 09:00:09, Info                  CBS    End\r\n");
  InstallationLogs logs(host_, /*system=*/nullptr, /*once=*/true);
  const auto batch = logs.Next("CBS.log", {});
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_EQ(batch->incidents_size(), 1);
  EXPECT_EQ(batch->incidents(0).count(), 3u);
  EXPECT_EQ(batch->incidents(0).first_message(), R"(Failed to open C:\Users\user-1\cache 1)");
  EXPECT_EQ(batch->incidents(0).last_message(), R"(Failed to open C:\Users\user-1\cache 3)");
}

TEST_F(InstallationLogsTest, ALongRecordIsCut) {
  const std::string message = FirstMessage("Failed " + std::string(3000, 'x'));
  EXPECT_THAT(message, StartsWith("Failed xxx"));
  EXPECT_THAT(message, EndsWith("xxx…"));
  EXPECT_EQ(message.size(), 1024u + std::string("…").size());
}

}  // namespace
}  // namespace muster::agent
