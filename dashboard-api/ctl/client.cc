#include "dashboard-api/ctl/client.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/pki/pki.h"

namespace muster::ctl {
namespace {

// A page of 1,000 machines, or one machine with all of its evidence.
constexpr int kMaxResponseBytes = 64 * 1024 * 1024;

std::string Unreachable(const std::string& detail, const Settings& settings) {
  const std::string text = absl::AsciiStrToLower(detail);
  if (absl::StrContains(text, "certificate verify failed") ||
      absl::StrContains(text, "certificate_verify_failed")) {
    return absl::StrCat(settings.server, " shows a certificate that ", settings.ca_path,
                        " does not vouch for: take the authority.pem of this server, or check that "
                        "nobody stands between");
  }
  if (absl::StrContains(text, "peer name") || absl::StrContains(text, "hostname verification")) {
    return absl::StrCat("the certificate of ", settings.server,
                        " is for another name: use a name that it was made for, or start the "
                        "server with this one among its names");
  }
  return absl::StrCat("can't connect to ", settings.server,
                      ": check the address, that the server runs, and that this port is its "
                      "operator API's (",
                      detail, ")");
}

}  // namespace

absl::StatusOr<Client> Client::Create(Settings settings) {
  if (auto info = pki::ReadCertificate(settings.ca_pem); !info.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(settings.ca_path, ": ", info.status().message()));
  }
  return Client(std::move(settings));
}

Client::Client(Settings settings) : settings_(std::move(settings)) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = settings_.ca_pem;
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxResponseBytes);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);  // the server is inside the house
  // Who watches sees it soon when a server is back: gRPC would wait up to two minutes.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  auto channel =
      grpc::CreateCustomChannel(settings_.server, grpc::SslCredentials(options), arguments);
  std::apply(
      [&](auto&... stubs) {
        ((stubs = std::make_unique<std::decay_t<decltype(*stubs)>>(channel)), ...);
      },
      stubs_);
}

absl::Status Client::Explain(const grpc::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  auto code = static_cast<absl::StatusCode>(status.error_code());
  const std::string& detail = status.error_message();
  const bool of_api_token = absl::StartsWith(settings_.token, "muster_api_");
  switch (code) {
    case absl::StatusCode::kUnavailable:
      if (absl::StartsWith(detail, "the server's ")) return absl::UnavailableError(detail);
      return absl::UnavailableError(Unreachable(detail, settings_));
    case absl::StatusCode::kCancelled:  // gRPC says so of a server that stops
      return absl::UnavailableError(
          absl::StrCat(settings_.server, " ended the call: it is stopping; try again"));
    case absl::StatusCode::kUnimplemented:
      return absl::UnimplementedError(
          absl::StrCat(settings_.server,
                       " does not offer this: check that the port is the operator API's, not "
                       "the agent gateway's, and that the server is not older than musterctl"));
    case absl::StatusCode::kUnauthenticated:
      if (!of_api_token) return absl::UnauthenticatedError(detail);
      return absl::UnauthenticatedError(
          absl::StrCat(detail, ": ask an administrator for a new one (musterctl tokens create)"));
    case absl::StatusCode::kPermissionDenied:
      if (!of_api_token) return absl::PermissionDeniedError(detail);
      return absl::PermissionDeniedError(
          absl::StrCat(detail, ": use a token of that role, or ask somebody who has one"));
    case absl::StatusCode::kDeadlineExceeded:
      return absl::DeadlineExceededError(
          absl::StrCat(settings_.server, " did not answer within ", deadline_.count(),
                       " seconds: try again, or ask for less (a filter)"));
    default:
      return absl::Status(code, detail.empty() ? absl::StatusCodeToString(code) : detail);
  }
}

}  // namespace muster::ctl
