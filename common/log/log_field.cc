#include "common/log/log_field.h"

namespace muster {
namespace {

thread_local std::vector<std::pair<const char*, std::string>> fields;

}  // namespace

LogField::LogField(const char* name, std::string value) : set_(!value.empty()) {
  if (set_) fields.emplace_back(name, std::move(value));
}

LogField::~LogField() {
  if (set_) fields.pop_back();
}

const std::vector<std::pair<const char*, std::string>>& LogFields() { return fields; }

}  // namespace muster
