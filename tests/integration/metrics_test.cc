// What a real server tells Prometheus, and whether what deploy/ asks for is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/server_fixture.h"
#include "tests/testdata/http_get.h"

namespace muster::integration {
namespace {

using testdata::HttpGet;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class MetricsTest : public ServerTest {
 protected:
  void SetUp() override {
    options_.metrics_listen = "127.0.0.1:0";
    ServerTest::SetUp();
  }
  std::string Scrape() { return HttpGet(server_->metrics_port(), "/metrics").body; }
  int Readiness() { return HttpGet(server_->metrics_port(), "/readyz").status; }
  // Tends the server until the readiness is this; false where it takes too long.
  bool BecomesReady(int status) {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (Readiness() != status) {
      if (absl::Now() > deadline) return false;
      server_->Tend();
      absl::SleepFor(absl::Milliseconds(20));
    }
    return true;
  }
};

TEST_F(MetricsTest, WhatAMachineReportsIsCountedUntilItIsCommitted) {
  const EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  v1::Update update;
  update.set_kb("KB1000001");
  UploadByHand(session, machine.name, ItemSet(v1::UPDATES, {update.SerializeAsString()}));
  server_->Tend();
  const std::string text = Scrape();
  EXPECT_THAT(text, HasSubstr("muster_sessions 1\n"));
  EXPECT_THAT(text, HasSubstr("muster_reports_received_total{kind=\"inventory\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("muster_reports_received_total{kind=\"set_change\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("muster_reports_received_total{kind=\"items\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("muster_reports_committed_total 3\n"));
  EXPECT_THAT(text, HasSubstr("muster_queue_reports 0\n"));
  EXPECT_THAT(text, HasSubstr("muster_machines{verdict=\"UNKNOWN\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("muster_machines{verdict=\"AFFECTED\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("purpose=\"certificate of this server\""));
  EXPECT_THAT(text, Not(HasSubstr("muster_batch_commit_seconds_count 0\n")));
}

TEST_F(MetricsTest, AServerIsReadyWhileItsDatabaseAnswers) {
  EXPECT_EQ(Readiness(), 503);  // nothing was seen of it yet
  EXPECT_TRUE(BecomesReady(200));
  StopServer();
  const store::EmbeddedPostgresOptions cluster{.directory = (folder_ / "postgres").string()};
  auto postgres = store::EmbeddedPostgres::Start(cluster);
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  options_.conninfo = (*postgres)->conninfo();
  options_.data_folder = (folder_ / "other").string();
  StartServer();
  ASSERT_TRUE(BecomesReady(200));
  postgres->reset();
  EXPECT_TRUE(BecomesReady(503));
  EXPECT_EQ(HttpGet(server_->metrics_port(), "/healthz").status, 200);
  EXPECT_THAT(Scrape(), Not(HasSubstr("muster_database_errors_total{code=\"UNAVAILABLE\"} 0\n")));
  postgres = store::EmbeddedPostgres::Start(cluster);
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  EXPECT_TRUE(BecomesReady(200));
}

// Names of this project's metrics in a text.
std::set<std::string> NamesIn(const std::string& text) {
  static const std::regex name("muster_[a-z_]+");
  std::set<std::string> names;
  for (std::sregex_iterator it(text.begin(), text.end(), name), end; it != end; ++it) {
    names.insert(it->str());
  }
  return names;
}

TEST_F(MetricsTest, WhatRulesAndDashboardAskForIsThere) {
  server_->Tend();
  const std::set<std::string> told = NamesIn(Scrape());
  const std::string deploy = absl::StrCat(std::getenv("MUSTER_SOURCE_DIR"), "/deploy");
  for (const char* path : {"/prometheus/muster.rules.yml", "/grafana/muster.json"}) {
    std::ifstream file(deploy + path);
    std::stringstream text;
    text << file.rdbuf();
    std::set<std::string> asked = NamesIn(text.str());
    EXPECT_THAT(asked, Not(IsEmpty())) << path;
    // Those of muster-dashboard are its own tests'.
    std::erase_if(asked, [](const std::string& name) { return name.starts_with("muster_http_"); });
    for (const std::string& name : asked) EXPECT_TRUE(told.contains(name)) << path << ": " << name;
  }
}

}  // namespace
}  // namespace muster::integration
