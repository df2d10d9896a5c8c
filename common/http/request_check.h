// Which requests reach a handler at all. Pure functions.
#ifndef MUSTER_COMMON_HTTP_REQUEST_CHECK_H_
#define MUSTER_COMMON_HTTP_REQUEST_CHECK_H_

#include <boost/beast/http/message.hpp>
#include <boost/system/error_code.hpp>
#include <optional>
#include <string>

#include "common/http/message.h"

namespace muster::http {

// Fills method, path, query, fields and id. What to answer instead, where the target is no path,
// Host is missing or a field that decides anything comes twice.
std::optional<Reply> TakeRequest(
    const boost::beast::http::header<true, boost::beast::http::fields>& head, Request& request);

// What to answer a head that could not be read; status 0: nothing, the client is gone.
Reply RefusalOf(const boost::system::error_code& error);

// Now, as RFC 9110, 5.6.7 writes it.
std::string HttpDate();

}  // namespace muster::http

#endif  // MUSTER_COMMON_HTTP_REQUEST_CHECK_H_
