#include "common/log/log_format.h"

#include <spdlog/pattern_formatter.h>

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/json_string.h"
#include "common/log/log_field.h"
#include "common/text_checks.h"

namespace muster {
namespace {

class FieldsFlag : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg&, const std::tm&, spdlog::memory_buf_t& out) override {
    std::string text;
    for (const auto& [name, value] : LogFields())
      absl::StrAppend(&text, " [", name, " ", value, "]");
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<FieldsFlag>();
  }
};

void AppendMember(absl::string_view name, std::string value, std::string& line) {
  if (!IsUtf8(value)) {
    for (char& c : value) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
  }
  absl::StrAppend(&line, line.empty() ? "{\"" : ",\"", name, "\":");
  AppendJsonString(value, line);
}

class Json : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const std::string_view level = spdlog::level::to_string_view(message.level).data();
    std::string line;
    AppendMember("time",
                 absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromChrono(message.time),
                                  absl::UTCTimeZone()),
                 line);
    AppendMember("level", std::string(level), line);
    AppendMember("message", std::string(message.payload.data(), message.payload.size()), line);
    for (const auto& [name, value] : LogFields()) AppendMember(name, value, line);
    line += "}\n";
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<formatter> clone() const override { return std::make_unique<Json>(); }
};

}  // namespace

std::unique_ptr<spdlog::formatter> TextLogFormat() {
  auto format = std::make_unique<spdlog::pattern_formatter>();
  format->add_flag<FieldsFlag>('*').set_pattern("[%Y-%m-%d %H:%M:%S.%e] [%^%l%$] %v%*");
  return format;
}

std::unique_ptr<spdlog::formatter> JsonLogFormat() { return std::make_unique<Json>(); }

}  // namespace muster
