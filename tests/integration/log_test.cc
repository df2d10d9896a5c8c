// The log of a real server: lines say which request and which machine they are about.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

#include "common/log/log_format.h"
#include "tests/integration/server_fixture.h"

namespace muster::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class LogTest : public ServerTest {
 protected:
  void SetUp() override {
    before_ = spdlog::default_logger();
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out_);
    sink->set_formatter(JsonLogFormat());
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("", sink));
    ServerTest::SetUp();
  }
  void TearDown() override {
    ServerTest::TearDown();
    spdlog::set_default_logger(before_);
  }
  // Fails within the database.
  void ListMachines(const std::string& request_id) {
    auto context = AdminContext();
    context->AddMetadata("x-request-id", request_id);
    context->AddMetadata("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    v1::ListMachinesResponse response;
    const auto status = Operators()->ListMachines(context.get(), {}, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL) << status.error_message();
  }
  // The first line that has `text`, once the server has stopped.
  std::string LineWith(const std::string& text) {
    StopServer();
    std::istringstream lines(out_.str());
    for (std::string line; std::getline(lines, line);) {
      if (line.find(text) != std::string::npos) return line;
    }
    return "";
  }

  std::shared_ptr<spdlog::logger> before_;
  std::ostringstream out_;
};

TEST_F(LogTest, AFaultIsFoundByItsRequestAndItsTrace) {
  ExecuteSql("ALTER TABLE machines RENAME TO elsewhere");
  ListMachines("page-42/7");
  EXPECT_THAT(LineWith("FleetService.ListMachines"),
              AllOf(HasSubstr("\"requestId\":\"page-42/7\""),
                    HasSubstr("\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\""),
                    HasSubstr("\"level\":\"error\""), HasSubstr("does not exist")));
}

TEST_F(LogTest, ARequestIdThatIsNoneIsNotRepeated) {
  ExecuteSql("ALTER TABLE machines RENAME TO elsewhere");
  ListMachines(std::string(129, 'x'));
  EXPECT_THAT(LineWith("FleetService.ListMachines"), Not(HasSubstr("requestId")));
}

TEST_F(LogTest, AMachineWhoseMessageIsAtFaultIsNamed) {
  const EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  v1::AgentMessage message = HelloWith("PC1", v1::UPDATES, ItemSet(v1::UPDATES, {}));
  message.mutable_hello()->mutable_attributes()->clear_name();
  session.Send(message);
  EXPECT_EQ(session.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(LineWith("at fault"), HasSubstr("\"machine\":\"" + machine.id.ToHex() + "\""));
}

}  // namespace
}  // namespace muster::integration
