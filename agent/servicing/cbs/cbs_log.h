// CBS.log, record by record. The format in prose: docs/formats/cbs-log.md.
#ifndef MUSTER_AGENT_SERVICING_CBS_CBS_LOG_H_
#define MUSTER_AGENT_SERVICING_CBS_CBS_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace muster::servicing {

// One record: a header line and the lines that belong to it. The views live as long as the callback
// that gets them.
struct CbsRecord {
  uint64_t offset = 0;                    // of its first byte in the file, bytes
  std::optional<absl::CivilSecond> time;  // local time as written; unset for a damaged record
  absl::string_view severity;             // "Info", "Warning", "Error"; as the log spells it
  absl::string_view component;            // "CBS", "CSI", …; may be empty
  absl::string_view message;  // with its continuation lines, '\n' between, no line end at the end
  bool damaged = false;       // its header could not be read: everything is in `message`
};

// What a message says in fields. Views into the message.
struct CbsMessageFields {
  std::optional<uint32_t> hresult;  // of the "[HRESULT = 0x… - NAME]" suffix; S_OK included
  absl::string_view hresult_name;   // as the log spells it; may be empty
  absl::string_view package;        // Name~Token~Arch~Culture~Version
  absl::string_view file;           // a path; without "\\?\"
};
CbsMessageFields ParseCbsMessage(absl::string_view message);

// What stays the same when the same thing happens again, on this machine or another.
struct CbsSignature {
  std::string severity;
  std::string component;
  std::string
      message;  // template: paths, identities, numbers and times replaced by <path>, <package>, <n>
  uint32_t hresult = 0;
  std::string package;
  std::string file;  // relative to the Windows directory where it lies there, '/' between parts

  bool operator==(const CbsSignature&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const CbsSignature& s) {
    return H::combine(std::move(h), s.severity, s.component, s.message, s.hresult, s.package,
                      s.file);
  }
};
CbsSignature MakeSignature(const CbsRecord& record);

// True where the record says that something went wrong: severity Warning or Error, or a failing
// HRESULT that is not everyday noise (docs/formats/cbs-log.md lists the noise).
bool SaysSomethingWentWrong(const CbsRecord& record);

// Counts over what was read so far.
struct CbsLogStatistics {
  uint64_t bytes = 0;
  uint64_t lines = 0;
  uint64_t records = 0;
  uint64_t damaged = 0;         // records without a readable header
  uint64_t replaced_bytes = 0;  // bytes that are no text in the file's encoding
  std::string encoding;         // "UTF-8", "UTF-16LE", "UTF-16BE", …
  // Local time minus UTC, where a session id or a CSI stamp gave it away.
  std::optional<absl::Duration> utc_offset;
};

// Reads a log in pieces of any size, in constant memory. Takes UTF-8 with and without BOM, UTF-16
// with BOM, bad bytes, CRLF, LF and lone CR, NULs, lines of any length (cut at 64 KiB) and records
// of any length (cut at 1 MiB). Never fails. Not thread-safe.
class CbsLogReader {
 public:
  using Callback = std::function<void(const CbsRecord&)>;

  explicit CbsLogReader(Callback on_record);
  ~CbsLogReader();
  CbsLogReader(const CbsLogReader&) = delete;
  CbsLogReader& operator=(const CbsLogReader&) = delete;

  // Calls back for each record that is known to be whole.
  void Feed(absl::string_view bytes);
  // Calls back for the last record. Nothing may be fed after it.
  void Finish();

  const CbsLogStatistics& statistics() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CBS_CBS_LOG_H_
