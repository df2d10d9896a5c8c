#include "common/log/log_format.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>
#include <thread>

#include "common/log/log_field.h"

namespace muster {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class LogFormatTest : public ::testing::Test {
 protected:
  void Use(std::unique_ptr<spdlog::formatter> format) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out_);
    sink->set_formatter(std::move(format));
    logger_ = std::make_unique<spdlog::logger>("test", sink);
  }
  // The one line that was written since the last call, as JSON.
  google::protobuf::Struct Line() {
    const std::string line = out_.str();
    out_.str("");
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    google::protobuf::Struct object;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &object).ok()) << line;
    return object;
  }

  std::ostringstream out_;
  std::unique_ptr<spdlog::logger> logger_;
};

TEST_F(LogFormatTest, JsonIsOneObjectALineWhateverIsSaid) {
  Use(JsonLogFormat());
  logger_->warn("two\nlines, \"quotes\" and \x1b[31m");
  auto fields = Line().fields();
  EXPECT_EQ(fields["message"].string_value(), "two\nlines, \"quotes\" and \x1b[31m");
  EXPECT_EQ(fields["level"].string_value(), "warning");
  EXPECT_THAT(fields["time"].string_value(), EndsWith("Z"));
  EXPECT_EQ(fields.size(), 3u);
  logger_->info("no UTF-8: \xff");
  EXPECT_EQ(Line().fields().at("message").string_value(), "no UTF-8: ?");
}

TEST_F(LogFormatTest, LinesCarryTheFieldsOfTheirThread) {
  Use(JsonLogFormat());
  {
    const LogField request("requestId", "abc-1"), none("empty", "");
    {
      const LogField machine("machine", "00ff");
      logger_->info("both");
      auto fields = Line().fields();
      EXPECT_EQ(fields["requestId"].string_value(), "abc-1");
      EXPECT_EQ(fields["machine"].string_value(), "00ff");
      EXPECT_EQ(fields.size(), 5u);
      std::thread([this] { logger_->info("another thread"); }).join();
      EXPECT_EQ(Line().fields().size(), 3u);
    }
    logger_->info("one");
    EXPECT_EQ(Line().fields().size(), 4u);
  }
  logger_->info("none");
  EXPECT_EQ(Line().fields().size(), 3u);
}

TEST_F(LogFormatTest, TextEndsWithTheFields) {
  Use(TextLogFormat());
  logger_->info("plain");
  EXPECT_THAT(out_.str(), EndsWith("[info] plain\n"));
  const LogField machine("machine", "00ff");
  logger_->error("odd");
  EXPECT_THAT(out_.str(), EndsWith("[error] odd [machine 00ff]\n"));
}

}  // namespace
}  // namespace muster
