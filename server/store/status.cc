#include <spdlog/spdlog.h>

#include <new>
#include <pqxx/pqxx>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/store/status_internal.h"

namespace muster::store {
namespace {

absl::StatusCode CodeOf(absl::string_view sqlstate) {
  // none: the connection ended within a statement; 08 connection, 57P01..57P05 shutdown of the
  // server or the session, 53300 too many connections
  if (sqlstate.empty() || absl::StartsWith(sqlstate, "08") || absl::StartsWith(sqlstate, "57P") ||
      sqlstate == "53300") {
    return absl::StatusCode::kUnavailable;
  }
  // 53100 disk full, 53200 out of memory, 53400 configured limit
  if (absl::StartsWith(sqlstate, "53")) return absl::StatusCode::kResourceExhausted;
  // 40 rollback, 55P03 lock not available, 57014 cancelled
  if (absl::StartsWith(sqlstate, "40") || sqlstate == "55P03" || sqlstate == "57014") {
    return absl::StatusCode::kAborted;
  }
  return absl::StatusCode::kInternal;
}

absl::Status Describe(absl::StatusCode code, absl::string_view what, absl::string_view said) {
  const std::string detail = absl::StrCat(what, ": ", absl::StripAsciiWhitespace(said));
  const bool away = code == absl::StatusCode::kUnavailable;
  if (!away && code != absl::StatusCode::kResourceExhausted) return absl::Status(code, detail);
  // What PostgreSQL says names sockets, hosts and files: it is for the log, the rest goes to
  // callers.
  spdlog::warn(detail);
  return absl::Status(code, away ? "the server's database is away: try again in a moment"
                                 : "the server's database is out of room: free its disk or memory");
}

}  // namespace

absl::Status StatusFromException(absl::string_view what) {
  try {
    throw;
  } catch (const pqxx::broken_connection& e) {
    return Describe(absl::StatusCode::kUnavailable, what, e.what());
  } catch (const pqxx::in_doubt_error& e) {
    return Describe(absl::StatusCode::kUnavailable, what, e.what());
  } catch (const pqxx::transaction_rollback& e) {
    return Describe(absl::StatusCode::kAborted, what, e.what());
  } catch (const pqxx::sql_error& e) {
    return Describe(CodeOf(e.sqlstate()), what, e.what());
  } catch (const std::bad_alloc&) {
    return Describe(absl::StatusCode::kResourceExhausted, what, "out of memory");
  } catch (const std::exception& e) {
    return Describe(absl::StatusCode::kInternal, what, e.what());
  }
}

}  // namespace muster::store
