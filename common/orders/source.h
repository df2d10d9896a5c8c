// Where an agent may take a payload from before it asks the server: a folder, or a folder of a
// distribution point over HTTP. Pure.
#ifndef MUSTER_COMMON_ORDERS_SOURCE_H_
#define MUSTER_COMMON_ORDERS_SOURCE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace muster::orders {

inline constexpr size_t kMaxSourceBytes = 1024;

// INVALID_ARGUMENT, with `field` in front, unless it is a path ("\\server\share\updates") or an
// address such as "https://dp1.example.com:8443/updates" (RFC 3986): scheme http or https, a host,
// perhaps a port and a path. No user name, query or fragment: a file's name goes behind it, and all
// machines see it.
absl::Status CheckSource(absl::string_view field, absl::string_view source);

// Of a source that passed CheckSource: whether it is an address.
bool IsUrl(absl::string_view source);

// The address of a file in the folder that `source` is the address of.
std::string FileUrl(absl::string_view source, absl::string_view file_name);

}  // namespace muster::orders

#endif  // MUSTER_COMMON_ORDERS_SOURCE_H_
