// From what libpqxx throws to a status: the one place for it.
#ifndef MUSTER_SERVER_STORE_STATUS_INTERNAL_H_
#define MUSTER_SERVER_STORE_STATUS_INTERNAL_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace muster::store {

// For a catch block: what the exception being handled means, "<what>: …". Broken connection,
// shutdown and too many connections UNAVAILABLE; full disk or memory RESOURCE_EXHAUSTED;
// serialization failure, deadlock, lock timeout and cancelled statement ABORTED; the rest INTERNAL.
// SQLSTATEs: PostgreSQL 15 manual, appendix A.
absl::Status StatusFromException(absl::string_view what);

// Runs `work` (which answers an absl::Status or StatusOr) and catches.
template <typename Work>
auto Guarded(absl::string_view what, Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (...) {
    return StatusFromException(what);
  }
}

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_STATUS_INTERNAL_H_
