#include <algorithm>
#include <stdexcept>

#include "absl/strings/escaping.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

// timestamptz counts microseconds from here.
const absl::Time kPostgresEpoch = absl::FromUnixSeconds(946'684'800);

template <typename T>
std::string BigEndian(T value) {
  std::string bytes(sizeof(T), '\0');
  for (size_t i = sizeof(T); i-- > 0;) {
    bytes[i] = static_cast<char>(value & 0xff);
    value >>= 8;
  }
  return bytes;
}

std::string TimeBytes(absl::Time time) {
  return BigEndian(
      static_cast<uint64_t>(absl::ToInt64Microseconds(StorableTime(time) - kPostgresEpoch)));
}

// Length of the well-formed UTF-8 sequence that `text` begins with (RFC 3629), 0 where it does not.
size_t SequenceLength(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) > 0x9f;
  const bool too_high = lead == 0xf4 && byte(1) > 0x8f;
  return overlong || surrogate || too_high ? 0 : length;
}

}  // namespace

void ArrayParam::AddElement(absl::string_view binary) {
  elements_ += BigEndian(static_cast<uint32_t>(binary.size()));
  elements_.append(binary.data(), binary.size());
  ++count_;
}

void ArrayParam::AddNull() {
  elements_ += BigEndian(uint32_t{0xffffffff});
  has_null_ = true;
  ++count_;
}

pqxx::binarystring ArrayParam::Bind() const {
  std::string array;
  array.reserve(20 + elements_.size());
  array += BigEndian(uint32_t{count_ == 0 ? 0u : 1u});  // dimensions
  array += BigEndian(uint32_t{has_null_ ? 1u : 0u});
  array += BigEndian(element_oid_);
  if (count_ > 0) {
    array += BigEndian(count_);
    array += BigEndian(uint32_t{1});  // lower bound
    array += elements_;
  }
  return pqxx::binarystring(array);
}

void IntArray::Add(int64_t value) { AddElement(BigEndian(static_cast<uint64_t>(value))); }
void BoolArray::Add(bool value) { AddElement(absl::string_view(value ? "\1" : "\0", 1)); }
void TimeArray::Add(absl::Time time) { AddElement(TimeBytes(time)); }

pqxx::binarystring BytesParam(absl::string_view bytes) {
  return pqxx::binarystring(std::string(bytes));
}
pqxx::binarystring TimeParam(absl::Time time) { return pqxx::binarystring(TimeBytes(time)); }

absl::Time StorableTime(absl::Time time) {
  static const absl::Time first = absl::FromUnixSeconds(-62'135'596'800);  // 0001-01-01
  static const absl::Time last = absl::FromUnixSeconds(253'402'300'799);   // 9999-12-31T23:59:59
  return absl::FromUnixMicros(absl::ToUnixMicros(std::clamp(time, first, last)));
}

std::string StorableText(absl::string_view text, size_t max_bytes) {
  std::string out;
  out.reserve(std::min(text.size(), max_bytes));
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    absl::string_view character = text.substr(0, std::max<size_t>(length, 1));
    text.remove_prefix(character.size());
    if (length == 0) {
      character = "\xef\xbf\xbd";
    } else if (character[0] == '\0') {
      character = "\xe2\x90\x80";
    }
    if (out.size() + character.size() > max_bytes) break;
    out.append(character.data(), character.size());
  }
  return out;
}

std::string ReadBytes(const pqxx::field& field) {
  absl::string_view text(field.c_str(), field.size());
  if (text.substr(0, 2) != "\\x") {
    throw std::runtime_error("a bytea is not in hex form: bytea_output must be hex");
  }
  return absl::HexStringToBytes(text.substr(2));
}

Digest ReadDigest(const pqxx::field& field) {
  const auto digest = Digest::FromBytes(ReadBytes(field));
  if (!digest.ok()) throw std::runtime_error(std::string(digest.status().message()));
  return *digest;
}

std::optional<Digest> ReadOptionalDigest(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return ReadDigest(field);
}

absl::Time ReadTime(const pqxx::field& field) { return absl::FromUnixMicros(field.as<int64_t>()); }

std::optional<absl::Time> ReadOptionalTime(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return ReadTime(field);
}

}  // namespace muster::store
