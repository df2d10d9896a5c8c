#include "agent/host/windows/winhttp_downloader.h"

// clang-format off
#include <windows.h>
#include <winhttp.h>
// clang-format on

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/host/windows/text.h"

namespace muster::host {
namespace {

constexpr DWORD kReadBytes = 256 * 1024;

struct CloseInternet {
  void operator()(HINTERNET handle) const { WinHttpCloseHandle(handle); }
};
using Internet = std::unique_ptr<void, CloseInternet>;

// In words for those errors that an operator can do something about. Source: winhttp.h.
absl::string_view WordsFor(DWORD error) {
  switch (error) {
    case ERROR_WINHTTP_TIMEOUT:
      return "nothing came in time";
    case ERROR_WINHTTP_NAME_NOT_RESOLVED:
      return "nobody has this name";
    case ERROR_WINHTTP_CANNOT_CONNECT:
      return "nobody answers there";
    case ERROR_WINHTTP_CONNECTION_ERROR:
      return "the connection broke off";
    case ERROR_WINHTTP_INVALID_SERVER_RESPONSE:
      return "what answers there does not speak HTTP";
    case ERROR_WINHTTP_REDIRECT_FAILED:
      return "it leads on too often, or from https to http";
    case ERROR_WINHTTP_SECURE_FAILURE:
    case ERROR_WINHTTP_SECURE_CHANNEL_ERROR:
    case ERROR_WINHTTP_SECURE_INVALID_CA:
    case ERROR_WINHTTP_SECURE_CERT_CN_INVALID:
    case ERROR_WINHTTP_SECURE_CERT_DATE_INVALID:
      return "Windows does not trust its certificate, or they have no TLS in common";
    default:
      return "WinHTTP failed";
  }
}

absl::Status Failed(const std::string& url) {
  const DWORD error = GetLastError();
  return absl::UnavailableError(absl::StrCat(url, ": ", WordsFor(error), " (error ", error, ")"));
}

void SetOption(HINTERNET handle, DWORD option, DWORD value) {
  WinHttpSetOption(handle, option, &value, sizeof(value));
}

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(std::clamp<int64_t>(absl::ToInt64Milliseconds(duration), 1, INT_MAX));
}

absl::Duration AwakeTime() { return absl::Milliseconds(GetTickCount64()); }

std::optional<std::string> Header(HINTERNET request, DWORD which) {
  wchar_t text[256] = {};
  DWORD bytes = sizeof(text) - sizeof(text[0]);
  if (!WinHttpQueryHeaders(request, which, WINHTTP_HEADER_NAME_BY_INDEX, text, &bytes,
                           WINHTTP_NO_HEADER_INDEX)) {
    return std::nullopt;
  }
  return Utf8Of(text);
}

// One request and its handles, closed in the order that WinHTTP asks for.
struct Exchange {
  Internet session, connection, request;
};

absl::StatusOr<Exchange> Send(const std::string& url, uint64_t offset,
                              const DownloadLimits& limits) {
  const std::wstring wide = WideOf(url);
  URL_COMPONENTS parts{};
  parts.dwStructSize = sizeof(parts);
  parts.dwHostNameLength = parts.dwUrlPathLength = static_cast<DWORD>(-1);
  if (!WinHttpCrackUrl(wide.c_str(), static_cast<DWORD>(wide.size()), 0, &parts)) {
    return Failed(url);
  }
  const std::wstring host(parts.lpszHostName, parts.dwHostNameLength);
  const std::wstring path(parts.lpszUrlPath, parts.dwUrlPathLength);
  Exchange exchange;
  exchange.session.reset(WinHttpOpen(L"Muster", WINHTTP_ACCESS_TYPE_DEFAULT_PROXY,
                                     WINHTTP_NO_PROXY_NAME, WINHTTP_NO_PROXY_BYPASS, 0));
  if (exchange.session == nullptr) return Failed(url);
  // Windows 7 speaks TLS 1.0 alone unless it is asked; where it cannot do more, that stays.
  SetOption(exchange.session.get(), WINHTTP_OPTION_SECURE_PROTOCOLS,
            WINHTTP_FLAG_SECURE_PROTOCOL_TLS1 | WINHTTP_FLAG_SECURE_PROTOCOL_TLS1_1 |
                WINHTTP_FLAG_SECURE_PROTOCOL_TLS1_2);
  const int connect = Milliseconds(limits.connect);
  WinHttpSetTimeouts(exchange.session.get(), connect, connect, connect,
                     Milliseconds(limits.silence));
  exchange.connection.reset(WinHttpConnect(exchange.session.get(), host.c_str(), parts.nPort, 0));
  if (exchange.connection == nullptr) return Failed(url);
  exchange.request.reset(
      WinHttpOpenRequest(exchange.connection.get(), L"GET", path.c_str(), nullptr,
                         WINHTTP_NO_REFERER, WINHTTP_DEFAULT_ACCEPT_TYPES,
                         parts.nScheme == INTERNET_SCHEME_HTTPS ? WINHTTP_FLAG_SECURE : 0));
  const HINTERNET request = exchange.request.get();
  if (request == nullptr) return Failed(url);
  SetOption(request, WINHTTP_OPTION_MAX_HTTP_AUTOMATIC_REDIRECTS,
            static_cast<DWORD>(limits.redirects));
  SetOption(request, WINHTTP_OPTION_RECEIVE_RESPONSE_TIMEOUT,
            static_cast<DWORD>(Milliseconds(limits.silence)));
  SetOption(request, WINHTTP_OPTION_AUTOLOGON_POLICY, WINHTTP_AUTOLOGON_SECURITY_LEVEL_HIGH);
  SetOption(request, WINHTTP_OPTION_DISABLE_FEATURE, WINHTTP_DISABLE_COOKIES);
  const std::wstring range =
      WideOf(offset == 0 ? "" : absl::StrCat("Range: bytes=", offset, "-\r\n"));
  if (!WinHttpSendRequest(request, range.empty() ? WINHTTP_NO_ADDITIONAL_HEADERS : range.c_str(),
                          static_cast<DWORD>(range.size()), WINHTTP_NO_REQUEST_DATA, 0, 0, 0) ||
      !WinHttpReceiveResponse(request, nullptr)) {
    return Failed(url);
  }
  return exchange;
}

// How many bytes of the answer come before the wanted ones: none where it begins at `offset`, and
// `offset` where the whole file comes all the same.
absl::StatusOr<uint64_t> ReadAnswer(HINTERNET request, const std::string& url, uint64_t offset,
                                    uint64_t size) {
  const std::string code = Header(request, WINHTTP_QUERY_STATUS_CODE).value_or("nothing");
  const std::string told = absl::StrCat(url, ": answered ", code);
  if (code == "404" || code == "410") return absl::NotFoundError(told);
  if (code == "401" || code == "403" || code == "407") {
    return absl::PermissionDeniedError(absl::StrCat(told, "; it must be open to all machines"));
  }
  uint64_t skipped = 0;
  if (code == "200") {
    skipped = offset;
  } else if (code != "206" || offset == 0) {
    return absl::UnavailableError(told);
  } else {
    const std::string range = Header(request, WINHTTP_QUERY_CONTENT_RANGE).value_or("");
    if (!absl::StartsWith(range, absl::StrCat("bytes ", offset, "-"))) {
      return absl::UnavailableError(
          absl::StrCat(told, " with another part than was asked for: ", range));
    }
  }
  uint64_t length = 0;
  if (absl::SimpleAtoi(Header(request, WINHTTP_QUERY_CONTENT_LENGTH).value_or(""), &length) &&
      length != size - offset + skipped) {
    return absl::FailedPreconditionError(
        absl::StrCat(url, ": has another size than the update: ", offset - skipped + length,
                     " bytes instead of ", size));
  }
  return skipped;
}

}  // namespace

