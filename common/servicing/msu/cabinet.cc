#include "common/servicing/msu/cabinet.h"

#include <mspack.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/servicing/msu/package_name.h"

namespace muster::servicing {
namespace {

constexpr size_t kHeaderBytes = 36;        // [MS-CAB] 2.1, without the optional fields
constexpr size_t kSignedHeaderBytes = 60;  // with a reserve of 20 bytes that names the signature

// libmspack's window on the outside: it reads the one cabinet and writes to the one sink.
struct System : mspack_system {
  const ByteFile* source = nullptr;
  ByteFile* file_sink = nullptr;
  std::string* memory_sink = nullptr;  // reserved beforehand: an exception must not cross C
  uint64_t sink_bytes_left = 0;
  int read_error = 0;   // errno
  int write_error = 0;  // errno
};

struct Handle : mspack_file {
  System* system;
  int64_t position;
};

mspack_file* OpenHandle(mspack_system* self, const char*, int) {
  auto* handle = new (std::nothrow) Handle;
  if (handle == nullptr) return nullptr;
  handle->system = static_cast<System*>(self);
  handle->position = 0;
  return handle;
}

void CloseHandle(mspack_file* file) { delete static_cast<Handle*>(file); }

int ReadHandle(mspack_file* file, void* buffer, int bytes) {
  auto* handle = static_cast<Handle*>(file);
  if (bytes < 0 || handle->position < 0) return -1;
  const int64_t got = handle->system->source->ReadAt(static_cast<uint64_t>(handle->position),
                                                     buffer, static_cast<size_t>(bytes));
  if (got < 0) {
    handle->system->read_error = errno;
    return -1;
  }
  handle->position += got;
  return static_cast<int>(got);
}

int WriteHandle(mspack_file* file, void* buffer, int bytes) {
  System& system = *static_cast<Handle*>(file)->system;
  if (bytes < 0 || static_cast<uint64_t>(bytes) > system.sink_bytes_left) return -1;
  const absl::string_view data(static_cast<const char*>(buffer), static_cast<size_t>(bytes));
  system.sink_bytes_left -= data.size();
  if (system.memory_sink != nullptr) {
    system.memory_sink->append(data.data(), data.size());
  } else if (system.file_sink == nullptr || !system.file_sink->Append(data)) {
    system.write_error = errno;
    return -1;
  }
  return bytes;
}

int SeekHandle(mspack_file* file, off_t offset, int mode) {
  auto* handle = static_cast<Handle*>(file);
  int64_t from = 0;
  if (mode == MSPACK_SYS_SEEK_CUR) from = handle->position;
  if (mode == MSPACK_SYS_SEEK_END) from = static_cast<int64_t>(handle->system->source->size());
  const int64_t to = from + offset;  // both below 2^33
  if (to < 0) return -1;
  handle->position = to;
  return 0;
}

off_t TellHandle(mspack_file* file) { return static_cast<Handle*>(file)->position; }

void IgnoreMessage(mspack_file*, const char*, ...) {}

void Connect(System& system) {
  system.open = OpenHandle;
  system.close = CloseHandle;
  system.read = ReadHandle;
  system.write = WriteHandle;
  system.seek = SeekHandle;
  system.tell = TellHandle;
  system.message = IgnoreMessage;
  system.alloc = [](mspack_system*, size_t bytes) { return std::malloc(bytes); };
  system.free = [](void* memory) { std::free(memory); };
  system.copy = [](void* from, void* to, size_t bytes) { std::memcpy(to, from, bytes); };
  system.null_ptr = nullptr;
}

uint32_t LittleEndian(absl::string_view bytes, size_t offset, size_t width) {
  uint32_t value = 0;
  for (size_t i = width; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  }
  return value;
}

absl::Status Truncated(uint64_t size, uint64_t expected) {
  return absl::InvalidArgumentError(
      absl::StrCat("it is truncated: ", size, " bytes are here of ", expected));
}

absl::Status NoCabinet(absl::string_view header) {
  if (header.empty()) return absl::InvalidArgumentError("it is empty");
  if (absl::StartsWith("MSCF", header)) return Truncated(header.size(), kHeaderBytes);
  absl::string_view guess;
  if (header[0] == '<') guess = "; it begins like a web page, as of a proxy that asks for a login";
  if (absl::StartsWith(header, "MSWIM")) {
    guess = "; it is a WIM image, as newer versions of Windows have packages";
  }
  return absl::InvalidArgumentError(absl::StrCat("it is no cabinet", guess));
}

// A cabinet that was signed by Authenticode has the place of its signature in the header's reserve:
// after a mark, offset and length.
uint64_t EndOfSignature(absl::string_view header) {
  constexpr uint32_t kReserveFollows = 4, kReserveBytes = 20, kMark = 0x00100000;
  if (header.size() < kSignedHeaderBytes || !(LittleEndian(header, 30, 2) & kReserveFollows) ||
      LittleEndian(header, 36, 2) != kReserveBytes || LittleEndian(header, 40, 4) != kMark) {
    return 0;
  }
  return uint64_t{LittleEndian(header, 44, 4)} + LittleEndian(header, 48, 4);
}

// What libmspack would not tell in an operator's words, and the count before it allocates.
absl::Status CheckHeader(const ByteFile& file) {
  const std::string header = file.ReadAt(0, kSignedHeaderBytes);
  if (header.size() < 4 || !absl::StartsWith(header, "MSCF")) return NoCabinet(header);
  if (header.size() < kHeaderBytes) return Truncated(file.size(), kHeaderBytes);
  const uint64_t end = std::max<uint64_t>(LittleEndian(header, 8, 4), EndOfSignature(header));
  if (file.size() < end) return Truncated(file.size(), end);
  constexpr uint32_t kPreviousFollows = 1, kNextFollows = 2;
  if (LittleEndian(header, 30, 2) & (kPreviousFollows | kNextFollows)) {
    return absl::InvalidArgumentError("it is one of a set of cabinets, which no update package is");
  }
  if (const uint32_t count = LittleEndian(header, 28, 2); count > kMaxCabinetMembers) {
    return absl::ResourceExhaustedError(absl::StrCat("it holds ", count, " files, more than the ",
                                                     kMaxCabinetMembers, " that are read"));
  }
  return absl::OkStatus();
}

}  // namespace

struct Cabinet::Impl {
  Impl(const ByteFile& file, DecompressionBudget& budget) : budget(budget) {
    Connect(system);
    system.source = &file;
  }
  ~Impl() {
    if (cabinet != nullptr) decompressor->close(decompressor, cabinet);
    if (decompressor != nullptr) mspack_destroy_cab_decompressor(decompressor);
  }

