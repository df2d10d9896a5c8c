#include "agent/servicing/cbs/cbs_log.h"

#include <algorithm>
#include <utility>

#include "agent/servicing/cbs/clock_offset.h"
#include "agent/servicing/cbs/record_header.h"
#include "agent/servicing/cbs/text_lines.h"
#include "agent/servicing/cbs/utf8.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxRecordBytes = 1024 * 1024;

}  // namespace

// Puts lines together to records. A record of one line whose bytes lie in what is being fed is
// never copied.
class CbsLogReader::Impl : private TextLineSink {
 public:
  explicit Impl(Callback on_record) : on_record_(std::move(on_record)), lines_(*this) {}

  void Feed(absl::string_view bytes) {
    lines_.Feed(bytes);
    Keep();
    UpdateStatistics();
  }

  void Finish() {
    lines_.Finish();
    Flush();
    UpdateStatistics();
  }

  const CbsLogStatistics& statistics() const { return statistics_; }

 private:
  void OnLine(const TextLine& line) override {
    RecordHeader header;
    const LineKind kind = line.nul_run ? LineKind::kBroken : headers_.Read(line.text, header);
    if (kind == LineKind::kContinuation) return Continue(line);
    Flush();
    Open(line);
    if (kind == LineKind::kHeader) {
      record_.damaged = false;
      record_.time = header.time;
      record_.severity = header.severity;
      record_.component = header.component;
      record_.message = header.message;
    }
    if (!line.lasting) Keep();
  }

  // Starts a record that is damaged until a header is found in it.
  void Open(const TextLine& line) {
    open_ = true;
    kept_ = false;
    blank_lines_ = 0;
    record_ = CbsRecord();
    record_.offset = line.offset;
    record_.message = line.text;
    record_.damaged = true;
  }

  void Continue(const TextLine& line) {
    if (line.text.empty()) {
      ++blank_lines_;  // counts only where another line follows
      return;
    }
    if (!open_) {
      Open(line);
      if (!line.lasting) Keep();
      return;
    }
    Keep();
    if (message_.size() < kMaxRecordBytes) {
      message_.append(std::min<uint64_t>(blank_lines_ + 1, kMaxRecordBytes), '\n');
      message_.append(line.text.data(), line.text.size());
      if (message_.size() > kMaxRecordBytes) {
        message_.resize(kMaxRecordBytes);
        message_.resize(ValidUtf8Prefix(message_));
      }
    }
    blank_lines_ = 0;
    record_.message = message_;
  }

  // Copies what the open record views, since it will be gone.
  void Keep() {
    if (!open_ || kept_) return;
    kept_ = true;
    severity_.assign(record_.severity.data(), record_.severity.size());
    component_.assign(record_.component.data(), record_.component.size());
    message_.assign(record_.message.data(), record_.message.size());
    record_.severity = severity_;
    record_.component = component_;
    record_.message = message_;
  }

  void Flush() {
    if (!open_) return;
    open_ = false;
    ++statistics_.records;
    if (record_.damaged) {
      ++statistics_.damaged;
    } else {
      clock_offset_.Add(*record_.time, record_.component, record_.message);
    }
    on_record_(record_);
  }

  void UpdateStatistics() {
    const TextLineReader::Counts& counts = lines_.counts();
    statistics_.bytes = counts.bytes;
    statistics_.lines = counts.lines;
    statistics_.replaced_bytes = counts.replaced_bytes;
    statistics_.encoding = std::string(counts.encoding);
    statistics_.utc_offset = clock_offset_.value();
  }

  Callback on_record_;
  TextLineReader lines_;
  CbsLogStatistics statistics_;
  RecordHeaderReader headers_;
  ClockOffset clock_offset_;
  CbsRecord record_;
  bool open_ = false;
  bool kept_ = false;  // record_ views the strings below, not what is being fed
  std::string severity_;
  std::string component_;
  std::string message_;
  uint64_t blank_lines_ = 0;
};

CbsLogReader::CbsLogReader(Callback on_record)
    : impl_(std::make_unique<Impl>(std::move(on_record))) {}
CbsLogReader::~CbsLogReader() = default;

void CbsLogReader::Feed(absl::string_view bytes) { impl_->Feed(bytes); }
void CbsLogReader::Finish() { impl_->Finish(); }
const CbsLogStatistics& CbsLogReader::statistics() const { return impl_->statistics(); }

}  // namespace muster::servicing
