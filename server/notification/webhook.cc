#include "server/notification/webhook.h"

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "server/notification/outcome.h"

namespace muster::notification {

std::string WebhookSignature(absl::string_view secret, absl::Time at, absl::string_view body) {
  const std::string seconds = absl::StrCat(absl::ToUnixSeconds(at));
  return absl::StrCat("t=", seconds,
                      ",v1=", HmacSha256(secret, absl::StrCat(seconds, ".", body)).ToHex());
}

std::vector<std::string> WebhookHeaders(const Delivery& delivery, absl::Time at) {
  std::vector<std::string> headers = {
      "Content-Type: application/json",
      absl::StrCat("Muster-Event: ", PrintableLine(delivery.event)),
      absl::StrCat("Muster-Delivery: ", delivery.id),
  };
  // A signature with an empty key is one that everybody can make.
  if (!delivery.channel.secret.empty()) {
    headers.push_back(absl::StrCat("Muster-Signature: ",
                                   WebhookSignature(delivery.channel.secret, at, delivery.json)));
  }
  return headers;
}

}  // namespace muster::notification