  absl::Status ToStatus(int error) const;
  absl::Status Spend(const CabinetMember& member);
  absl::Status Extract(size_t index, const CabinetMember& member, uint64_t max_bytes);

  System system;
  DecompressionBudget& budget;
  mscab_decompressor* decompressor = nullptr;
  mscabd_cabinet* cabinet = nullptr;
  std::vector<mscabd_file*> files;
  // Where libmspack stands: a later member of the same folder goes on from here.
  bool positioned = false;
  size_t folder = 0;
  uint64_t position = 0;
};

// Not what was asked of libmspack, but what is wrong.
absl::Status Cabinet::Impl::ToStatus(int error) const {
  if (system.read_error != 0) return ErrnoStatus(system.read_error, "cannot read it");
  if (system.write_error != 0) {
    return ErrnoStatus(system.write_error, "cannot write to the scratch folder");
  }
  switch (error) {
    case MSPACK_ERR_NOMEMORY:
    case MSPACK_ERR_OPEN:
      return absl::ResourceExhaustedError("memory is short");
    case MSPACK_ERR_CHECKSUM:
      return absl::InvalidArgumentError("it is damaged: a checksum does not match its data");
    case MSPACK_ERR_READ:
    case MSPACK_ERR_SEEK:
      return absl::InvalidArgumentError("it is damaged: it points beyond its end");
    case MSPACK_ERR_DECRUNCH:
      return absl::InvalidArgumentError("it is damaged: its data cannot be decompressed");
    default:
      return absl::InvalidArgumentError("it is damaged: its structure is not a cabinet's");
  }
}

absl::Status Cabinet::Impl::Spend(const CabinetMember& member) {
  const bool goes_on = positioned && folder == member.folder && position <= member.offset;
  const uint64_t cost = member.offset + member.size - (goes_on ? position : 0);
  if (cost > budget.bytes_left) {
    return absl::ResourceExhaustedError("decompressing it would take too long");
  }
  budget.bytes_left -= cost;
  return absl::OkStatus();
}

absl::Status Cabinet::Impl::Extract(size_t index, const CabinetMember& member, uint64_t max_bytes) {
  if (member.size > max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(
        member.name, " has ", member.size, " bytes, more than the ", max_bytes, " that are read"));
  }
  if (absl::Status status = Spend(member); !status.ok()) return status;
  system.sink_bytes_left = member.size;
  const int error = decompressor->extract(decompressor, files[index], "sink");
  positioned = error == MSPACK_ERR_OK;
  folder = member.folder;
  position = member.offset + member.size;
  if (error != MSPACK_ERR_OK) return ToStatus(error);
  if (system.sink_bytes_left != 0) return ToStatus(MSPACK_ERR_DATAFORMAT);
  return absl::OkStatus();
}

