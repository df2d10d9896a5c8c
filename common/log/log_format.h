// How lines of the log look.
#ifndef MUSTER_COMMON_LOG_LOG_FORMAT_H_
#define MUSTER_COMMON_LOG_LOG_FORMAT_H_

#include <spdlog/formatter.h>

#include <memory>

namespace muster {

// For a person: time, level, message, and the thread's fields (common/log/log_field.h) in brackets.
std::unique_ptr<spdlog::formatter> TextLogFormat();

// For a machine: one JSON object a line with "time" (UTC), "level", "message", and the thread's
// fields by their names, as "requestId" and "machine". Bytes that are no UTF-8 become "?".
std::unique_ptr<spdlog::formatter> JsonLogFormat();

}  // namespace muster

#endif  // MUSTER_COMMON_LOG_LOG_FORMAT_H_
