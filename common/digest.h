// SHA-256 digests: the names of items, sets, machines and payloads.
#ifndef MUSTER_COMMON_DIGEST_H_
#define MUSTER_COMMON_DIGEST_H_

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster {

// 32 bytes; ordered as bytes. A value type.
struct Digest {
  static constexpr size_t kSize = 32;

  std::array<uint8_t, kSize> bytes{};

  auto operator<=>(const Digest&) const = default;

  // The 32 bytes as they travel and are stored.
  std::string ToBytes() const {
    return std::string(reinterpret_cast<const char*>(bytes.data()), kSize);
  }
  absl::string_view view() const {
    return absl::string_view(reinterpret_cast<const char*>(bytes.data()), kSize);
  }
  // 64 lower-case hex digits.
  std::string ToHex() const;

  // INVALID_ARGUMENT unless `bytes` is 32 long.
  static absl::StatusOr<Digest> FromBytes(absl::string_view bytes);
  // INVALID_ARGUMENT unless `hex` is 64 hex digits.
  static absl::StatusOr<Digest> FromHex(absl::string_view hex);

  template <typename H>
  friend H AbslHashValue(H state, const Digest& digest) {
    uint64_t head;
    std::memcpy(&head, digest.bytes.data(), sizeof(head));
    return H::combine(std::move(state), head);
  }
};

Digest Sha256(absl::string_view data);
// HMAC-SHA256 (RFC 2104).
Digest HmacSha256(absl::string_view key, absl::string_view data);

// SHA-256 of a stream. Not thread-safe; Finish ends it.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Update(absl::string_view data);
  Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace muster

#endif  // MUSTER_COMMON_DIGEST_H_
