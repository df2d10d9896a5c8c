#include "agent/collect/log_follower.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/collect/incident_table.h"
#include "agent/collect/log_files.h"
#include "agent/servicing/cbs/cbs_log.h"

namespace muster::collect {
namespace {

// TrustedInstaller's first session or CSI's first stamp stands near the start.
constexpr uint64_t kHeadBytes = 1024 * 1024;

// Collects the records of one piece of a file. Each record is held back until the next one begins:
// only then is it known to be whole, and where it ends.
class PieceReader {
 public:
  // `offset_shift`: what the reader calls an offset, plus this, is one in the file.
  PieceReader(uint64_t begin, int64_t offset_shift)
      : end_(begin),
        shift_(offset_shift),
        reader_([this](const servicing::CbsRecord& record) { OnRecord(record); }) {}

  servicing::CbsLogReader& reader() { return reader_; }
  bool full() const { return full_; }
  // Ends the piece: what is left is one record, held back.
  void Finish() { reader_.Finish(); }
  // Takes the record that Finish left, which ends where the piece does.
  void TakeLast(uint64_t piece_end) {
    if (full_) return;
    if (!has_pending_ || !pending_counts_ || table_.Add(pending_.record)) end_ = piece_end;
  }
  // Where the records that were taken end.
  uint64_t end() const { return end_; }
  IncidentTable& table() { return table_; }

 private:
  // A record that outlives the callback.
  struct Pending {
    std::string severity, component, message;
    servicing::CbsRecord record;
  };

  void OnRecord(const servicing::CbsRecord& record) {
    if (full_) return;
    const uint64_t offset = record.offset + shift_;
    if (has_pending_ && pending_counts_ && !table_.Add(pending_.record)) {
      full_ = true;  // the batch ends before the pending record
      return;
    }
    end_ = offset;
    Hold(record);
  }

  void Hold(const servicing::CbsRecord& record) {
    has_pending_ = true;
    pending_counts_ = servicing::SaysSomethingWentWrong(record);
    if (!pending_counts_) return;
    pending_.severity = std::string(record.severity);
    pending_.component = std::string(record.component);
    pending_.message = std::string(record.message);
    pending_.record = record;
    pending_.record.severity = pending_.severity;
    pending_.record.component = pending_.component;
    pending_.record.message = pending_.message;
  }

  uint64_t end_;
  const int64_t shift_;
  IncidentTable table_{LogFollower::kMaxSignaturesPerBatch};
  Pending pending_;
  bool has_pending_ = false;
  bool pending_counts_ = false;
  bool full_ = false;
  servicing::CbsLogReader reader_;
};

}  // namespace

LogFollower::LogFollower(host::Host& host, std::string path)
    : host_(host), path_(std::move(path)), source_(path_.substr(path_.rfind('/') + 1)) {}

absl::StatusOr<std::optional<LogFollower::Start>> LogFollower::FindStart(
    const v1::LogPosition& from) {
  auto found = FindLogs(host_);
  if (absl::IsNotFound(found.status())) return std::nullopt;
  if (!found.ok()) return found.status();
  std::vector<Start> starts;  // oldest first
  for (const LogFile& log : found->logs) {
    if (log.source != v1::IncidentSignature::CBS_LOG) continue;
    auto place = OpenLog(host_, log.path);
    if (absl::IsNotFound(place.status())) continue;
    if (!place.ok()) return place.status();
    starts.push_back({*std::move(place), 0, host::SameName(log.path, path_)});
  }
  if (starts.empty()) return std::nullopt;
  if (from.file().empty()) return std::move(starts.front());
  for (size_t i = 0; i < starts.size(); ++i) {
    Start& start = starts[i];
    if (start.place.identity != from.file()) continue;
    const auto last_line = LastLineDigest(*start.place.file, from.offset());
    if (!last_line.ok()) return last_line.status();
    // Cut, or written anew with the same first line.
    if (*last_line != from.last_line()) return std::move(start);
    start.offset = from.offset();
    const bool finished = start.offset >= start.place.file->size();
    if (finished && i + 1 < starts.size()) return std::move(starts[i + 1]);
    return std::move(start);
  }
  if (!starts.back().is_last) return std::nullopt;
  return std::move(starts.back());
}

absl::StatusOr<absl::Duration> LogFollower::UtcOffset(host::FileReader& file,
                                                      const std::string& identity) {
  const auto known = utc_offsets_.find(identity);
  if (known != utc_offsets_.end()) return known->second;
  servicing::CbsLogReader head([](const servicing::CbsRecord&) {});
  const auto fed = FeedFile(file, 0, kHeadBytes, [&](absl::string_view piece) {
    head.Feed(piece);
    return true;
  });
  if (!fed.ok()) return fed.status();
  const auto offset = head.statistics().utc_offset;
  if (offset) utc_offsets_[identity] = *offset;
  return offset.value_or(absl::ZeroDuration());
}

absl::StatusOr<v1::IncidentBatch> LogFollower::Read(const Start& start, uint64_t max_bytes) {
  host::FileReader& file = *start.place.file;
  const auto utc_offset = UtcOffset(file, start.place.identity);
  if (!utc_offset.ok()) return utc_offset.status();
  // A reader that begins in the middle is told the encoding by the mark.
  const absl::string_view mark = start.offset == 0 ? "" : absl::string_view(start.place.mark);
  PieceReader piece(start.offset, static_cast<int64_t>(start.offset - mark.size()));
  piece.reader().Feed(mark);
  const auto fed = FeedFile(file, start.offset, max_bytes, [&](absl::string_view bytes) {
    piece.reader().Feed(bytes);
    return !piece.full();
  });
  if (!fed.ok()) return fed.status();
  const uint64_t read_to = start.offset + *fed;
  const bool at_end = *fed < max_bytes && !piece.full();
  const bool unchanged = last_identity_ == start.place.identity && last_size_ == read_to;
  piece.Finish();
  // One record that fills the whole piece is taken as far as it was read: else there would be no
  // going on.
  const bool stuck = !at_end && piece.end() <= start.offset;
  if ((at_end && (!start.is_last || unchanged)) || stuck) piece.TakeLast(read_to);
  if (start.is_last && at_end) {
    last_identity_ = start.place.identity;
    last_size_ = read_to;
  }
  piece.table().EndOfLog(*utc_offset);
  v1::IncidentBatch batch;
  for (v1::Incident& incident : piece.table().Take()) {
    *batch.add_incidents() = std::move(incident);
  }
  const auto last_line = LastLineDigest(file, piece.end());
  if (!last_line.ok()) return last_line.status();
  batch.mutable_to()->set_file(start.place.identity);
  batch.mutable_to()->set_offset(piece.end());
  batch.mutable_to()->set_last_line(*last_line);
  return batch;
}

absl::StatusOr<v1::IncidentBatch> LogFollower::NextBatch(const v1::LogPosition& from,
                                                         uint64_t max_bytes) {
  auto start = FindStart(from);
  if (!start.ok()) return start.status();
  v1::IncidentBatch batch;
  *batch.mutable_to() = from;
  if (start->has_value()) {
    auto read = Read(**start, max_bytes);
    if (!read.ok()) return read.status();
    batch = *std::move(read);
  }
  batch.set_source(source_);
  *batch.mutable_from() = from;
  return batch;
}

}  // namespace muster::collect
