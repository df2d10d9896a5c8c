// Text of a Windows 7 CBS.log: records in the layout of the real one. Not thread-safe.
#ifndef MUSTER_TESTS_TESTDATA_CBS_LOG_TEXT_H_
#define MUSTER_TESTS_TESTDATA_CBS_LOG_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::testdata {

class CbsLogText {
 public:
  // The log writes local time, `utc_offset` ahead of UTC, and begins with a byte order mark.
  explicit CbsLogText(absl::Duration utc_offset);

  // One record. `instant` is in UTC.
  void Add(absl::Time instant, absl::string_view severity, absl::string_view component,
           absl::string_view message);
  // What TrustedInstaller writes when it starts and nothing is wrong, with the noise of every
  // healthy log.
  void AddStart(absl::Time instant);
  // A client opens the session, looks at `package`, which is installed, and leaves.
  void AddHealthyQuery(absl::Time instant, absl::string_view client, absl::string_view package);
  // A query that meets an expired catalog: the records of the 2013 incident for `package`.
  void AddExpiredCatalog(absl::Time instant, absl::string_view package);

  const std::string& text() const { return text_; }

 private:
  std::string SessionId(absl::Time instant) const;

  absl::TimeZone zone_;
  int sequence_ = 0;
  std::string text_;
};

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_CBS_LOG_TEXT_H_
