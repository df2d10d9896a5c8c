// Microsoft cabinets (.cab; [MS-CAB]) from untrusted hands, decompressed by libmspack, which sees
// no file name and opens nothing itself. Not thread-safe.
#ifndef MUSTER_COMMON_SERVICING_MSU_CABINET_H_
#define MUSTER_COMMON_SERVICING_MSU_CABINET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/servicing/msu/byte_file.h"

namespace muster::servicing {

inline constexpr size_t kMaxCabinetMembers = 10'000;

// How much may still be decompressed: members and folders may overlap, so that a small cabinet can
// ask for endless work. Shared by the cabinets of a package.
struct DecompressionBudget {
  uint64_t bytes_left;
};

struct CabinetMember {
  std::string name;     // printable ASCII, other bytes as '?'; not a path to use
  uint64_t size = 0;    // as the cabinet claims
  size_t folder = 0;    // the compressed stream that it lies in
  uint64_t offset = 0;  // within the folder's decompressed bytes
};

class Cabinet {
 public:
  // `file` and `budget` must outlive it. INVALID_ARGUMENT (no cabinet, truncated, damaged, part of
  // a set), RESOURCE_EXHAUSTED (more than kMaxCabinetMembers), UNAVAILABLE (the disk).
  static absl::StatusOr<std::unique_ptr<Cabinet>> Open(const ByteFile& file,
                                                       DecompressionBudget& budget);
  ~Cabinet();
  Cabinet(const Cabinet&) = delete;
  Cabinet& operator=(const Cabinet&) = delete;

  const std::vector<CabinetMember>& members() const { return members_; }

  // The member at this index. Cheapest by rising folder and offset: going back decompresses the
  // folder anew. INVALID_ARGUMENT (damaged), RESOURCE_EXHAUSTED (larger than `max_bytes`, budget
  // used up), UNAVAILABLE.
  absl::StatusOr<std::string> Read(size_t member, size_t max_bytes);
  // The same, appended to `to`; RESOURCE_EXHAUSTED also where its disk is full.
  absl::Status Extract(size_t member, uint64_t max_bytes, ByteFile& to);

 private:
  struct Impl;
  explicit Cabinet(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
  std::vector<CabinetMember> members_;
};

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_MSU_CABINET_H_
