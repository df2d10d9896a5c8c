// What the lines that a thread logs are about: a request, a machine. Whoever formats a line adds
// the fields that are set where it is written.
#ifndef MUSTER_COMMON_LOG_LOG_FIELD_H_
#define MUSTER_COMMON_LOG_LOG_FIELD_H_

#include <string>
#include <utility>
#include <vector>

namespace muster {

// Sets a field for the calling thread for as long as it lives; an empty value sets none. Those of
// one thread nest as scopes do.
class LogField {
 public:
  LogField(const char* name, std::string value);
  ~LogField();
  LogField(const LogField&) = delete;
  LogField& operator=(const LogField&) = delete;

 private:
  const bool set_;
};

// Of the calling thread, outermost first.
const std::vector<std::pair<const char*, std::string>>& LogFields();

}  // namespace muster

#endif  // MUSTER_COMMON_LOG_LOG_FIELD_H_
