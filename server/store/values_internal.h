// Values on their way into statements and out of rows. Everything is bound as a parameter, lists as
// arrays in PostgreSQL's binary form (array_recv in src/backend/utils/adt/arrayfuncs.c): nothing is
// quoted, nothing converted twice.
#ifndef MUSTER_SERVER_STORE_VALUES_INTERNAL_H_
#define MUSTER_SERVER_STORE_VALUES_INTERNAL_H_

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/digest.h"

namespace muster::store {

// Builds one array parameter. The statement casts it: `$1::bytea[]`.
class ArrayParam {
 public:
  void AddNull();
  // What the array is bound as.
  pqxx::binarystring Bind() const;

 protected:
  explicit ArrayParam(uint32_t element_oid) : element_oid_(element_oid) {}
  void AddElement(absl::string_view binary);

 private:
  const uint32_t element_oid_;
  uint32_t count_ = 0;
  bool has_null_ = false;
  std::string elements_;
};

class ByteaArray : public ArrayParam {
 public:
  ByteaArray() : ArrayParam(17) {}
  explicit ByteaArray(absl::Span<const Digest> digests) : ByteaArray() {
    for (const Digest& digest : digests) Add(digest.view());
  }
  void Add(absl::string_view bytes) { AddElement(bytes); }
};

// Elements must be storable: see StorableText.
class TextArray : public ArrayParam {
 public:
  TextArray() : ArrayParam(25) {}
  void Add(absl::string_view text) { AddElement(text); }
};

class IntArray : public ArrayParam {  // bigint[]
 public:
  IntArray() : ArrayParam(20) {}
  void Add(int64_t value);
};

class BoolArray : public ArrayParam {
 public:
  BoolArray() : ArrayParam(16) {}
  void Add(bool value);
};

class TimeArray : public ArrayParam {  // timestamptz[]
 public:
  TimeArray() : ArrayParam(1184) {}
  void Add(absl::Time time);
};

pqxx::binarystring BytesParam(absl::string_view bytes);  // `$1::bytea`
pqxx::binarystring TimeParam(absl::Time time);           // `$1::timestamptz`

// What PostgreSQL can hold of `time`: microseconds, within the years 1 to 9999.
absl::Time StorableTime(absl::Time time);
// What a text column can hold of `text`: NUL becomes U+2400, bytes that are not UTF-8 become
// U+FFFD, and what is longer than `max_bytes` is cut after a whole character (an index entry has at
// most 2,700 bytes).
std::string StorableText(absl::string_view text, size_t max_bytes = 1'024);

std::string ReadBytes(const pqxx::field& field);  // of a bytea
Digest ReadDigest(const pqxx::field& field);      // of a bytea of 32 bytes
std::optional<Digest> ReadOptionalDigest(const pqxx::field& field);
absl::Time ReadTime(const pqxx::field& field);  // of micros(timestamptz)
std::optional<absl::Time> ReadOptionalTime(const pqxx::field& field);

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_VALUES_INTERNAL_H_