Cabinet::Cabinet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Cabinet::~Cabinet() = default;

absl::StatusOr<std::unique_ptr<Cabinet>> Cabinet::Open(const ByteFile& file,
                                                       DecompressionBudget& budget) {
  if (absl::Status status = CheckHeader(file); !status.ok()) return status;
  int fits = MSPACK_ERR_OK;
  MSPACK_SYS_SELFTEST(fits);
  if (fits != MSPACK_ERR_OK) return absl::InternalError("libmspack has another size of off_t");
  std::unique_ptr<Cabinet> self(new Cabinet(std::make_unique<Impl>(file, budget)));
  Impl& impl = *self->impl_;
  impl.decompressor = mspack_create_cab_decompressor(&impl.system);
  if (impl.decompressor == nullptr) return absl::ResourceExhaustedError("memory is short");
  impl.cabinet = impl.decompressor->open(impl.decompressor, "source");
  if (impl.cabinet == nullptr) {
    return impl.ToStatus(impl.decompressor->last_error(impl.decompressor));
  }
  std::map<const mscabd_folder*, size_t> folders;
  for (const mscabd_folder* f = impl.cabinet->folders; f != nullptr; f = f->next) {
    folders.emplace(f, folders.size());
  }
  for (mscabd_file* f = impl.cabinet->files; f != nullptr; f = f->next) {
    const auto folder = folders.find(f->folder);
    if (folder == folders.end()) return impl.ToStatus(MSPACK_ERR_DATAFORMAT);
    impl.files.push_back(f);
    self->members_.push_back({Printable(f->filename), f->length, folder->second, f->offset});
  }
  return self;
}

absl::StatusOr<std::string> Cabinet::Read(size_t member, size_t max_bytes) {
  std::string bytes;
  bytes.reserve(std::min<uint64_t>(members_[member].size, max_bytes));
  impl_->system.memory_sink = &bytes;
  absl::Status status = impl_->Extract(member, members_[member], max_bytes);
  impl_->system.memory_sink = nullptr;
  if (!status.ok()) return status;
  return bytes;
}

absl::Status Cabinet::Extract(size_t member, uint64_t max_bytes, ByteFile& to) {
  impl_->system.file_sink = &to;
  absl::Status status = impl_->Extract(member, members_[member], max_bytes);
  impl_->system.file_sink = nullptr;
  return status;
}

}  // namespace muster::servicing
