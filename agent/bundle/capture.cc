#include "agent/bundle/capture.h"

#include <google/protobuf/util/json_util.h>

#include <optional>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "agent/bundle/archive.h"
#include "agent/bundle/bundle.h"
#include "agent/bundle/file_writer.h"
#include "agent/bundle/system_record.h"
#include "agent/collect/catalogs.h"
#include "agent/collect/log_files.h"
#include "agent/collect/packages.h"
#include "agent/host/text.h"
#include "agent/servicing/cbs/text_lines.h"
#include "common/proto_time.h"

namespace muster::bundle {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxPlainBytes =
    64 * 1024 * 1024;  // of a manifest or catalog; real ones have 100 KiB

// UTF-16 text as lines of UTF-8, to be masked.
class Utf8Lines : public servicing::TextLineSink {
 public:
  explicit Utf8Lines(MaskedText& out) : out_(out) {}
  void OnLine(const servicing::TextLine& line) override {
    if (status_.ok()) status_ = out_.Feed(absl::StrCat(line.text, "\r\n"));
  }
  const absl::Status& status() const { return status_; }

 private:
  MaskedText& out_;
  absl::Status status_;
};

bool IsUtf16(absl::string_view start) {
  return absl::StartsWith(start, "\xff\xfe") || absl::StartsWith(start, "\xfe\xff");
}

class Writer {
 public:
  Writer(host::Host& host, host::System* system, fs::path root, const CaptureOptions& options)
      : host_(host), system_(system), root_(std::move(root)), options_(options) {}

  absl::StatusOr<v1::BundleManifest> Write() {
    manifest_.set_format(kFormat);
    manifest_.set_agent_version(options_.agent_version);
    *manifest_.mutable_captured_at() = ToProto(absl::Now());
    manifest_.set_installation(host::ValidUtf8(options_.mask ? masker_.Mask(options_.installation)
                                                             : options_.installation));
    manifest_.set_running_system(system_ != nullptr);
    manifest_.set_masked(options_.mask);
    for (const auto& [folder, wanted] : {std::pair(collect::kPackagesDirectory, &IsPackageFile),
                                         std::pair(collect::kStoreDirectory, &IsCatalog),
                                         std::pair(collect::kLogsDirectory, &IsLog)}) {
      if (absl::Status status = TakeFolder(folder, wanted); !status.ok()) return status;
    }
    if (system_ != nullptr) {
      if (absl::Status status = TakeAnswers(); !status.ok()) return status;
    }
    absl::Status status = WriteJson(kManifestPath, manifest_, /*listed=*/false);
    if (!status.ok()) return status;
    return std::move(manifest_);
  }

 private:
  static bool IsCatalog(absl::string_view name) { return absl::EndsWithIgnoreCase(name, ".cat"); }
  static bool IsPackageFile(absl::string_view name) {
    return IsCatalog(name) || absl::EndsWithIgnoreCase(name, ".mum");
  }
  static bool IsLog(absl::string_view name) {
    return absl::EndsWithIgnoreCase(name, ".log") && (absl::StartsWithIgnoreCase(name, "CBS") ||
                                                      absl::StartsWithIgnoreCase(name, "CheckSUR"));
  }
  static bool IsArchive(absl::string_view name) {
    return absl::StartsWithIgnoreCase(name, "CbsPersist_") &&
           absl::EndsWithIgnoreCase(name, ".cab");
  }

  void Unread(absl::string_view path, const absl::Status& why) {
    v1::BundleManifest::Unread& unread = *manifest_.add_unread();
    unread.set_path(host::ValidUtf8(path));
    unread.set_code(static_cast<uint32_t>(why.code()));
    unread.set_reason(host::ValidUtf8(why.message(), 300));
  }

  // Errors are those of writing alone.
  absl::Status TakeFolder(absl::string_view folder, bool (*wanted)(absl::string_view)) {
    const auto entries = host_.List(folder);
    if (absl::IsNotFound(entries.status())) return absl::OkStatus();
    if (!entries.ok()) {
      Unread(folder, entries.status());
      return absl::OkStatus();
    }
    std::error_code error;
    fs::create_directories(root_ / kFilesFolder / fs::path(std::string(folder)), error);
    for (size_t i = 0; i < entries->size(); ++i) {
      const host::Entry& entry = (*entries)[i];
      const std::string path = absl::StrCat(folder, "/", entry.name);
      if (options_.progress) options_.progress(folder, i, entries->size());
      if (IsArchive(entry.name)) {
        Unread(path, absl::UnimplementedError("archives of logs are not captured"));
      }
      if (!wanted(entry.name)) continue;
      absl::Status status = TakeFile(path, folder == collect::kLogsDirectory);
      if (!status.ok()) return status;
      if (IsCatalog(entry.name)) catalogs_.push_back(path);
    }
    return absl::OkStatus();
  }