absl::Status WinHttpDownloader::Get(const std::string& url, uint64_t offset, uint64_t size,
                                    const Take& take) {
  const absl::Duration deadline = AwakeTime() + limits_.whole;
  const auto exchange = Send(url, offset, limits_);
  if (!exchange.ok()) return exchange.status();
  const HINTERNET request = exchange->request.get();
  auto skip = ReadAnswer(request, url, offset, size);
  if (!skip.ok()) return skip.status();
  uint64_t left = size - offset;
  std::string buffer(kReadBytes, '\0');
  for (;;) {
    // Asked first: reading waits until the buffer is full, however slowly that goes.
    DWORD there = 0, got = 0;
    if (!WinHttpQueryDataAvailable(request, &there)) return Failed(url);
    if (there == 0) break;
    if (!WinHttpReadData(request, buffer.data(), std::min(there, kReadBytes), &got)) {
      return Failed(url);
    }
    if (AwakeTime() >= deadline) {
      return absl::UnavailableError(absl::StrCat(url, ": is too slow, ", left, " bytes are left"));
    }
    absl::string_view data(buffer.data(), got);
    const uint64_t passed = std::min<uint64_t>(*skip, data.size());
    *skip -= passed;
    data.remove_prefix(passed);
    if (data.size() > left) {
      return absl::FailedPreconditionError(
          absl::StrCat(url, ": is longer than the update's ", size, " bytes"));
    }
    left -= data.size();
    if (data.empty()) continue;
    if (absl::Status taken = take(data); !taken.ok()) return taken;
  }
  if (left > 0) {
    return absl::UnavailableError(absl::StrCat(url, ": broke off, ", left, " bytes are left"));
  }
  return absl::OkStatus();
}

}  // namespace muster::host
