// A server with a database cluster of its own, and what muster-server says where it can't start.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "tests/integration/server_fixture.h"

namespace muster::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class EmbeddedServerTest : public ServerTest {
 protected:
  void UseEmbeddedDatabase() {
    StopServer();
    options_.conninfo.clear();
    options_.embedded_folder = (folder_ / "postgres").string();
    options_.data_folder = (folder_ / "embedded").string();
    StartServer();
  }
  // 0 where none runs.
  pid_t Postmaster() const {
    std::ifstream file(options_.embedded_folder + "/data/postmaster.pid");
    pid_t pid = 0;
    file >> pid;
    return pid;
  }
};

v1::AgentMessage Records(uint64_t from, uint64_t to) {
  v1::AgentMessage message;
  v1::IncidentBatch& batch = *message.mutable_incidents();
  batch.set_source("CBS.log");
  if (from > 0) batch.mutable_from()->set_offset(from);
  batch.mutable_to()->set_offset(to);
  v1::Incident& incident = *batch.add_incidents();
  incident.mutable_signature()->set_message("Failed to internally open package.");
  incident.mutable_first()->set_seconds(1'372'662'267);
  incident.mutable_last()->set_seconds(1'372'662'267);
  incident.set_count(1);
  return message;
}

TEST_F(EmbeddedServerTest, AKilledDatabaseIsStartedAgainAndASessionGoesOn) {
  UseEmbeddedDatabase();
  EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address, absl::Minutes(3));
  v1::Update update;
  update.set_kb("KB1000001");
  UploadByHand(session, machine.name, ItemSet(v1::UPDATES, {update.SerializeAsString()}));
  session.Send(Records(0, 100));
  session.Await(v1::ServerMessage::kIncidentAck);

  const pid_t killed = Postmaster();
  ASSERT_GT(killed, 0);
  ASSERT_EQ(kill(killed, SIGKILL), 0);
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while ((Postmaster() == killed || Postmaster() == 0) && absl::Now() < deadline) server_->Tend();
  ASSERT_LT(absl::Now(), deadline);

  v1::ServerMessage answer;
  do {  // a connection that was lost costs one more try
    session.Send(Records(100, 200));
    ASSERT_TRUE(session.Receive(answer)) << session.Finish().error_message();
  } while (answer.has_retry_later());
  ASSERT_TRUE(answer.has_incident_ack()) << answer.DebugString();
  EXPECT_EQ(answer.incident_ack().position().offset(), 200u);
  const v1::Machine shown = Get("PC1");
  ASSERT_THAT(shown.incidents(), SizeIs(1));
  EXPECT_EQ(shown.incidents(0).count(), 2u);
}

class MusterServerTest : public ServerTest {
 protected:
  // Starts the program, which has to fail, and answers what it wrote to the standard error.
  std::string ErrorOf(const std::string& arguments) {
    const std::string err = (folder_ / "err").string();
    const std::string command = absl::StrCat(
        "timeout 60 \"$MUSTER_BIN_DIR/muster-server\" --data ", (folder_ / "data2").string(),
        " --operator-listen 127.0.0.1:0 ", arguments, " >/dev/null 2>", err, " </dev/null");
    const int status = std::system(command.c_str());
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 124)
        << status;
    return *ReadSmallFile(err);
  }
};

TEST_F(MusterServerTest, SaysWhatIsWrongWithADatabaseItCannotReach) {
  const std::string free_port = "--agent-listen 127.0.0.1:0 ";
  EXPECT_THAT(ErrorOf(free_port + "--postgres ''"), HasSubstr("--postgres: is empty"));
  for (const char* conninfo : {"host=/nonexistent dbname=muster", "hots=db.example.com"}) {
    EXPECT_THAT(
        ErrorOf(absl::StrCat(free_port, "--postgres '", conninfo, "'")),
        AllOf(HasSubstr("the connection string that --postgres gives"), Not(HasSubstr("again"))));
  }
}

TEST_F(MusterServerTest, SaysOnceAndInWordsThatAPortIsTaken) {
  EXPECT_EQ(ErrorOf(absl::StrCat("--postgres \"", options_.conninfo, "\" --agent-listen ",
                                 AgentTarget())),
            absl::StrCat("muster-server: listening on ", AgentTarget(),
                         " failed: is the port in use, or the address not this host's?\n"));
}

}  // namespace
}  // namespace muster::integration