  absl::Status TakeFile(const std::string& path, bool is_log) {
    if (!IsBundlePath(path) || !taken_.insert(absl::AsciiStrToLower(path)).second) {
      Unread(path, absl::FailedPreconditionError("no name that a file has on Windows"));
      return absl::OkStatus();
    }
    auto file = host_.Open(path);  // may have gone away since it was listed
    if (!file.ok()) {
      Unread(path, file.status());
      return absl::OkStatus();
    }
    const uint64_t limit = is_log ? options_.max_log_bytes : kMaxPlainBytes;
    const uint64_t size = (*file)->size();
    const uint64_t begin = size > limit ? size - limit : 0;
    if (begin > 0 && !is_log) {
      Unread(path, absl::ResourceExhaustedError("too large for what it should be"));
      return absl::OkStatus();
    }
    auto writer = FileWriter::Create(root_, absl::StrCat(kFilesFolder, "/", host::ValidUtf8(path)));
    if (!writer.ok()) return writer.status();
    absl::Status written;
    const absl::Status read =
        Copy(**file, begin, limit, is_log && options_.mask, **writer, written);
    if (!written.ok()) return written;
    auto finished = (*writer)->Finish();
    if (!finished.ok()) return finished.status();
    finished->set_left_out(begin);
    if (!read.ok()) Unread(path, read);  // what there is of it stays
    *manifest_.add_files() = *std::move(finished);
    return absl::OkStatus();
  }

  // What kept it from being read; what kept it from being written is in `written`.
  absl::Status Copy(host::FileReader& file, uint64_t begin, uint64_t limit, bool mask,
                    FileWriter& writer, absl::Status& written) {
    MaskedText masked(masker_, writer);
    Utf8Lines lines(masked);
    std::optional<servicing::TextLineReader> utf16;
    const std::string mark = MarkOf(file);
    if (mask && IsUtf16(mark)) {
      utf16.emplace(lines);
      begin += begin % 2;                // between two characters
      if (begin > 0) utf16->Feed(mark);  // a reader that begins in the middle is told the encoding
    }
    // What is left of a line may begin in the midst of a name.
    bool in_first_line = mask && begin > 0;
    const auto fed = collect::FeedFile(file, begin, limit, [&](absl::string_view piece) {
      if (in_first_line) {
        const size_t end = piece.find('\n');
        in_first_line = end == absl::string_view::npos;
        if (in_first_line) return true;
        piece.remove_prefix(end + (utf16 ? 2 : 1));
      }
      if (!mask) {
        written = writer.Write(piece);
      } else if (utf16) {
        utf16->Feed(piece);
        written = lines.status();
      } else {
        written = masked.Feed(piece);
      }
      return written.ok();
    });
    if (utf16) utf16->Finish();
    if (mask && written.ok()) written = masked.Finish();
    return fed.status();
  }

  // The byte order mark at its start, or what is there.
  static std::string MarkOf(host::FileReader& file) {
    std::string mark(2, '\0');
    if (!file.Seek(0).ok()) return "";
    const auto count = file.Read(absl::MakeSpan(mark));
    mark.resize(count.ok() ? *count : 0);
    return mark;
  }

  absl::Status TakeAnswers() {
    const v1::SystemAnswersRecord record =
        RecordSystem(*system_, catalogs_, options_.mask ? &masker_ : nullptr);
    return WriteJson(kAnswersPath, record, /*listed=*/true);
  }

  absl::Status WriteJson(const char* path, const google::protobuf::Message& message, bool listed) {
    google::protobuf::util::JsonPrintOptions json;
    json.add_whitespace = true;
    std::string text;
    const auto made = google::protobuf::util::MessageToJsonString(message, &text, json);
    if (!made.ok()) return absl::InternalError(absl::StrCat(path, ": ", made.ToString()));
    auto writer = FileWriter::Create(root_, path);
    if (!writer.ok()) return writer.status();
    if (absl::Status status = (*writer)->Write(text); !status.ok()) return status;
    auto file = (*writer)->Finish();
    if (!file.ok()) return file.status();
    if (listed) *manifest_.add_files() = *std::move(file);
    return absl::OkStatus();
  }

  host::Host& host_;
  host::System* const system_;
  const fs::path root_;
  const CaptureOptions& options_;
  Masker masker_;
  std::set<std::string> taken_;  // lower case
  std::vector<std::string> catalogs_;
  v1::BundleManifest manifest_;
};

absl::Status Rename(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("renaming ", from.string(), " to ", to.string(), ": ", error.message()));
}

}  // namespace

absl::StatusOr<v1::BundleManifest> Capture(host::Host& host, host::System* system,
                                           const fs::path& target, const CaptureOptions& options) {
  fs::path out = target;
  if (!out.has_filename()) out = out.parent_path();  // "case/"
  std::error_code error;
  if (fs::exists(out, error)) {
    return absl::AlreadyExistsError(
        absl::StrCat(out.string(), " is there already: name another, or remove it"));
  }
  // A name of its own: whatever lies beside is somebody's.
  std::random_device random;
  fs::path beside = out;
  beside += absl::StrFormat(".%08x%08x.partial", random(), random());
  auto manifest = Writer(host, system, beside, options).Write();
  absl::Status status = manifest.status();
  if (status.ok() && IsArchivePath(out)) {
    fs::path archive = beside;
    archive += ".zip";
    status = PackFolder(beside, archive);
    if (status.ok()) status = Rename(archive, out);
    fs::remove(archive, error);
  } else if (status.ok()) {
    status = Rename(beside, out);
  }
  fs::remove_all(beside, error);
  if (!status.ok()) return status;
  return manifest;
}

}  // namespace muster::bundle
