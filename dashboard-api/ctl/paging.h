// Lists that come in pages.
#ifndef MUSTER_DASHBOARD_API_CTL_PAGING_H_
#define MUSTER_DASHBOARD_API_CTL_PAGING_H_

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "dashboard-api/ctl/client.h"

namespace muster::ctl {

inline constexpr int64_t kMaxPageSize = 1000;

// All pages as one answer, or as many as `limit` entries take; `count` tells how many an answer
// has. Nothing where a page fails.
template <typename Stub, typename Request, typename Response, typename Count>
absl::StatusOr<Response> FetchPages(
    Client& client, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
    Request request, const std::optional<int64_t>& limit, Count count) {
  Response all;
  do {
    const int64_t left = limit ? *limit - count(all) : kMaxPageSize;
    request.set_page_size(static_cast<int32_t>(std::min(kMaxPageSize, left)));
    Response page;
    if (auto listed = client.Call(method, request, &page); !listed.ok()) return listed;
    request.set_page_token(page.next_page_token());
    // What is said of the whole is on every page.
    if constexpr (requires { page.clear_sets(); }) {
      if (count(all) > 0) page.clear_sets();
    }
    all.MergeFrom(page);
  } while (!request.page_token().empty() && (!limit || count(all) < *limit));
  all.clear_next_page_token();
  return all;
}

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_PAGING_H_
